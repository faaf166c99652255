"""What a panellist writes: the scorecard as it stands, however unfinished, and later views."""

from collections.abc import Sequence
from typing import Any, Protocol

from django import forms
from django.utils.translation import gettext_lazy as _

from hiring.models import KitCompetency, KitQuestion, QuestionRecord
from hiring.models.scorecards import Recommendation
from people.forms.texts import TextField

LONGEST = 20_000  # a page of evidence is 3,000; whoever pastes a transcript is told
HIGHEST_REVISION = 2**31 - 1
NO_EVIDENCE = "0"
SCORES = [*(str(score) for score in range(1, 6)), NO_EVIDENCE]


class Asked(Protocol):
    """A competency with its questions (hiring.reports.interviews.Section)."""

    @property
    def competency(self) -> KitCompetency: ...
    @property
    def questions(self) -> list[KitQuestion]: ...


class ScorecardForm(forms.Form):
    """The whole scorecard. Nothing is required: what is missing is told at the review, not while somebody listens.

    Per competency `rating-<id>` (1 to 5, 0 for no evidence) and `evidence-<id>`, per question `state-<id>` and
    `notes-<id>`. `revision` is the one that was read; `person` is who typed, as another may be signed in by now.
    """

    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=HIGHEST_REVISION)
    person = forms.IntegerField(widget=forms.HiddenInput)
    seconds = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0, max_value=24 * 3600)
    recommendation = forms.ChoiceField(
        label=_("Recommendation"), choices=Recommendation.choices, widget=forms.RadioSelect, required=False
    )
    summary = TextField(
        label=_("Summary"),
        max_length=LONGEST,
        required=False,
        rows=4,
        help_text=_("What would you tell the hiring manager in three sentences?"),
    )

    def __init__(self, *args: Any, sections: Sequence[Asked], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for section in sections:
            self._add_rating(section.competency)
            for question in section.questions:
                self._add_question(question)

    def typed(self) -> dict[str, str]:
        """What was typed, cleaned, by field; fields that were not sent are left out. Call it on a valid form."""
        own = {"revision", "person", "seconds"}
        sent = {name for name in self.fields if name in self.data or name.startswith(("rating-", "state-"))}
        # A radio that nobody chose is not sent; its text field beside it tells that the whole line was.
        sent -= {name for name in sent if self._partner(name) not in self.data}
        return {name: str(self.cleaned_data.get(name) or "") for name in self.fields if name in sent - own}

    @staticmethod
    def _partner(name: str) -> str:
        return name.replace("rating-", "evidence-").replace("state-", "notes-")

    def _add_rating(self, competency: KitCompetency) -> None:
        self.fields[f"rating-{competency.pk}"] = forms.ChoiceField(
            label=competency.name, choices=[(score, score) for score in SCORES], required=False
        )
        self.fields[f"evidence-{competency.pk}"] = TextField(
            label=_("Evidence"), max_length=LONGEST, required=False, rows=4
        )

    def _add_question(self, question: KitQuestion) -> None:
        self.fields[f"state-{question.pk}"] = forms.ChoiceField(
            label=_("Asked?"), choices=QuestionRecord.State.choices, widget=forms.RadioSelect, required=False
        )
        self.fields[f"notes-{question.pk}"] = TextField(label=_("Notes"), max_length=LONGEST, required=False, rows=2)


class SubmitForm(forms.Form):
    """The revision that was looked over."""

    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=HIGHEST_REVISION)


class LaterScoreForm(forms.Form):
    """Another view of one competency, with its cause."""

    score = forms.ChoiceField(label=_("What you think now"), choices=[(score, score) for score in SCORES])
    cause = TextField(
        label=_("What changed your mind"),
        max_length=4000,
        help_text=_("Something you heard or saw. It stands beside your first view, which stays as it is."),
    )


class LaterRecommendationForm(forms.Form):
    """Another recommendation, with its cause."""

    recommendation = forms.TypedChoiceField(
        label=_("What you recommend now"), choices=Recommendation.choices, coerce=int, widget=forms.RadioSelect
    )
    cause = TextField(
        label=_("What changed your mind"),
        max_length=4000,
        help_text=_("Something you heard or saw. It stands beside your first view, which stays as it is."),
    )
