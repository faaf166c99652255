"""Who can be nominated in a round."""

from datetime import date

from people.models import Person, Team
from people.models.person import PersonQuerySet
from recognition.models import Candidacy, Round


def eligible(round_: Round) -> PersonQuerySet:
    """Who works here in the programme's teams and sites, for long enough by the last day to nominate, and did not win
    one of the rounds that a winner sits out."""
    programme = round_.programme
    people: PersonQuerySet = Person.objects.active().exclude(pk__in=sitting_out(round_))
    if teams := list(programme.teams.values_list("pk", flat=True)):
        people = people.filter(team__in=Team.objects.below(teams))
    if sites := list(programme.sites.values_list("pk", flat=True)):
        people = people.filter(site__in=sites)
    if programme.months:
        people = people.filter(started_on__lte=months_before(round_.closes_on, programme.months))
    return people


def sitting_out(round_: Round) -> set[int]:
    """Who won one of the programme's latest rounds before this one."""
    settled = (Round.State.APPROVED, Round.State.ANNOUNCED)
    before = Round.objects.filter(programme=round_.programme_id, state__in=settled, closes_on__lt=round_.closes_on)
    latest = before.order_by("-closes_on", "-pk").values_list("pk", flat=True)[: round_.programme.cool_off]
    return set(Candidacy.objects.filter(round__in=list(latest), is_winner=True).values_list("nominee", flat=True))


def months_before(day: date, months: int) -> date:
    """The same day of an earlier month, or that month's last."""
    count = day.year * 12 + day.month - 1 - months
    year, month = divmod(count, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, last)
        except ValueError:
            continue
    raise AssertionError("every month has a 28th")
