"""Who may do what. Each `can_view_…` has its row-level twin in a QuerySet's `visible_to`."""

from collections.abc import Collection
from datetime import datetime

from people.models import Person, Role, Team
from recognition import local_days
from recognition.models import (
    Ballot,
    Candidacy,
    Case,
    Comment,
    Judge,
    Nomination,
    Praise,
    Reach,
    Recognition,
    Ring,
    Round,
    Screen,
)


def can_view_recognition(reader: Person, recognition: Recognition) -> bool:
    """As Recognition.objects.visible_to. Give the rows of a page with their recipients and these people at hand."""
    if not reader.is_active:
        return False
    if not recognition.is_shown:
        return recognition.state in Recognition.TAKEN_DOWN and recognition.giver_id == reader.pk
    if recognition.reach == Reach.EVERYONE or recognition.giver_id == reader.pk:
        return True
    thanked = [one.person for one in recognition.recipients.all()]
    if reader in thanked:
        return True
    here = [person for person in thanked if person.is_active]
    if recognition.reach <= Reach.MANAGER and any(person.manager_id == reader.pk for person in here):
        return True
    same = reader.team_id is not None and any(person.team_id == reader.team_id for person in here)
    return recognition.reach == Reach.TEAM and same


def can_edit_recognition(person: Person, recognition: Recognition, at: datetime) -> bool:
    """Its giver, while it stands and for a short time."""
    return recognition.is_shown and can_withdraw_recognition(person, recognition) and at < recognition.edit_ends_at


def can_withdraw_recognition(person: Person, recognition: Recognition) -> bool:
    """Its giver, whenever, and while a steward has not decided yet."""
    return person.is_active and recognition.state in Recognition.STANDING and recognition.giver_id == person.pk


def can_keep_to_oneself(person: Person, recognition: Recognition) -> bool:
    """Whoever was thanked takes it off the wall, or puts it back."""
    thanked = any(one.person_id == person.pk for one in recognition.recipients.all())
    return person.is_active and recognition.is_shown and thanked


def can_report_recognition(person: Person, recognition: Recognition) -> bool:
    """Whoever sees it, but its giver. Give it with its recipients at hand."""
    return recognition.giver_id != person.pk and can_view_recognition(person, recognition)


def can_view_picture(reader: Person, recognition: Recognition) -> bool:
    """Whoever sees what it belongs to, as far as those who are thanked wish it. Give it as can_view_recognition, and
    with their wishes."""
    return can_view_recognition(reader, recognition) and shows_picture(recognition)


def shows_picture(recognition: Recognition) -> bool:
    """Whether all who are thanked work here and wish their photo to be shown: they may be in the picture. Nobody else
    is asked of, not even its giver."""
    return all(one.person.is_active and wishes_photo(one.person) for one in recognition.recipients.all())


def wishes_photo(person: Person) -> bool:
    wish = getattr(person, "recognition_wish", None)
    return wish is None or wish.photo


def can_remove_picture(person: Person, recognition: Recognition) -> bool:
    """Whoever brought it, and whoever is thanked beside it, while it is shown."""
    thanked = any(one.person_id == person.pk for one in recognition.recipients.all())
    return person.is_active and recognition.is_shown and (thanked or recognition.giver_id == person.pk)


def can_view_comment(reader: Person, comment: Comment) -> bool:
    """As Comment.objects.visible_to. Give it with its recognition and the recipients of this at hand."""
    if not comment.recognition.is_shown or not can_view_recognition(reader, comment.recognition):
        return False
    return comment.is_shown or (comment.state in Recognition.TAKEN_DOWN and comment.author_id == reader.pk)


def can_withdraw_comment(person: Person, comment: Comment) -> bool:
    """Its author, whenever, and while a steward has not decided yet."""
    return person.is_active and comment.state in Recognition.STANDING and comment.author_id == person.pk


def can_review_cases(person: Person) -> bool:
    return person.is_active and person.holds(Role.STEWARD)


def can_review_case(person: Person, case: Case) -> bool:
    """As Case.objects.reviewable_by: a steward of its author's team who has no part in it."""
    if not (person.is_active and person.scope_of(Role.STEWARD).covers(case.author.team_id)):
        return False
    thanked = {one.person_id for one in case.recognition.recipients.all()}
    return person.pk not in {case.author_id, case.recognition.giver_id, *thanked}


def can_view_case(person: Person, case: Case) -> bool:
    """As Case.objects.visible_to: whose words they are, and who may review it."""
    return person.is_active and (case.author_id == person.pk or can_review_case(person, case))


def can_decide_case(person: Person, case: Case) -> bool:
    return case.state == Case.State.OPEN and can_review_case(person, case)


def can_appeal(person: Person, case: Case, at: datetime) -> bool:
    """Whose words were removed, for a while."""
    ends_at = case.appeal_ends_at
    return person.is_active and case.author_id == person.pk and ends_at is not None and at < ends_at


def can_answer_appeal(person: Person, case: Case, at: datetime) -> bool:
    """A steward other than the one who decided, if there is any other who may."""
    if case.state != Case.State.APPEALED or not can_review_case(person, case):
        return False
    return case.decided_by_id != person.pk or not case.reviewers(at).exclude(pk=person.pk).exists()


def can_view_milestones_of(reader: Person, person: Person) -> bool:
    """As reports.milestones.wishing. Give the person with their wish at hand."""
    wish = getattr(person, "recognition_wish", None)
    if wish is None or not (wish.milestones and reader.is_active and person.is_active):
        return False
    near = person.manager_id == reader.pk or (reader.team_id is not None and person.team_id == reader.team_id)
    return person.pk == reader.pk or wish.reach == Reach.EVERYONE or (wish.reach == Reach.TEAM and near)


def can_edit_values(person: Person) -> bool:
    """Values are the whole organisation's, and so are the stewards who name them."""
    return person.is_active and person.scope_of(Role.STEWARD).everywhere


def can_check_any_praise(person: Person) -> bool:
    return person.is_active and person.holds(Role.STEWARD)


def can_check_praise(person: Person, praise: Praise) -> bool:
    """As Praise.objects.checkable_by: a steward of the team it is about, or of anybody's it is about, reads what a
    customer wrote before it is masked, and decides what becomes of it. What names neither belongs to the whole
    organisation."""
    scope = person.scope_of(Role.STEWARD)
    if not person.is_active or scope.everywhere or scope.nowhere:
        return person.is_active and scope.everywhere
    return scope.covers(praise.team_id) or any(scope.covers(one.team_id) for one in praise.about.all())


def can_import_praise(person: Person) -> bool:
    """Bring in what customers said, from a file or by a program: it may be about anybody, and so whoever may read the
    originals about everybody."""
    return person.is_active and person.scope_of(Role.STEWARD).everywhere


def can_view_blind_spot(reader: Person, team: Team) -> bool:
    """As reports.blind_spot.teams_for: whoever is in the team, whoever manages one of it, and its stewards."""
    if not reader.is_active:
        return False
    if reader.team_id == team.pk or reader.scope_of(Role.STEWARD).covers(team.pk):
        return True
    return Person.objects.active().filter(manager=reader, team=team).exists()


def can_view_any_blind_spot(reader: Person) -> bool:
    """Whether there is a team for them at all."""
    return reader.is_active and (reader.team_id is not None or reader.holds(Role.STEWARD) or reader.leads_people)


def can_run_customer_links(person: Person) -> bool:
    """Make, print and revoke the links by which customers write: these may write about anybody."""
    return can_import_praise(person)


def can_run_screens(person: Person) -> bool:
    """Make and revoke screens: what they show is the whole organisation's."""
    return can_edit_values(person)


def can_show_on(screen: Screen, recognition: Recognition, teams: Collection[int]) -> bool:
    """As reports.screens.shown_on, but for the time. `teams`: the team of the screen and all below it."""
    thanked = [one.person for one in recognition.recipients.all()]
    if not recognition.is_shown or recognition.reach != Reach.EVERYONE or not recognition.giver.is_active:
        return False
    if recognition.praise_id is not None or recognition.mentions:
        return False
    if not thanked or not all(person.is_active and wishes_screens(person) for person in thanked):
        return False
    in_site = screen.site_id is None or any(person.site_id == screen.site_id for person in thanked)
    return in_site and (screen.team_id is None or any(person.team_id in teams for person in thanked))


def wishes_screens(person: Person) -> bool:
    wish = getattr(person, "recognition_wish", None)
    return wish is None or wish.screens


def can_view_praise(reader: Person, praise: Praise) -> bool:
    """As Praise.objects.visible_to: its stewards; once checked, who leads whom it is about; of praise, these
    themselves."""
    if not reader.is_active or praise.state == Praise.State.DISCARDED:
        return False
    if can_check_praise(reader, praise):
        return True
    if praise.is_waiting:
        return False
    about = [person for person in praise.about.all() if person.is_active]
    return (praise.state == Praise.State.SHOWN and reader in about) or _leads(reader, praise, about)


def can_recognise_praise(person: Person, praise: Praise) -> bool:
    """Thank people with a customer's words: its stewards, and who leads whom they are about."""
    if not person.is_active or praise.state != Praise.State.SHOWN:
        return False
    about = [one for one in praise.about.all() if one.is_active]
    return can_check_praise(person, praise) or _leads(person, praise, about)


def _leads(reader: Person, praise: Praise, about: list[Person]) -> bool:
    if any(person.manager_id == reader.pk for person in about):
        return True
    in_team = Person.objects.active().filter(manager=reader, team=praise.team_id)
    return praise.team_id is not None and in_team.exists()


def can_run_awards(person: Person) -> bool:
    """Write programmes, and begin, cancel and staff their rounds: they are the whole organisation's, and so are the
    stewards who do."""
    return person.is_active and person.scope_of(Role.STEWARD).everywhere


def can_view_round(reader: Person, round_: Round) -> bool:
    """As Round.objects.visible_to."""
    return reader.is_active and (round_.published_at is not None or can_run_awards(reader))


def can_nominate(person: Person, round_: Round, at: datetime) -> bool:
    """Whoever works here, between their own midnights."""
    return person.is_active and round_.is_open_to(person, at)


def can_view_nomination(reader: Person, nomination: Nomination) -> bool:
    """As Nomination.objects.visible_to: whose it is; whom it is about, once it is announced."""
    announced = nomination.candidacy_id is not None and nomination.round.state == Round.State.ANNOUNCED
    said = announced and nomination.nominee_id == reader.pk
    return reader.is_active and (nomination.nominator_id == reader.pk or said)


def can_edit_nomination(person: Person, nomination: Nomination, at: datetime) -> bool:
    """Whose draft it is, while they can nominate."""
    mine = nomination.nominator_id == person.pk
    return mine and nomination.is_draft and can_nominate(person, nomination.round, at)


def can_take_back(person: Person, nomination: Nomination, at: datetime) -> bool:
    """Whoever handed it in, while they can nominate."""
    mine = nomination.nominator_id == person.pk
    return mine and not nomination.is_draft and can_nominate(person, nomination.round, at)


def can_discard_nomination(person: Person, nomination: Nomination) -> bool:
    """Whose draft it is, whenever."""
    return person.is_active and nomination.is_draft and nomination.nominator_id == person.pk


def can_view_results(reader: Person, round_: Round) -> bool:
    """As Round.objects.with_results_for: names, scores and reasons, once they are revealed."""
    if not reader.is_active or not round_.is_revealed or is_nominated(reader, round_):
        return False
    sits = Judge.objects.filter(round=round_, person=reader).exists()
    return can_run_awards(reader) or round_.programme.owner_id == reader.pk or sits


def is_nominated(person: Person, round_: Round) -> bool:
    """Whether the panel judges this person in it."""
    return Candidacy.objects.filter(round=round_, nominee=person).exists()


def can_view_ballot(reader: Person, ballot: Ballot) -> bool:
    """As Ballot.objects.visible_to."""
    if not reader.is_active:
        return False
    return ballot.judge.person_id == reader.pk or can_view_results(reader, ballot.judge.round)


def can_reveal_late(person: Person, round_: Round, at: datetime) -> bool:
    """A steward who is neither of its panel nor nominated, once the last day to judge is over everywhere."""
    over = round_.state == Round.State.JUDGING and at >= local_days.is_over_everywhere_at(round_.judge_by)
    return over and can_run_awards(person) and not _has_part(person, round_)


def _has_part(person: Person, round_: Round) -> bool:
    return is_nominated(person, round_) or Judge.objects.filter(round=round_, person=person).exists()


def can_decide_tie(person: Person, round_: Round) -> bool:
    """Write down the panel's decision: one of its judges who judges all of those who are tied."""
    if round_.state != Round.State.TIED or not person.is_active:
        return False
    seats = Judge.objects.live().filter(round=round_, person=person)
    return seats.exclude(recusals__candidacy__is_tied=True).exists()


def can_view_candidacy(reader: Person, candidacy: Candidacy) -> bool:
    """As Candidacy.objects.visible_to. Give it with its round, its nominee and their wish."""
    if not reader.is_active or candidacy.round.state != Round.State.ANNOUNCED:
        return False
    nominee = candidacy.nominee
    if nominee.pk == reader.pk:
        return True
    wish = getattr(nominee, "recognition_wish", None)
    reach = wish.reach if wish else Reach.EVERYONE
    near = nominee.manager_id == reader.pk or (reader.team_id is not None and reader.team_id == nominee.team_id)
    wished = reach == Reach.EVERYONE or (reach == Reach.TEAM and near)
    return candidacy.is_winner and nominee.is_active and wished


def can_approve(person: Person, round_: Round) -> bool:
    """A steward or the owner, who judged nobody in it, is not nominated, and nominated nobody who wins."""
    if round_.state != Round.State.DECIDED or not person.is_active or _has_part(person, round_):
        return False
    wins = Nomination.objects.filter(candidacy__round=round_, candidacy__is_winner=True, nominator=person)
    return (can_run_awards(person) or round_.programme.owner_id == person.pk) and not wins.exists()


def can_view_spread(person: Person) -> bool:
    """How evenly thanks are spread: stewards, and whoever leads people, each of their own teams."""
    return person.is_active and (person.holds(Role.STEWARD) or person.leads_people)


def can_view_whole_spread(person: Person) -> bool:
    """Of everybody: stewards of the whole organisation."""
    return person.is_active and person.scope_of(Role.STEWARD).everywhere


def can_view_ring(reader: Person, ring: Ring) -> bool:
    """As Ring.objects.visible_to."""
    return can_view_whole_spread(reader) and reader.pk not in {one.pk for one in ring.people.all()}


def can_look_at_ring(person: Person, ring: Ring) -> bool:
    """Say what came of a look, once."""
    return not ring.outcome and can_view_ring(person, ring)
