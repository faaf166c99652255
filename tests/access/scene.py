"""One believable organisation to try every door of: two team trees with an opening each (and a blind one), interviews
in all their states, and a canary in every sensitive field. A canary is a word that stands nowhere else, so that an
answer that holds it tells who was let see that field (the table of who may is in tests/access/table.py)."""

import re
from dataclasses import dataclass, field, replace
from datetime import timedelta
from io import BytesIO
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import Aaguid, AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData
from PIL import Image

from hiring import models as hiring
from hiring import notices
from hiring import rule as rules
from hiring.actions import candidate_imports, candidates, decisions, interviews, kit_sharing, kits, openings, scorecards
from hiring.actions import library as library_actions
from hiring.actions.scorecards import QuestionInput, RatingInput, ScorecardInput
from hiring.invitations import INTERVIEW_INVITATION
from notifications.actions import feeds, holds, webhooks
from notifications.actions import notices as telling
from notifications.models import CalendarFeed, Delivery, Preference, Suppression, WebhookTry
from notifications.steps import Step
from notifications.switches import Switch
from people.actions import imports, people_imports, photos, tokens
from people.actions import roles as role_actions
from people.models import ImportRun, Person, Role, RoleGrant, TokenScope
from tests.cast import (
    NOW,
    interview_stage,
    make_application,
    make_interview,
    make_kit_version,
    make_opening,
    make_person,
    make_site,
    make_team,
)

ROLES = (
    "visitor", "leaver", "halfway", "employee", "owing", "submitted", "shadow", "recruiter", "recruiterb", "seated",
    "manager", "trainer", "steward", "admin", "adminb", "auditor", "auditorb",
)  # fmt: skip
OUTSIDE = ("visitor", "leaver", "halfway")  # who is not, or not wholly, signed in
INSIDE = tuple(role for role in ROLES if role not in OUTSIDE)
NOBODY = 987_654_321  # a key that no row has

CANARY = re.compile(r"zc[a-z]+zz")
MADE: set[str] = set()


def canary(name: str) -> str:
    """The word of a canary: "evidence.sealed" is "zcevidencesealedzz"."""
    word = f"zc{re.sub('[^a-z]', '', name)}zz"
    MADE.add(word)
    return word


def picture(colour: str = "teal") -> bytes:
    """A small photo."""
    content = BytesIO()
    Image.new("RGB", (64, 64), colour).save(content, "PNG")
    return content.getvalue()


@dataclass
class Scene:
    """Who is there, and the objects by the names under which the table knows them."""

    people: dict[str, Person] = field(default_factory=dict)
    things: dict[str, Any] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Any:
        return self.things[name]

    def arguments(self, thing: str) -> dict[str, Any]:
        """What the URL of this thing is made with."""
        found = self.things[thing]
        if isinstance(found, dict):
            return found
        return {"pk": found.pk}


def build() -> Scene:
    """The scene as it stands at NOW."""
    scene = Scene()
    _organisation(scene)
    _kits(scene)
    _openings(scene)
    _applications(scene)
    _interviews(scene)
    _judgement(scene)
    _files_and_notes(scene)
    _administration(scene)
    _notices(scene)
    _webhooks(scene)
    return scene


def _organisation(scene: Scene) -> None:
    team_a, team_b = make_team("Service/Contact centre"), make_team("Service/Shops")
    below_a = make_team("Service/Contact centre/Evening")
    people = scene.people
    people["manager"] = make_person("Hanna Manager", team=team_a)
    people["employee"] = make_person("Emil Employee", team=below_a, manager=people["manager"])
    people["owing"] = make_person("Olga Owing", team=team_a)
    people["submitted"] = make_person("Sami Submitted", team=team_a)
    people["shadow"] = make_person("Shirin Shadow", team=team_a)
    people["other"] = make_person("Otto Other", team=team_a)
    people["recruiter"] = make_person("Rosa Recruiter", team=team_a, roles={Role.RECRUITER: team_a})
    people["halfway"] = make_person("Hal Halfway", team=team_a, roles={Role.RECRUITER: team_a})
    people["seated"] = make_person("Sina Seated", team=team_a, roles={Role.RECRUITER: team_a})
    people["recruiterb"] = make_person("Rico Recruiter", team=team_b, roles={Role.RECRUITER: team_b})
    people["trainer"] = make_person("Tara Trainer", team=team_a, roles={Role.TRAINER: None})
    people["steward"] = make_person("Stan Steward", team=team_a, roles={Role.STEWARD: None})
    people["admin"] = make_person("Ada Admin", team=team_a, roles={Role.PEOPLE_ADMIN: None})
    people["adminb"] = make_person("Abe Admin", team=team_b, roles={Role.PEOPLE_ADMIN: team_b})
    people["auditor"] = make_person("Aude Auditor", team=team_a, roles={Role.AUDITOR: None})
    people["auditorb"] = make_person("Aron Auditor", team=team_b, roles={Role.AUDITOR: team_b})
    people["leaver"] = make_person("Lena Leaver", team=team_a, roles={Role.RECRUITER: None})
    people["managerb"] = make_person("Hugo Manager", team=team_b)
    people["gone"] = make_person(
        f"{canary('gone.name')} Gone", team=team_a, email=f"{canary('gone.email')}@staff.example", is_active=False
    )
    people["new"] = make_person("Nora New", team=team_a)
    people["new"].set_unusable_password()  # has not joined, so may be invited
    people["new"].save(update_fields=["password"])
    for name in ("employee", "gone"):
        person = photos.set_photo(person=people[name], photo=BytesIO(picture()), by=None, at=NOW)
        version = person.photo.name.rpartition("/")[2].partition(".")[0]
        scene.things[f"photo.{name}"] = {"pk": person.pk, "version": version, "size": "small"}
    addresses = [EmailAddress(user=one, email=one.email, verified=True, primary=True) for one in people.values()]
    EmailAddress.objects.bulk_create(addresses)
    scene.things |= {f"person.{name}": person for name, person in people.items()}
    scene.things |= {"team.a": team_a, "team.below": below_a, "team.b": team_b, "site": make_site()}


def _kits(scene: Scene) -> None:
    scene.things["kit.version"] = version = make_kit_version()
    shown = make_kit_version(state="draft", competencies=("composure",))
    hiring.KitVersion.objects.filter(pk=shown.pk).update(
        application_hidden=False, state="published", published_at=NOW, guidance=canary("kit.guidance")
    )
    shown.refresh_from_db()
    scene.things |= {"kit": version.kit, "kit.shown": shown, "kit.bare": make_kit_version().kit}
    scene.things["kit.archived"] = make_kit_version().kit
    kits.archive_kit(kit=scene["kit.archived"], by=scene.people["recruiter"], at=NOW)
    text = kit_sharing.export_version(version=version, by=scene.people["recruiter"], at=NOW)
    scene.things["kit.text"] = {"text": text}
    recruiter = scene.people["recruiter"]
    draft = kits.start_draft(kit=version.kit, by=recruiter, at=NOW)
    hiring.KitVersion.objects.filter(pk=draft.pk).update(guidance=canary("kit.draft"))
    competency = hiring.Competency.objects.create(key="empathy", name="Empathy", definition="Feels with the customer.")
    question = hiring.Question.objects.create(competency=competency, key="empathy-1", kind="behavioural", text="When?")
    archived = hiring.Competency.objects.create(key="charm", name="Charm", definition="Charms the customer.")
    asked = hiring.Question.objects.create(competency=archived, key="charm-1", kind="behavioural", text="How?")
    library_actions.archive_question(question=asked, by=recruiter, at=NOW)
    library_actions.archive_competency(competency=archived, by=recruiter, at=NOW)
    scene.things |= {"kit.draft": draft, "competency": competency, "question": question}
    scene.things |= {"competency.archived": archived, "question.archived": asked}


def _openings(scene: Scene) -> None:
    people, version = scene.people, scene["kit.version"]
    scene.things["opening.a"] = opening = make_opening(
        team=scene["team.a"], manager=people["manager"], recruiters=(people["recruiter"],), kit_version=version,
        title=f"Agent {canary('opening.title')}", description=canary("opening.description"),
    )  # fmt: skip
    hiring.Stage.objects.create(opening=opening, position=4, name="Trial", kit_version=scene["kit.shown"])
    scene.things["opening.blind"] = make_opening(
        team=scene["team.below"], manager=people["manager"], kit_version=version, blind=True, title="Evening agent"
    )
    scene.things["opening.b"] = make_opening(
        team=scene["team.b"], manager=people["managerb"], kit_version=version, title=f"Seller {canary('other.title')}"
    )
    scene.things["opening.draft"] = make_opening(
        team=scene["team.a"], manager=people["manager"], kit_version=version, state="draft", title="Night agent"
    )
    for name in ("a", "blind", "b", "draft"):
        opening = scene[f"opening.{name}"]
        stages = opening.stages.order_by("position").select_related("kit_version")
        rule = openings.suggested_rule(stages)
        assert rule is not None
        openings.set_rule(opening=opening, rule=rule, by=people["recruiter"], at=NOW)
        scene.things[f"stage.{name}"] = interview_stage(opening)
    _another_rule(scene)


def _another_rule(scene: Scene) -> None:
    opening = scene["opening.a"]
    openings.fix_rule(opening=opening, at=NOW)
    stored = openings.current_rule(opening)
    assert stored is not None
    changed = replace(rules.parse(stored.document), compensatory=False)
    openings.set_rule(opening=opening, rule=changed, by=scene.people["recruiter"], at=NOW, reason=canary("rule.reason"))


def _applications(scene: Scene) -> None:
    in_a = ("plain", "sealed", "revealed", "broken", "coming", "begun", "missed", "cancelled", "shown")
    for opening, names in (("a", in_a), ("blind", ("blind", "veiled", "unblinded")), ("b", ("elsewhere",))):
        for name in names:
            scene.things[f"application.{name}"] = application = make_application(
                scene[f"opening.{opening}"],
                f"{canary(f'name.{name}')} Applicant",
                email=f"{canary(f'email.{name}')}@mail.example",
            )
            candidate = application.candidate
            candidate.phone = f"+44 {canary(f'phone.{name}')}"
            candidate.search_text = candidates.search_text(candidate)
            candidate.save()
            scene.things[f"candidate.{name}"] = candidate
    plain, shown = scene["application.plain"], scene["application.shown"]
    plain.stage = plain.opening.stages.get(position=1)
    shown.stage = shown.opening.stages.get(position=4)
    plain.save()
    shown.save()


def _interviews(scene: Scene) -> None:
    people = scene.people
    owing, submitted, seated, shadow = (people[name] for name in ("owing", "submitted", "seated", "shadow"))
    panel, watching = (submitted, owing, seated), (shadow,)

    def hold(name: str, panel: tuple[Person, ...], shadows: tuple[Person, ...] = (), **fields: Any) -> None:
        application = scene[f"application.{name}"]
        fields.setdefault("stage", application.stage)
        fields.setdefault("place", canary(f"place.{name}"))
        scene.things[f"interview.{name}"] = make_interview(application, panel, shadows=shadows, **fields)

    for name in ("sealed", "broken", "blind", "shown"):
        hold(name, panel, watching)
    hold("revealed", (submitted, people["other"]))
    hold("veiled", (people["manager"], people["other"]))  # who may decide sits on a blind panel
    hold("unblinded", (submitted, people["other"]))
    hold("elsewhere", (people["other"],))
    hold("coming", panel, starts_at=NOW + timedelta(days=1))
    hold("begun", panel, starts_at=NOW - timedelta(minutes=10))
    hold("missed", (owing, people["other"]), starts_at=NOW - timedelta(minutes=10))
    hold("cancelled", (owing, submitted), starts_at=NOW + timedelta(days=2))
    recruiter = people["recruiter"]
    reason = canary("reason.cancelled")
    interviews.cancel_interview(interview=scene["interview.cancelled"], reason=reason, by=recruiter, at=NOW)
    reason = canary("reason.missed")
    interviews.mark_no_show(interview=scene["interview.missed"], by=recruiter, reason=reason, at=NOW)


def write(scene: Scene, interview: str, person: Person, mark: str, *, score: int = 4, seal: bool = True) -> None:
    """A scorecard as a panellist writes it, canaries in all its words; submitted unless told."""
    sitting = scene[f"interview.{interview}"]
    scorecard = scorecards.open_scorecard(interview=sitting, person=person, at=NOW)
    kit = sitting.kit_version
    data = ScorecardInput(
        ratings={
            each.pk: RatingInput(score=score, evidence=canary(f"evidence.{mark}")) for each in kit.competencies.all()
        },
        questions={each.pk: QuestionInput("asked", canary(f"answer.{mark}")) for each in kit.questions.all()},
        recommendation=3,
        summary=canary(f"summary.{mark}"),
    )
    scorecard = scorecards.save_scorecard(scorecard=scorecard, revision=0, data=data, at=NOW)
    if seal:
        scorecards.submit_scorecard(scorecard=scorecard, revision=1, by=person, at=NOW)
    scorecard.refresh_from_db()
    scene.things[f"scorecard.{mark}"] = scorecard


def _judgement(scene: Scene) -> None:
    people = scene.people
    submitted, recruiter, manager = people["submitted"], people["recruiter"], people["manager"]
    for name in ("sealed", "broken", "blind", "shown", "revealed", "unblinded"):
        write(scene, name, submitted, name)
    write(scene, "veiled", manager, "veiled")
    for name in ("revealed", "unblinded", "elsewhere"):
        write(scene, name, people["other"], f"other.{name}", score=2)
    write(scene, "sealed", people["owing"], "draft", seal=False)
    reason = canary("break.broken")
    interviews.break_seal(interview=scene["interview.broken"], reason=reason, by=recruiter, at=NOW)
    _refreshed(scene)
    for name in ("revealed", "broken"):
        interview = scene[f"interview.{name}"]
        competency = interview.kit_version.competencies.first()
        scorecards.add_later_view(
            scorecard=scene[f"scorecard.{name}"], competency=competency, score=5, cause=canary(f"later.{name}"),
            by=submitted, at=NOW,
        )  # fmt: skip
        decisions.add_debrief_note(interview=interview, text=canary(f"debrief.{name}"), by=manager, at=NOW)
    for name in ("sealed", "revealed", "broken", "blind", "veiled", "elsewhere"):
        application = scene[f"application.{name}"]
        reason = canary(f"decision.{name}")
        hold = decisions.decide(application=application, outcome="hold", reason=reason, by=manager, at=NOW)
        scene.things[f"decision.{name}"] = hold
        decisions.decide(application=application, outcome="reconsider", reason=reason, by=manager, at=NOW)
    _refreshed(scene)


def _refreshed(scene: Scene) -> None:
    for key, thing in scene.things.items():
        if key.startswith(("application.", "interview.")):
            thing.refresh_from_db()


def _files_and_notes(scene: Scene) -> None:
    recruiter = scene.people["recruiter"]
    for name in ("sealed", "shown", "blind", "veiled", "elsewhere"):
        application = scene[f"application.{name}"]
        candidates.add_note(application=application, text=canary(f"note.{name}"), by=recruiter, at=NOW)
        scene.things[f"file.{name}"] = candidates.add_file(
            application=application,
            content=canary(f"content.{name}").encode(),
            name=f"{canary(f'file.{name}')}.txt",
            content_type="text/plain",
            suffix=".txt",
            by=recruiter,
            at=NOW,
        )


def _notices(scene: Scene) -> None:
    """Everybody was told of everything: what an inbox shows of it is a question of now."""
    for name in ("sealed", "blind", "veiled", "elsewhere"):
        interview = scene[f"interview.{name}"]
        invited = str(Step.of(interview, invited=True))
        kinds = ((notices.SCORECARD_DUE, "1"), (notices.SCORECARD_MISSING, "1"), (INTERVIEW_INVITATION, invited))
        for kind, occurrence in kinds:
            telling.notify(
                kind=kind, subject_id=interview.pk, to=scene.people.values(), at=NOW,
                due_at=NOW + timedelta(seconds=1), occurrence=occurrence,
            )  # fmt: skip
    Delivery.objects.filter(channel="portal").update(state="sent", sent_at=NOW)
    mine = Delivery.objects.shown_to(scene.people["owing"]).filter(kind=notices.SCORECARD_DUE.key)
    _switches(scene)
    _deliveries(scene)
    scene.things["notice.owing"] = mine.get(subject_id=scene["interview.sealed"].pk)
    for name in ("employee", "gone"):
        scene.things[f"feed.{name}"] = {"secret": feeds.make_feed(person=scene.people[name], at=NOW)}
    for feed in CalendarFeed.objects.all():
        feeds.note_use(feed=feed, at=NOW)  # which is noted once an hour


def _switches(scene: Scene) -> None:
    """Of a mail to one of them, still on and switched off; and an address that refuses mail."""
    owing, employee, key = scene.people["owing"], scene.people["employee"], notices.SCORECARD_MISSING.key
    for name, kind in (("owing", notices.SCORECARD_DUE.key), ("off", key)):
        switch = Switch.of(reader=f"p{owing.pk}", kind=kind, channel="mail", address=owing.email)
        scene.things[f"switch.{name}"] = {"token": switch.token}
    Preference.objects.create(person=owing, kind=key, channel="mail", cadence="never")
    address = scene["candidate.sealed"].email
    Suppression.objects.create(address=address, reason="gone", since=NOW, evidence="550 5.1.1 No such user")
    scene.things["suppression.employee"] = Suppression.objects.create(
        address=employee.email, reason="trouble", since=NOW, evidence="452 4.2.2 Mailbox full"
    )


def _deliveries(scene: Scene) -> None:
    """The same by mail, in the states in which an operator does something; all that is planned is on hold."""
    mails = Delivery.objects.filter(
        channel="mail", kind=notices.SCORECARD_DUE.key, subject_id=scene["interview.sealed"].pk
    )
    states: dict[str, tuple[str, dict[str, Any]]] = {
        "planned": ("owing", {}),
        "failed": ("submitted", {"state": "failed", "reason": "refused"}),
        "unknown": ("shadow", {"state": "unknown"}),
        "own": ("admin", {"state": "sent", "sent_at": NOW}),
    }
    for name, (reader, fields) in states.items():
        row = mails.filter(recipient=scene.people[reader])
        if fields:
            row.update(**fields)
        scene.things[f"delivery.{name}"] = row.get()
    scene.things["kind.scorecard"] = {"key": notices.SCORECARD_DUE.key}
    holds.hold(by=None, reason="", at=NOW + timedelta(seconds=2))


def _webhooks(scene: Scene) -> None:
    """Of each team one that signs; what came back of one repeats an address of another."""
    for name in ("a", "below", "b"):
        scene.things[f"webhook.{name}"], _secret = webhooks.add_webhook(
            team=scene[f"team.{name}"], name="Channel", form="generic", events=["hiring.interviews_today"],
            address=f"http://127.0.0.1:9/{canary('webhook.address')}", teams_below=False, time_zone="UTC",
            by=scene.people["admin"], at=NOW,
        )  # fmt: skip
    webhooks.pause_webhook(webhook=scene["webhook.b"], by=scene.people["adminb"], at=NOW)
    below = scene["webhook.below"]
    failed = Delivery.objects.create(
        kind="hiring.interviews_today", subject_id=below.team_id, occurrence="today", reader=below.reader,
        channel="chat", state="failed", reason="answered 500", due_at=NOW, planned_at=NOW,
        not_after=NOW + timedelta(days=1),
    )  # fmt: skip
    scene.things["try.below"] = WebhookTry.objects.create(
        webhook=below, delivery=failed, at=NOW, status=500, milliseconds=3, answer=canary("webhook.answer")
    )


def _administration(scene: Scene) -> None:
    people, things = scene.people, scene.things
    admin, recruiter = people["admin"], people["recruiter"]
    _ways_in(scene)
    things["grant.recruiter"] = RoleGrant.objects.get(person=recruiter)
    things["grant.b"] = RoleGrant.objects.get(person=people["recruiterb"])
    role_actions.grant_role(
        person=people["other"], role=Role.STEWARD, team=things["team.a"], starts_at=NOW, ends_at=None,
        reason=canary("grant.reason"), by=admin, at=NOW,
    )  # fmt: skip
    head = "full_name,email,job_title,team,manager_email,site,time_zone,language,started_on\n"
    row = f"{canary('import.row')} Nora,{{}},Agent,Service,,,Europe/London,en-gb,\n"
    for name, address in (("ready", f"{canary('import.address')}@staff.example"), ("rejected", "no address")):
        things[f"import.{name}"] = run = people_imports.start_import(
            data=(head + row.format(address)).encode(), file_name=f"{canary('import.file')}.csv", by=admin, at=NOW
        )
        imports.check_import(run_id=run.pk, clock=lambda: NOW)
        run.refresh_from_db()
    things["import.waiting"] = people_imports.start_import(
        data=head.encode() + b"Nora,", file_name="a.csv", by=admin, at=NOW
    )
    things["import.applied"] = run = ImportRun.objects.create(
        kind="people", state="applied", options={"invite": "no"}, uploaded_by=admin, uploaded_at=NOW, moved_at=NOW,
        report={"added": [people["new"].pk]},
    )  # fmt: skip
    for name, address in (("ready", "ready@mail.example"), ("rejected", "no address")):
        content = f"full_name,email\n{canary('candidates.row')} Ines,{address}\n".encode()
        things[f"candidates.{name}"] = run = candidate_imports.start_import(
            data=content,
            file_name=f"{canary('candidates.file')}.csv",
            opening=things["opening.a"],
            by=recruiter,
            at=NOW,
        )
        imports.check_import(run_id=run.pk, clock=lambda: NOW)
        run.refresh_from_db()
    for role in INSIDE:
        name = canary(f"token.{role}") if role in {"employee", "manager", "recruiter"} else "Sync"
        token, scene.secrets[role] = tokens.create_token(
            person=people[role], name=name, scopes=TokenScope.values, expires_at=NOW + timedelta(days=30), at=NOW
        )
        things[f"token.{role}"] = token


def _credential() -> dict[str, Any]:
    """What a browser sends when a passkey is made."""
    key = ES256.from_cryptography_key(ec.generate_private_key(ec.SECP256R1()).public_key())
    held = AttestedCredentialData.create(Aaguid.NONE, b"passkey", key)
    flags = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.AT
    made = AttestationObject.create("none", AuthenticatorData.create(b"0" * 32, flags, 0, held), {})
    told = CollectedClientData.create("webauthn.create", b"challenge", "https://testserver")
    name = websafe_encode(b"passkey")
    response = {"clientDataJSON": websafe_encode(told), "attestationObject": websafe_encode(made)}
    return {"id": name, "rawId": name, "type": "public-key", "response": response, "clientExtensionResults": {}}


def _ways_in(scene: Scene) -> None:
    """Links, a passkey and a session that somebody else might try."""
    manager = scene.people["manager"]
    passkey = Authenticator.objects.create(
        user=manager, type="webauthn", data={"name": canary("passkey"), "credential": _credential()}
    )
    session = UserSession.objects.create(
        user=manager,
        session_key="a" * 32,
        ip="192.0.2.7",
        user_agent=canary("session"),
        created_at=NOW,
        last_seen_at=NOW,
    )
    opening = scene["opening.a"]
    moved = make_application(opening, "Mona Moved", stage=opening.stages.get(position=1))
    batch, _count = candidates.move_applications(
        applications=[moved], to_stage=scene["stage.a"], by=scene.people["recruiter"], at=NOW
    )
    scene.things |= {
        "passkey": passkey,
        "session": session,
        "invitation": {"key": "abc", "token": "made-up"},
        "confirmation": {"key": "made-up"},
        "reset": {"uidb36": "1", "key": "made-up"},
        "provider": {"provider_id": "nobody"},
        "batch": {"batch": str(batch)},
    }
