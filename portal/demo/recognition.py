"""A year of thanks in the demo: the last of them this week, some of them to and from the accounts; and what customers
said."""

import random
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from uuid import UUID

import yaml

from people.actions import imports
from people.models import ImportRun, Person, Site
from recognition.actions import (
    comments,
    customer_links,
    forgetting,
    moderation,
    posts,
    praise,
    praise_imports,
    reach,
    reactions,
    screens,
    spreading,
)
from recognition.anniversaries import years_on
from recognition.models import Case, Praise, Reach, Reaction, Recognition, Value
from recognition.quarters import quarter_before
from recognition.reports.unseen import unseen

SEED, YEAR = 20261122, timedelta(days=360)
EVERYDAY = 760
STORIES, SHORT, CUSTOMERS = (
    Path(__file__).with_name(name) for name in ("thanks.yaml", "short_thanks.yaml", "customers.yaml")
)


def load_recognition(accounts: dict[str, Person], *, at: datetime) -> None:
    """One story after the other between colleagues of one place, closer together towards today."""
    chance = random.Random(SEED)  # noqa: S311 (a demo that is the same every time)
    values = {value.key: value for value in Value.objects.all()}
    # One of the manager's people whom nobody thanks, so that there is somebody to be reminded of.
    quiet = list(accounts["manager"].reports.active().order_by("pk").values_list("pk", flat=True)[:1])
    stories = yaml.safe_load(STORIES.read_text())
    for number, (place, value, happened, did, changed) in enumerate(stories):
        # Squared: as many in the last quarter as in the half before it.
        posted_at = at - YEAR * (1 - (number + 1) / len(stories)) ** 2 - timedelta(minutes=chance.randrange(15, 600))
        near = Person.objects.active().filter(team__path__startswith=f"Service/{place}/")
        near = near.filter(started_on__lt=posted_at.date()).exclude(pk__in=quiet).order_by("pk")
        giver, *others = chance.sample(list(near), 4)
        thanked = others[: 1 + (number % 7 == 0) + (number % 11 == 0)]
        if number in {len(stories) - 4, len(stories) - 17}:
            thanked = [accounts["employee"]]
        one = posts.recognise(
            to=thanked, value=values[value], happened=happened, did=did, changed=changed, by=giver, at=posted_at
        )
        for reader in chance.sample(list(near), number % 5):
            kind = chance.choice(Reaction.Kind.values)
            reactions.react(recognition=one, kind=kind, on=True, by=reader, at=posted_at + timedelta(hours=2))
    _accounts(accounts, values, at)
    _reported(accounts, values, at)
    _customers(accounts, values, at)
    _milestones(at)
    _survey(accounts["steward"], accounts["employee"], at)
    _forgotten(accounts["employee"], at)
    _screens(accounts["steward"], accounts["employee"], at)
    _at_the_desk(accounts["steward"], accounts["employee"], at)
    _everyday(values, quiet, at)
    _not_seen(accounts["manager"], accounts["steward"], at)
    spreading.work_out(at=at)


def _accounts(accounts: dict[str, Person], values: dict[str, Value], at: datetime) -> None:
    """One from the employee, one in private, and an auditor who wishes to be thanked in private."""
    greta = accounts["auditor"]
    reach.wish(person=greta, reach=Reach.PRIVATE, photo=False, screens=False, milestones=False, by=greta, at=at)
    one = posts.recognise(
        to=[accounts["interviewer"]], value=values["lift-others"], by=accounts["employee"],
        at=at - timedelta(hours=3), happened="My numbers were bad and I was sure that I would hear about it.",
        did="Asked me what I had tried instead of showing me the list, and sat in on my next two calls.",
        changed="I asked the question about the delivery first, and it was much shorter.",
    )  # fmt: skip
    to_trainer = f"@{accounts['trainer'].full_name}, could this be the next practice?"
    for author, words, minutes in (
        ("manager", "I did the same with the list once. Asking first is the better half hour.", 40),
        ("interviewer", "You had found it yourself by the second call. I only sat there.", 95),
        ("manager", to_trainer, 130),
    ):
        said_at = at - timedelta(hours=3) + timedelta(minutes=minutes)
        comments.comment(recognition=one, words=words, by=accounts[author], at=said_at)
    posts.recognise(
        to=[accounts["employee"]], value=values["own-it"], by=accounts["manager"], visibility=Reach.PRIVATE,
        at=at - timedelta(days=1, hours=2),
        did="Came to me on Monday about the refund that went wrong, before anybody else could have told me.",
        changed="I could ring the customer first.",
    )  # fmt: skip


def _reported(accounts: dict[str, Person], values: dict[str, Value], at: datetime) -> None:
    """One waits for the steward's decision; one of the employee's was removed, and they can appeal."""
    named = posts.recognise(
        to=[accounts["interviewer"]], value=values["listen-first"], by=accounts["manager"], at=at - timedelta(days=3),
        happened="Mrs Adeyemi from Elm Street 4 rang for the third time.",
        did="Read the whole history before picking up, and did not ask her for it again.",
    )  # fmt: skip
    _report(named, "customer", "The customer's name and street are in it.", accounts["employee"], at)
    joke = posts.recognise(
        to=[accounts["interviewer"]], value=values["lift-others"], by=accounts["employee"], at=at - timedelta(days=6),
        did="Stayed awake for the whole of the Monday meeting, which nobody else in his team managed.",
    )  # fmt: skip
    case = _report(joke, "hurts", "Meant as a joke, but his team reads it too.", accounts["manager"], at)
    reason = "It thanks one person at the cost of his team. Say what he did in the meeting, and leave the others out."
    moderation.decide(case=case, restore=False, reason=reason, by=accounts["steward"], at=at - timedelta(hours=20))


def _report(one: Recognition, kind: str, words: str, by: Person, at: datetime) -> Case:
    day_before = at - timedelta(days=1)
    moderation.report(recognition=one, kind=kind, words=words, by=by, at=day_before)
    return Case.objects.get(recognition=one)


def _customers(accounts: dict[str, Person], values: dict[str, Value], at: datetime) -> None:
    """About the employee and somebody of the manager's in turn; the last of them are still to be checked. Praise
    that may be shown is on the wall."""
    told, employee = yaml.safe_load(CUSTOMERS.read_text()), accounts["employee"]
    # The second: the first is the one whom nobody thanks.
    led = next(iter(accounts["manager"].reports.active().order_by("pk")[1:2]), employee)
    for number, (kind, channel, decision, consent, words, customer) in enumerate(told):
        one_of, entered_at = (
            (led, employee)[number % 2 == 0 and number > 0],
            at - timedelta(days=9 * (len(told) - number) - 8, hours=2),
        )
        one = praise.enter_praise(
            kind=kind, original=words, customer=customer, channel=channel, consent=consent, about=[one_of],
            site=one_of.site, team=one_of.team, said_on=(entered_at - timedelta(days=1)).date(),
            token=UUID(int=number + 1), by=accounts["interviewer"], at=entered_at,
        )  # fmt: skip
        if decision:
            checked_at = entered_at + timedelta(hours=1)
            praise.check_praise(praise=one, words=one.words, decision=decision, by=accounts["steward"], at=checked_at)
        if decision == Praise.State.SHOWN:
            posts.recognise(
                to=[one_of], value=values["own-it"], did="", praise=one, by=accounts["steward"],
                at=checked_at + timedelta(minutes=5),
            )  # fmt: skip


def _milestones(at: datetime) -> None:
    """Some whose year is round about now wish to celebrate it; one of them with the team alone."""
    days = [at.date() + timedelta(days=number) for number in range(-7, 8)]
    round_about_now = [
        person
        for person in Person.objects.active().exclude(started_on=None).order_by("pk")
        if person.started_on and any(years_on(day, since=person.started_on) for day in days)
    ]
    for number, person in enumerate(round_about_now[:8]):
        far = Reach.TEAM if number == 3 else Reach.EVERYONE
        reach.wish(person=person, reach=far, photo=True, screens=True, milestones=True, by=person, at=at)


def _survey(steward: Person, employee: Person, at: datetime) -> None:
    """A steward's file: one was applied, and what it brought waits; the next is checked and shows what would come."""
    day = (at - timedelta(days=2)).date()
    head = "said,said_on,source,reference,consent,kind,about,customer\n"
    rows = [
        f"You had my letter twice. This time it was read. Thank you!,{day},Autumn survey,1041,yes,,{employee.email},",
        f"The parcel came. The card in it was for Mrs Jane Ashby.,{day},Autumn survey,1042,no,complaint,,Jane Ashby",
        f"Everything fine. Call me on 07700 900456 about the prize.,{day},Autumn survey,1043,yes,,,",
    ]
    for count, applied in ((1, True), (3, False)):
        data, days_ago = (head + "\n".join(rows[:count])).encode(), at - timedelta(days=count == 1)
        run = praise_imports.start_import(data=data, file_name="autumn-survey.csv", by=steward, at=days_ago)
        imports.check_import(run_id=run.pk, clock=lambda: at)
        run.refresh_from_db()
        if applied and run.state == ImportRun.State.READY:
            imports.queue_import(run=run, by=steward, at=at)
            imports.apply_import(run_id=run.pk, clock=lambda: at)


def _at_the_desk(steward: Person, employee: Person, at: datetime) -> None:
    """A link that hangs at the employee's site, by which two customers wrote; and one that was revoked."""
    site = employee.site or Site.objects.order_by("name")[0]
    week_ago = at - timedelta(days=7)
    old = customer_links.make_link(site=site, name="On the receipts of spring", by=steward, at=at - timedelta(days=90))
    customer_links.revoke_link(link=old, by=steward, at=week_ago)
    link = customer_links.make_link(site=site, name="At the parcel desk", by=steward, at=week_ago)
    for number, (kind, words, whom, customer) in enumerate(
        (
            ("praise", "I was late and the desk was closing. She opened it again, and smiled.", "the tall one", ""),
            ("complaint", "Nobody at the desk for ten minutes. I am Peter Lang, box 4417 2209.", "", "Peter Lang"),
        )
    ):
        customer_links.leave_words(
            link=link, kind=kind, original=words, whom=whom, customer=customer, consent=True,
            token=UUID(int=1000 + number), at=at - timedelta(hours=5 + number),
        )  # fmt: skip


def _forgotten(employee: Person, at: datetime) -> None:
    """One that nobody checked in time, and one that loses its original soon."""
    for number, (days, words) in enumerate(
        ((33, "Ms Iris Holm here. He waited with me until the lift worked again."), (26, "Quick, kind, and right."))
    ):
        entered_at = at - timedelta(days=days)
        praise.enter_praise(
            kind="praise", original=words, customer="Iris Holm" if number == 0 else "", channel="person", consent=True,
            about=[employee], said_on=entered_at.date(), token=UUID(int=2000 + number), by=employee, at=entered_at,
        )  # fmt: skip
    forgetting.forget_originals(at=at)


def _screens(steward: Person, employee: Person, at: datetime) -> None:
    """Two in use, whose addresses nobody has any more: make one to see it; and one that was revoked."""
    for name, site, days in (("Break room, ground floor", employee.site, 40), ("Canteen", None, 12)):
        screens.make_screen(name=name, site=site, by=steward, at=at - timedelta(days=days))
    old, _secret = screens.make_screen(name="Old lobby", by=steward, at=at - timedelta(days=90))
    screens.revoke_screen(screen=old, by=steward, at=at - timedelta(days=41))


def _everyday(values: dict[str, Value], quiet: list[int], at: datetime) -> None:
    """Short thanks of the months before, half of them within one's place; and two who thank each other strikingly
    often."""
    chance = random.Random(SEED + 1)  # noqa: S311 (a demo that is the same every time)
    short = yaml.safe_load(SHORT.read_text())
    rows = Person.objects.active().filter(team__path__startswith="Service/").select_related("team")
    people = list(rows.exclude(email__endswith="@demo.example").exclude(pk__in=quiet).order_by("pk"))
    places: dict[str, list[Person]] = {}
    for person in people:
        places.setdefault("/".join(person.team.path.split("/")[:2]) if person.team else "", []).append(person)
    for number in range(EVERYDAY):
        posted_at = at - timedelta(days=55 + chance.randrange(300), minutes=chance.randrange(600))
        giver = chance.choice(people)
        near = next(them for them in places.values() if giver in them)
        to = chance.choice(near if chance.random() < 0.5 else people)
        if to != giver and all(not one.started_on or one.started_on < posted_at.date() for one in (giver, to)):
            _short(short[number % len(short)], giver, to, values, posted_at)
    _ring(short, people, values, at)


def _short(told: list[str], giver: Person, to: Person, values: dict[str, Value], at: datetime) -> None:
    value, did = told
    posts.recognise(to=[to], value=values[value], did=did, by=giver, at=at)


def _ring(short: list[list[str]], people: list[Person], values: dict[str, Value], at: datetime) -> None:
    """In the last complete quarter."""
    middle = datetime.combine(quarter_before(at.date()).first, at.timetz()) + timedelta(days=30)
    old = [one for one in people if one.started_on and one.started_on < middle.date()]
    one, other = next((a, b) for a, b in pairwise(old) if a.team_id == b.team_id)
    for number in range(8):
        giver, to = (one, other) if number % 2 else (other, one)
        _short(short[number], giver, to, values, middle + timedelta(days=3 * number))


def _not_seen(manager: Person, steward: Person, at: datetime) -> None:
    """A customer's praise of one of the manager's people whom nobody has thanked lately."""
    for person in unseen([manager], at=at).get(manager.pk, [])[:1]:
        entered_at = at - timedelta(days=4)
        one = praise.enter_praise(
            kind="praise", original="He walked over to the shop with me and did not leave before it was sorted.",
            channel="person", consent=True, about=[person], said_on=entered_at.date(), token=UUID(int=3000), by=steward,
            at=entered_at,
        )  # fmt: skip
        praise.check_praise(praise=one, words=one.words, decision=Praise.State.SHOWN, by=steward, at=entered_at)
