"""Recognition for the scene: thanks that reach everyone, a team, a manager and nobody else, with a canary in each; and
somebody who wishes to be thanked in private; and what customers said, in each state."""

from datetime import timedelta
from typing import Any

from people.actions import imports
from recognition.actions import comments, customer_links, moderation, posts, praise, praise_imports, reach, screens
from recognition.customer_links import token_for
from recognition.models import Case, Reach
from tests.access.scene import Scene, canary
from tests.cast import NOW, make_value, said, thank


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
        things[f"praise.{name}"] = thank(
            people[thanked], by=people[giver], value=things["value.used"], visibility=visibility, at=at,
            did=f"Stayed until the parcel was found. {word}",
        )  # fmt: skip
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
    _linked(scene)
    _screens(scene)
    return scene


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


def _reported(scene: Scene) -> None:
    """What waits for a decision, what was removed, and what waits for an answer."""
    people, things = scene.people, scene.things
    for name in ("open", "removed", "appealed"):
        one = thank(
            people["employee"], by=people["submitted"], value=things["value.used"],
            did=f"Stayed until the parcel was found. {canary(f'reported.{name}')}",
        )  # fmt: skip
        words = canary(f"report.{name}")
        moderation.report(recognition=one, kind="hurts", words=words, by=people["owing"], at=NOW)
        case = things[f"case.{name}"] = Case.objects.get(recognition=one)
        things[f"praise.{name}"] = one
        if name != "open":
            reason = canary(f"decided.{name}")
            moderation.decide(case=case, restore=False, reason=reason, by=people["steward"], at=NOW)
    words = canary("appeal")
    moderation.appeal(case=things["case.appealed"], words=words, by=people["submitted"], at=NOW)


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
