"""Recognition for the scene: thanks that reach everyone, a team, a manager and nobody else, with a canary in each; and
somebody who wishes to be thanked in private; and what customers said, in each state."""

from datetime import timedelta
from io import BytesIO
from pathlib import PurePosixPath
from typing import Any

from people.actions import imports
from recognition.actions import (
    announcing,
    comments,
    customer_links,
    ideas,
    moderation,
    nominations,
    posts,
    praise,
    praise_imports,
    reach,
    scores,
    screens,
    spreading,
)
from recognition.actions.pictures import prepare_picture
from recognition.customer_links import token_for
from recognition.models import Case, Reach, Ring, Spread
from tests.access.scene import Scene, canary, picture
from tests.cast import (
    NOW,
    answer,
    cast,
    conclude,
    finish_idea,
    make_panel,
    make_programme,
    make_round,
    make_value,
    nominate,
    propose,
    said,
    thank,
    turn,
)

DAY = timedelta(days=1)
# Those with a picture, and what is to be seen in it. Shadow wishes to show none.
PICTURED = {
    "all": lambda: "The parcel",
    "private": lambda: f"The parcel {canary('pictured.private')}",
    "wished": lambda: f"The parcel {canary('pictured.wished')}",
}


def add_to(scene: Scene) -> Scene:
    """The same scene, with recognition in it."""
    people, things = scene.people, scene.things
    things["value.used"], _next = make_value(name="Own it"), make_value(name="Listen first to others")
    things["value.archived"] = make_value(name="Old", archived_at=NOW)
    private: dict[str, Any] = {"reach": Reach.PRIVATE, "photo": False, "screens": False, "milestones": False}
    reach.wish(person=people["shadow"], by=people["shadow"], at=NOW, **private)
    for name, giver, thanked, visibility in (
        ("all", "submitted", "employee", Reach.EVERYONE),
        ("team", "submitted", "owing", Reach.TEAM),
        ("manager", "recruiterb", "employee", Reach.MANAGER),
        ("private", "submitted", "employee", Reach.PRIVATE),
        ("wished", "submitted", "shadow", Reach.EVERYONE),
        ("withdrawn", "submitted", "employee", Reach.EVERYONE),
        ("late", "submitted", "employee", Reach.EVERYONE),
    ):
        word = "Nobody sees it any more" if name == "withdrawn" else canary(f"praise.{name}")
        at = NOW - timedelta(hours=1) if name == "late" else NOW
        shown = prepare_picture(upload=BytesIO(picture()), alt=PICTURED[name]()) if name in PICTURED else None
        post = things[f"praise.{name}"] = thank(
            people[thanked], by=people[giver], value=things["value.used"], visibility=visibility, at=at,
            did=f"Stayed until the parcel was found. {word}", picture=shown,
        )  # fmt: skip
        if shown:
            version = PurePosixPath(post.picture.file.name).stem
            things[f"picture.{name}"] = {"pk": post.pk, "version": version, "size": "small"}
    posts.withdraw_recognition(recognition=things["praise.withdrawn"], by=people["submitted"], at=NOW)
    _reported(scene)
    _commented(scene)
    for name in ("waiting", "shown", "lesson", "discarded"):
        words = "Nobody reads it" if name == "discarded" else canary(f"said.{name}")
        one = said(f"She kept her promise. {words}", about=[people["employee"]], by=people["submitted"])
        things[f"said.{name}"] = one
        if name != "waiting":
            praise.check_praise(praise=one, words=one.words, decision=name, by=people["steward"], at=NOW)
    _imported(scene)
    _scored(scene)
    _linked(scene)
    _screens(scene)
    _awards(scene)
    _ideas(scene)
    _spread(scene)
    return scene


def _ideas(scene: Scene) -> None:
    """Ideas about the employee's team in each state; one for who answers alone, and one without a name."""
    people, things = scene.people, scene.things
    team = people["employee"].team
    for name in ("open", "closed", "unnamed", "accepted", "done", "withdrawn", "removed"):
        word = "Nobody reads it any more" if name == "withdrawn" else canary(f"idea.{name}")
        one = things[f"idea.{name}"] = propose(
            people["submitted"] if name == "unnamed" else people["employee"], team=team, is_open=name != "closed",
            is_named=name != "unnamed", instead=f"A shelf behind the desk. {word}",
        )  # fmt: skip
        if name in {"accepted", "done"}:
            why = f"It costs a shelf. {canary(f'answered.{name}')}"
            answer(one, people["steward"], doer=people["owing"], reason=why)
    finish_idea(things["idea.done"], people["owing"], by=people["owing"])
    ideas.withdraw(idea=things["idea.withdrawn"], by=people["employee"], at=NOW)
    reason = f"It names a guest. {canary('idea.why')}"
    ideas.take_down(idea=things["idea.removed"], reason=reason, by=people["steward"], at=NOW)


def _spread(scene: Scene) -> None:
    """The last quarters, worked out; a ring that nobody has looked at, one with a note, and one with the steward."""
    people, things = scene.people, scene.things
    spreading.work_out(at=NOW)
    for name, members in (
        ("open", ("submitted", "employee")),
        ("looked", ("owing", "shadow")),
        ("own", ("steward", "submitted")),
    ):
        ring = things[f"ring.{name}"] = Ring.objects.create(spread=Spread.objects.order_by("pk")[0], thanks=8)
        ring.people.set([people[member] for member in members])
    note = canary("ring.note")
    spreading.look_at(ring=things["ring.looked"], outcome="nothing", note=note, by=people["steward"], at=NOW)
    things["ring.looked"].refresh_from_db()
    things["led.employee"] = people["employee"]


def _screens(scene: Scene) -> None:
    """A screen that is in use, one that was revoked, and a secret that nobody was given."""
    by, things = scene.people["steward"], scene.things
    for name in ("open", "over"):
        things[f"screen.{name}"], secret = screens.make_screen(name=name, by=by, at=NOW)
        things[f"secret.{name}"] = {"secret": secret}
    screens.revoke_screen(screen=things["screen.over"], by=by, at=NOW)
    things["secret.made_up"] = {"secret": "made-up"}


def _linked(scene: Scene) -> None:
    """A link for customers that is in use, one that was revoked, and one that nobody signed."""
    by, things = scene.people["steward"], scene.things
    for name in ("open", "over"):
        link = things[f"link.{name}"] = customer_links.make_link(site=things["site"], name=name, by=by, at=NOW)
        things[f"address.{name}"] = {"token": token_for(link.pk)}
    customer_links.revoke_link(link=things["link.over"], by=by, at=NOW)
    things["address.made_up"] = {"token": f"{things['link.open'].pk}.made-up"}


def _imported(scene: Scene) -> None:
    """The steward's files of customers' words: one to apply, and one with a row that is wrong."""
    by = scene.people["steward"]
    for name, day in (("ready", "2026-11-19"), ("rejected", "never")):
        row = f"She kept her promise. {canary('words.row')},{day},Survey,{name}\n"
        scene.things[f"words.{name}"] = run = praise_imports.start_import(
            data=f"said,said_on,source,reference\n{row}".encode(),
            file_name=f"{canary('words.file')}.csv",
            by=by,
            at=NOW,
        )
        imports.check_import(run_id=run.pk, clock=lambda: NOW)
        run.refresh_from_db()


def _scored(scene: Scene) -> None:
    """The steward's files of customers' scores: one to apply, and one with a row that is wrong."""
    by = scene.people["steward"]
    for name, day in (("ready", "2026-11-19"), ("rejected", "never")):
        row = f"{scene.things['team.a'].path},{day},4,1-5,{canary('scores.source')},{name}\n"
        scene.things[f"scores.{name}"] = run = scores.start_import(
            data=f"team,date,score,scale,source,reference\n{row}".encode(),
            file_name=f"{canary('scores.file')}.csv",
            by=by,
            at=NOW,
        )
        imports.check_import(run_id=run.pk, clock=lambda: NOW)
        run.refresh_from_db()


def _reported(scene: Scene) -> None:
    """What waits for a decision, what was removed, and what waits for an answer."""
    people, things = scene.people, scene.things
    for name in ("open", "removed", "appealed", "answerable"):
        one = thank(
            people["employee"], by=people["submitted"], value=things["value.used"],
            did=f"Stayed until the parcel was found. {canary(f'reported.{name}')}",
        )  # fmt: skip
        words = canary(f"report.{name}")
        moderation.report(recognition=one, kind="hurts", words=words, by=people["owing"], at=NOW)
        case = things[f"case.{name}"] = Case.objects.get(recognition=one)
        things[f"praise.{name}"] = one
        if name != "open":
            # The steward answers an appeal only against what somebody else decided.
            reason, by = canary(f"decided.{name}"), people["adminb" if name == "answerable" else "steward"]
            moderation.decide(case=case, restore=False, reason=reason, by=by, at=NOW)
    words = canary("appeal")
    for name in ("appealed", "answerable"):
        moderation.appeal(case=things[f"case.{name}"], words=words, by=people["submitted"], at=NOW)


def _commented(scene: Scene) -> None:
    """Under what everyone sees, one that is shown and one that is hidden; and one under what two people see."""
    people, things = scene.people, scene.things
    for name, under, author in (
        ("all", "all", "owing"),
        ("hidden", "all", "owing"),
        ("private", "private", "employee"),
    ):
        one, words = things[f"praise.{under}"], canary(f"comment.{name}")
        things[f"comment.{name}"] = comments.comment(recognition=one, words=words, by=people[author], at=NOW)
    hidden = things["comment.hidden"]
    moderation.report(
        recognition=hidden.recognition, comment=hidden, kind="hurts", by=people["manager"], at=NOW
    )  # fmt: skip
    things["case.comment"] = Case.objects.get(comment=hidden)


def _awards(scene: Scene) -> None:
    """A programme that nothing holds, one that runs, and rounds: being prepared, open."""
    people, things = scene.people, scene.things
    things["award.idle"] = make_programme(by=people["steward"])
    things["award.runs"] = make_programme(by=people["steward"])
    word = canary("round.draft")
    things["round.draft"] = make_round(
        things["award.idle"], by=people["steward"], published=False, name=f"Winter {word}"
    )  # fmt: skip
    things["round.open"] = row = make_round(things["award.runs"], by=people["steward"])
    word = canary("nomination")
    things["nomination.in"] = nominate(
        row, people["new"], by=people["submitted"], words=f"Stayed until the end. {word} " * 2
    )
    first = row.criteria.order_by("position")[0]
    things["nomination.draft"] = nominations.save_draft(
        round_=row, nominee=None, words={first.pk: canary("nomination.draft")}, by=people["submitted"], at=NOW
    )
    things["nomination.ready"] = ready = nominate(row, people["owing"], by=people["submitted"])
    nominations.take_back(nomination=ready, by=people["submitted"], at=NOW)
    ready.refresh_from_db()
    _judged(scene)


def _judged(scene: Scene) -> None:
    """A round with two nominees that is judged (one ballot is in), and one that is revealed and tied."""
    people, things, past = scene.people, scene.things, NOW - timedelta(days=30)
    for name in ("judged", "tied", "decided", "announced"):
        days: dict[str, Any] = {
            "opens_on": past.date(),
            "closes_on": past.date() + DAY,
            "judge_by": NOW.date() - 3 * DAY,
        }
        programme = make_programme(by=people["steward"], quorum=1)
        hour = NOW - DAY if name == "announced" else NOW + 10 * DAY
        row = make_round(programme, by=people["steward"], at=past - 2 * DAY, announce_at=hour, **days)
        things[f"round.{name}"] = row
        judges = [people["recruiterb"]] + ([people["adminb"]] if name == "judged" else [])
        seats = make_panel(row, *judges)
        things[f"seat.{name}"] = seats[-1]
        for nominee in ("other", "employee" if name == "announced" else "new"):
            who = people[nominee]
            words = f"{who.full_name} stayed until the parcel was found. {canary(f'case.{name}')}"
            nominate(row, who, by=people["submitted"], words=words, at=past)
        turn(row, at=NOW - timedelta(days=20))
        first = row.candidacies.get(nominee=people["other"])
        second = row.candidacies.exclude(pk=first.pk).get()
        things[f"nominee.{name}"], things[f"nominee.{name}.next"] = first, second
        best = 5 if name in {"decided", "announced"} else 4
        for one, care in ((first, best), (second, 4))[: 1 if name == "judged" else 2]:
            cast(seats[0], one, care, 3, words=f"As the fourth anchor says. {canary(f'ballot.{name}')}", at=NOW)
    row = things["round.announced"]
    winner = things["winner.announced"] = row.candidacies.get(is_winner=True)
    cited = things["winner.decided"] = things["round.decided"].candidacies.get(is_winner=True)
    words = "Stayed with a caller for two hours, until it was solved."
    announcing.cite(candidacy=cited, words=words, by=people["steward"], at=NOW)
    conclude(row, winner, people["steward"], NOW - DAY)
    things["said.employee"] = row.candidacies.get(nominee=people["employee"])
