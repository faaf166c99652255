"""What waits on stewards: what was reported, and appeals."""

from datetime import datetime

from django.db.models import Count, Prefetch, Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from foundation.work import WorkItem
from people.models import Person
from recognition import policies
from recognition.models import Case, Recipient
from recognition.models.moderation import CaseQuerySet

ORDER = ("-opened_at", "-pk")
MOST = 50  # in my work; the queue holds the rest
STATES = {
    "": (Case.State.OPEN,),
    "appeals": (Case.State.APPEALED,),
    "decided": (
        Case.State.RESTORED, Case.State.REMOVED, Case.State.UPHELD, Case.State.OVERTURNED, Case.State.WITHDRAWN,
    ),
}  # fmt: skip


def with_words(found: CaseQuerySet) -> CaseQuerySet:
    """With what was written, by and to whom. One query more."""
    thanked = Recipient.objects.select_related("person__recognition_wish").order_by("person__full_name", "pk")
    found = found.select_related(
        "author",
        "decided_by",
        "answered_by",
        "recognition__giver",
        "recognition__value",
        "recognition__picture",
        "comment",
    )
    return found.prefetch_related(Prefetch("recognition__recipients", thanked))


def queue(reader: Person, tab: str) -> CaseQuerySet:
    """Of one tab, with how many reported each."""
    found = Case.objects.reviewable_by(reader).filter(state__in=STATES[tab])
    return with_words(found.annotate(report_count=Count("reports")))


def counts(reader: Person) -> dict[str, int]:
    """How many wait under the first two tabs. One query."""
    waiting = {"open": Q(state=Case.State.OPEN), "appeals": Q(state=Case.State.APPEALED)}
    counted = {name: Count("pk", filter=rows) for name, rows in waiting.items()}
    return Case.objects.reviewable_by(reader).aggregate(**counted)


def work_for(person: Person, *, at: datetime) -> list[WorkItem]:
    """For *my work*: what this steward may decide or answer, oldest first. No query for whoever is none."""
    if not policies.can_review_cases(person):
        return []
    rows = with_words(Case.objects.reviewable_by(person).waiting()).order_by("opened_at", "pk")[:MOST]
    return [
        _item(case)
        for case in rows
        if policies.can_decide_case(person, case) or policies.can_answer_appeal(person, case, at)
    ]


def sealed_entries(reader: Person) -> Q:
    """Entries of the audit trail that would tell the reader who reported what they wrote."""
    own = Case.objects.filter(author=reader).values("pk")
    return Q(did="recognition.reported", object_type="recognition.case", object_id__in=own) & ~Q(actor=reader)


def _item(case: Case) -> WorkItem:
    is_appeal = case.state == Case.State.APPEALED
    since = timezone.localtime(case.appealed_at if is_appeal and case.appealed_at else case.opened_at)
    hidden = (
        _("A comment was reported, and is hidden")
        if case.comment_id
        else _("A recognition was reported, and is hidden")
    )
    return WorkItem(
        kind=_("Reports of what was written"),
        title=_("An appeal waits for an answer") if is_appeal else hidden,
        href=case.get_absolute_url(),
        action=_("Answer") if is_appeal else _("Decide"),
        meta=_("since %(day)s") % {"day": date_format(since, "D j M")},
        icon="shield",
        tone="warning",
    )
