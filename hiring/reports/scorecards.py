"""A scorecard as its pages show it: as the fields of a form, as a sheet to read, and two versions side by side."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from hiring.models import KitCompetency, KitQuestion, LaterView, Panellist, QuestionRecord, Rating, Scorecard
from hiring.models.scorecards import Recommendation
from hiring.reports.interviews import Section

Values = dict[str, str]


@dataclass(frozen=True)
class Difference:
    """One field in which what was typed differs from what is stored, both in words."""

    name: str
    label: str
    typed: str
    stored: str


@dataclass(frozen=True)
class Answer:
    """A question, whether it was asked, and the notes on the answer."""

    question: KitQuestion
    record: QuestionRecord | None


@dataclass(frozen=True)
class Judged:
    """One competency of a scorecard: the rating as submitted, and later views beside it, oldest first."""

    competency: KitCompetency
    rating: Rating | None
    answers: list[Answer]
    later: list[LaterView]

    @property
    def is_rated(self) -> bool:
        return self.rating is not None and (self.rating.score is not None or self.rating.no_evidence)


@dataclass(frozen=True)
class Sheet:
    """A whole scorecard to read."""

    scorecard: Scorecard
    judged: list[Judged]
    recommendation: str
    later: list[LaterView]

    @property
    def minutes(self) -> int:
        return round(self.scorecard.seconds_spent / 60)


def own_scorecard(seat: Panellist) -> Scorecard | None:
    """The seat's scorecard with what was written, or None while it was not begun."""
    rows = Scorecard.objects.prefetch_related("ratings", "question_records")
    return rows.filter(panellist=seat).first()


def values(sections: Sequence[Section], scorecard: Scorecard | None) -> Values:
    """What is stored, as the fields of the form hold it; every field is there, empty ones too."""
    found: Values = {"recommendation": "", "summary": ""}
    for section in sections:
        found |= {f"rating-{section.competency.pk}": "", f"evidence-{section.competency.pk}": ""}
        for question in section.questions:
            found |= {f"state-{question.pk}": "", f"notes-{question.pk}": ""}
    if scorecard is None:
        return found
    found["recommendation"] = "" if scorecard.recommendation is None else str(scorecard.recommendation)
    found["summary"] = scorecard.summary
    for rating in scorecard.ratings.all():
        score = "0" if rating.no_evidence else "" if rating.score is None else str(rating.score)
        found |= {f"rating-{rating.competency_id}": score, f"evidence-{rating.competency_id}": rating.evidence}
    for record in scorecard.question_records.all():
        found |= {f"state-{record.question_id}": record.state, f"notes-{record.question_id}": record.notes}
    return found


def differences(sections: Sequence[Section], typed: Mapping[str, str], stored: Values) -> list[Difference]:
    """The fields that were typed and are stored otherwise, in the order of the page."""
    labels = _labels(sections)
    return [
        Difference(name, label, _said(name, typed[name]), _said(name, stored[name]))
        for name, label in labels.items()
        if name in typed and typed[name] != stored[name]
    ]


def sheet(scorecard: Scorecard, sections: Sequence[Section]) -> Sheet:
    """The scorecard to read. Three queries."""
    ratings = {rating.competency_id: rating for rating in scorecard.ratings.all()}
    records = {record.question_id: record for record in scorecard.question_records.all()}
    later: dict[int | None, list[LaterView]] = {}
    for view in scorecard.later_views.order_by("at", "pk"):
        later.setdefault(view.competency_id, []).append(view)
    judged = [
        Judged(
            section.competency,
            ratings.get(section.competency.pk),
            [Answer(question, records.get(question.pk)) for question in section.questions],
            later.get(section.competency.pk, []),
        )
        for section in sections
    ]
    given = scorecard.recommendation
    return Sheet(scorecard, judged, str(Recommendation(given).label) if given else "", later.get(None, []))


def _labels(sections: Sequence[Section]) -> dict[str, str]:
    labels = {}
    for section in sections:
        name = section.competency.name
        for question in section.questions:
            labels[f"state-{question.pk}"] = _("Asked: %(question)s") % {"question": _short(question.text)}
            labels[f"notes-{question.pk}"] = _("Notes: %(question)s") % {"question": _short(question.text)}
        labels[f"rating-{section.competency.pk}"] = _("%(competency)s: score") % {"competency": name}
        labels[f"evidence-{section.competency.pk}"] = _("%(competency)s: evidence") % {"competency": name}
    return labels | {"recommendation": _("Recommendation"), "summary": _("Summary")}


def _said(name: str, value: str) -> str:
    kind = name.partition("-")[0]
    if kind == "rating":
        return _("No evidence") if value == "0" else value
    if kind == "state" and value:
        return str(QuestionRecord.State(value).label)
    if kind == "recommendation" and value:
        return str(Recommendation(int(value)).label)
    return value


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:57].rstrip()}…"
