"""A recruiter takes an opening from kit to decision over the API alone, with a panel that scores independently."""

from datetime import timedelta

import pytest
from django.utils import timezone

from people.models import AuditEntry, Person
from tests.api.caller import Caller
from tests.cast import make_kit_version, make_person, make_recruiter, make_team

pytestmark = pytest.mark.django_db


def test_from_kit_to_decision():
    version = make_kit_version()
    team = make_team()
    recruiter, manager = Caller(make_recruiter()), Caller(make_person("Hanna Manager"))
    panel = [Caller(make_person(f"Panellist {name}")) for name in "ABC"]

    opening = recruiter.post(
        "/hiring/openings/", {"title": "Host", "team": team.pk, "hiring_manager": manager.person.pk, "headcount": 2}
    ).json()
    assert (opening["state"], opening["hiring_manager"]["name"], opening["in_play"]) == ("draft", "Hanna Manager", 0)
    here = f"/hiring/openings/{opening['id']}/"
    stages = recruiter.get(f"{here}stages/").json()
    wanted = [{name: stage[name] for name in ("id", "name")} for stage in stages]
    wanted[1]["kit_version"] = version.pk
    stages = recruiter.put(f"{here}stages/", {"stages": wanted}).json()
    assert [(stage["name"], stage["kit_version"] and stage["kit_version"]["id"]) for stage in stages] == [
        ("Applied", None),
        ("Interview", version.pk),
        ("Offer", None),
    ]
    rule = recruiter.post(
        f"{here}rules/",
        {
            "compensatory": False,
            "stages": [
                {
                    "stage": stages[1]["id"],
                    "terms": [
                        {"competency": "empathy", "weight": "2.5", "minimum": "2"},
                        {"competency": "ownership", "weight": "1"},
                    ],
                }
            ],
        },
    ).json()
    assert (rule["version"], rule["fixed_at"], rule["stages"][0]["terms"][0]["weight"]) == (1, None, "2.5")
    assert recruiter.post(f"{here}open/").json()["state"] == "open"

    application = recruiter.post(
        "/hiring/applications/",
        {"opening": opening["id"], "full_name": "Józefa  Nowak", "email": "J.Nowak@Mail.example", "source": "referral"},
    ).json()
    assert application["label"] == application["candidate"]["full_name"] == "Józefa Nowak"
    assert application["candidate"]["email"] == "j.nowak@mail.example"
    there = f"/hiring/applications/{application['id']}/"
    assert recruiter.post(f"{there}notes/", {"text": "Met at the fair."}).status_code == 201
    assert recruiter.post(f"{there}move/", {"stage": stages[1]["id"]}).json()["stage"]["name"] == "Interview"

    starts_at = timezone.now() + timedelta(minutes=5)
    interview = recruiter.post(
        "/hiring/interviews/",
        {
            "application": application["id"],
            "stage": stages[1]["id"],
            "starts_at": starts_at.isoformat(),
            "panel": [
                {"person": caller.person.pk, "role": role}
                for caller, role in zip(panel, ("lead", "member", "shadow"), strict=True)
            ],
        },
    ).json()
    assert (interview["standing"], interview["progress"]) == ("to_come", {"required": 2, "submitted": 0})
    assert [seat["role"] for seat in interview["panel"]] == ["lead", "member", "shadow"]
    assert recruiter.rows(f"{here}rules/")[0]["fixed_at"] is not None

    for caller, score in zip(panel, (4, 2, 5), strict=True):
        own = f"/hiring/interviews/{interview['id']}/scorecard/"
        blank = caller.get(own)
        assert (blank["ETag"], blank.json()["id"]) == ('"0"', None)
        ratings = [
            {"competency": rating["competency"]["id"], "score": score, "evidence": "Asked what the guest needed."}
            for rating in blank.json()["ratings"]
        ]
        saved = caller.patch(own, {"ratings": ratings, "recommendation": 3, "seconds": 60}, If_Match='"0"')
        assert (saved["ETag"], saved.json()["seconds_spent"]) == ('"1"', 60)
        assert caller.post(f"{own}submit/", If_Match='"1"').json()["submitted_at"] is not None

    told = recruiter.get(f"/hiring/interviews/{interview['id']}/").json()
    assert told["reveal"]["how"] == "complete"
    cards = manager.rows(f"/hiring/scorecards/?interview={interview['id']}")
    assert len(cards) == 3
    for card in cards:
        assert manager.get(f"/hiring/scorecards/{card['id']}/").json()["recommendation"] == 3
    assert AuditEntry.objects.filter(did="hiring.scorecard_read", outcome="read", actor=manager.person).count() == 3

    table = manager.get(f"/hiring/stages/{stages[1]['id']}/comparison/").json()
    row = table["rows"][0]
    assert (row["score"], row["panellists"], row["ratings"]) == ("3.00", 2, 4)
    assert float(row["low"]) < 3 < float(row["high"])
    assert [cell["mean"] for cell in row["cells"]] == ["3.0", "3.0"]

    decided = manager.post(
        "/hiring/decisions/", {"application": application["id"], "outcome": "offer", "reason": "Recovers well."}
    ).json()
    assert (decided["score"], decided["departure"], decided["by"]["name"]) == ("3.0000", None, "Hanna Manager")
    manager.post("/hiring/decisions/", {"application": application["id"], "outcome": "hire", "reason": "Accepted."})
    hired = Person.objects.get(email="j.nowak@mail.example")
    candidate = recruiter.get(f"/hiring/candidates/{application['candidate']['id']}/").json()
    assert candidate["hired_as"] == {"id": hired.pk, "name": "Józefa Nowak"}
    assert [each["outcome"] for each in recruiter.rows("/hiring/decisions/")] == ["hire", "offer"]
