"""Whom nobody has thanked for long: for the manager they report to, and nobody else."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Exists, F, Max, OuterRef, Q, Subquery
from django.utils.timezone import localtime

from foundation.http import address_of
from people.models import Leave, Person
from people.models.person import PersonQuerySet
from recognition.models import NotNow, Praise, Recipient, Recognition
from recognition.reports.milestones import Milestone, milestones, wishing

AT_A_TIME = 3
BACK, AHEAD = 60, 7  # days of milestones to thank for


@dataclass(frozen=True)
class Unseen:
    """One of the reader's people, when they were last thanked, and what the reader could thank them for."""

    person: Person
    last_on: datetime | None
    praise: Sequence[Praise]
    milestones: Sequence[Milestone]

    @property
    def thank_href(self) -> str:
        return f"{address_of('recognition:recognise')}?to={self.person.pk}"


def unseen(managers: Sequence[Person], *, at: datetime) -> dict[int, list[Person]]:
    """By manager: their people whom nobody has thanked for as many days as the setting says, or ever since they began;
    the longest first, at most three. Not whoever is on leave, nor whom the manager put off. `last_at`: when they were
    last thanked. One query for all managers."""
    found: dict[int, list[Person]] = {}
    for person in _waiting(managers, at):
        own = found.setdefault(person.manager_id or 0, [])
        if len(own) < AT_A_TIME:
            own.append(person)
    return found


def _waiting(managers: Sequence[Person], at: datetime) -> PersonQuerySet:
    before = at - timedelta(days=settings.RECOGNITION_UNSEEN_DAYS)
    thanks = Recipient.objects.filter(person=OuterRef("pk"), recognition__state=Recognition.State.SHOWN)
    last = thanks.order_by().values("person").annotate(last=Max("posted_at")).values("last")
    put_off = NotNow.objects.filter(manager=OuterRef("manager"), person=OuterRef("pk"), until__gt=at)
    away = Leave.objects.touching(at.date(), at.date()).filter(person=OuterRef("pk"))
    began = Q(started_on__lte=before.date()) | Q(started_on__isnull=True, joined_at__lte=before)
    rows: PersonQuerySet = Person.objects.active().filter(manager__in=[one.pk for one in managers])
    rows = rows.annotate(last_at=Subquery(last)).filter(Q(last_at__lte=before) | Q(last_at__isnull=True), began)
    rows = rows.exclude(Exists(put_off)).exclude(Exists(away))
    return rows.order_by("manager", F("last_at").asc(nulls_first=True), "full_name", "pk")


def with_reasons(manager: Person, *, at: datetime) -> list[Unseen]:
    """The manager's, each with what the manager may see anyway: customers' praise that nobody has thanked them with
    yet, and milestones, if they wish these celebrated. Four queries, and those of whoever says what was completed."""
    people = unseen([manager], at=at).get(manager.pk, [])
    if not people:
        return []
    keys = [person.pk for person in people]
    standing = Recognition.objects.exclude(state=Recognition.State.WITHDRAWN).filter(praise=OuterRef("pk"))
    rows = Praise.objects.visible_to(manager).filter(state=Praise.State.SHOWN, about__in=keys)
    found = list(rows.exclude(Exists(standing)).distinct().order_by("-said_on", "-pk").prefetch_related("about")[:30])
    celebrated = milestones(wishing(manager).filter(pk__in=keys), at=at, back=BACK, ahead=AHEAD)
    return [
        Unseen(
            person,
            localtime(last) if (last := getattr(person, "last_at", None)) else None,
            [one for one in found if any(about.pk == person.pk for about in one.about.all())][:2],
            [one for one in celebrated if one.person.pk == person.pk][:2],
        )
        for person in people
    ]
