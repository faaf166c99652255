"""Candidates, their applications, notes and files."""

import django_filters
from django.db.models import Prefetch, QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from hiring import policies
from hiring.actions import candidates as actions
from hiring.api.serializers.candidates import (
    ApplicationIn,
    ApplicationOut,
    CandidateIn,
    CandidateOut,
    FileOut,
    MoveIn,
    NoteIn,
    NoteOut,
)
from hiring.models import Application, ApplicationFile, ApplicationNote, Candidate
from hiring.models.candidates import ApplicationQuerySet, CandidateQuerySet
from people.api.fields import IdFilter, WordsFilter, choice
from people.api.resources import Resource, must
from people.models import Person


class CandidateFilter(django_filters.FilterSet):  # type: ignore[misc]  # it has no stubs
    q = WordsFilter(method="filter_q", help_text="Words of the name, address or phone.")
    email = WordsFilter(field_name="email", lookup_expr="iexact", help_text="The whole address.")

    def filter_q(self, found: CandidateQuerySet, _name: str, value: str) -> CandidateQuerySet:
        return found.matching(value)


class Candidates(Resource):
    """Humans who applied, each once. Whoever's identity is hidden from you in any application is not among them."""

    queryset = Candidate.objects.none()
    serializer_class = CandidateOut
    filterset_class = CandidateFilter
    orderings = {"name": ("full_name", "pk"), "newest": ("-created_at", "-pk")}
    required_scope = "hiring"

    def list(self, request: Request) -> Response:
        """Candidates whom you may know of."""
        must(policies.can_view_candidates(self.person))
        return self.page(_known(self.person))

    def retrieve(self, request: Request, pk: int) -> Response:
        """One candidate."""
        return self.answer(self.find(_known(self.person), pk))

    @extend_schema(request=CandidateIn)
    def partial_update(self, request: Request, pk: int) -> Response:
        """Correct name or contact; what you leave out stays."""
        candidate = self.find(_known(self.person), pk)
        must(policies.can_edit_candidate(self.person, candidate))
        given = self.given(CandidateIn, partial=True)
        actions.edit_candidate(candidate=candidate, by=self.person, at=timezone.now(), **given)
        return self.answer(self.reread(_known(self.person), pk))


def _known(person: Person) -> "QuerySet[Candidate]":
    applications = Application.objects.visible_to(person).unmasked_for(person).with_mask(person)
    known = Prefetch("applications", applications.select_related("candidate").order_by("pk"), "known_applications")
    return Candidate.objects.visible_to(person).select_related("hired_as").prefetch_related(known)


# --- applications ---------------------------------------------------------------------------------------------------


class ApplicationFilter(django_filters.FilterSet):  # type: ignore[misc]
    q = WordsFilter(
        method="filter_q", help_text="Words of the candidate's name, address or phone; finds nobody masked."
    )
    opening = IdFilter(field_name="opening")
    stage = IdFilter(field_name="stage")
    state = choice(Application.State.choices, field_name="state")
    in_play = django_filters.BooleanFilter(method="filter_in_play", help_text="Whether it is not decided yet.")
    source = choice(Application.Source.choices, method="filter_source", help_text="Finds nobody masked.")
    candidate = IdFilter(method="filter_candidate", help_text="Finds nobody masked.")

    def filter_q(self, found: ApplicationQuerySet, _name: str, value: str) -> ApplicationQuerySet:
        return found.unmasked_for(self.request.user).matching(value)

    def filter_in_play(self, found: ApplicationQuerySet, _name: str, value: bool) -> ApplicationQuerySet:
        return found.in_play() if value else found.exclude(state__in=Application.IN_PLAY)

    def filter_source(self, found: ApplicationQuerySet, _name: str, value: str) -> ApplicationQuerySet:
        return found.unmasked_for(self.request.user).filter(source=value)

    def filter_candidate(self, found: ApplicationQuerySet, _name: str, value: int) -> ApplicationQuerySet:
        return found.unmasked_for(self.request.user).filter(candidate=value)


class Applications(Resource):
    """Candidate × opening, each at one stage."""

    queryset = Application.objects.none()
    serializer_class = ApplicationOut
    filterset_class = ApplicationFilter
    # By name there is no order: a place among names would give a masked name away.
    orderings = {
        "newest": ("-applied_on", "-pk"),
        "oldest": ("applied_on", "pk"),
        "waiting": ("entered_stage_at", "pk"),
    }
    required_scope = "hiring"

    def list(self, request: Request) -> Response:
        """Applications for the openings that you run or decide on."""
        must(policies.can_view_candidates(self.person))
        return self.page(visible(self.person))

    @extend_schema(request=ApplicationIn, responses={201: ApplicationOut})
    def create(self, request: Request) -> Response:
        """Add somebody at the opening's first stage. Applying twice for one opening is refused."""
        given = self.given(ApplicationIn)
        must(policies.can_recruit_for(self.person, given["opening"]))
        given = {"applied_on": timezone.localdate(), **given}
        return self.once(
            lambda: actions.add_application(**given, by=self.person, at=timezone.now()).pk,
            lambda pk: self.answer(self.reread(visible(self.person), pk), made=True),
        )

    def retrieve(self, request: Request, pk: int) -> Response:
        """One application."""
        return self.answer(self.find(visible(self.person), pk))

    @extend_schema(request=MoveIn)
    def move(self, request: Request, pk: int) -> Response:
        """Move it to another stage. Leaving an interview stage forwards is a decision instead, which needs reasons."""
        application = self.find(visible(self.person), pk)
        must(policies.can_move_application(self.person, application))
        stage = self.given(MoveIn)["stage"]
        actions.move_applications(applications=[application], to_stage=stage, by=self.person, at=timezone.now())
        return self.answer(self.reread(visible(self.person), pk))


def visible(person: Person) -> ApplicationQuerySet:
    """Applications that the person may know of, with what is written of each."""
    rows = Application.objects.visible_to(person).with_mask(person)
    return rows.select_related("candidate", "opening", "stage")


class Notes(Resource):
    """Recruiters' notes on an application; panels never see them."""

    queryset = ApplicationNote.objects.none()
    serializer_class = NoteOut
    orderings = {"newest": ("-written_at", "-pk")}
    required_scope = "hiring"

    def list(self, request: Request, pk: int) -> Response:
        """All notes on the application."""
        application = self._application(pk)
        notes = ApplicationNote.objects.visible_to(self.person).filter(application=application)
        return self.page(notes.select_related("author"))

    @extend_schema(request=NoteIn, responses={201: NoteOut})
    def create(self, request: Request, pk: int) -> Response:
        """Write a note."""
        application = self._application(pk)
        text = self.given(NoteIn)["text"]
        return self.once(
            lambda: actions.add_note(application=application, text=text, by=self.person, at=timezone.now()).pk,
            lambda made: self.answer(self.reread(application.notes.select_related("author"), made), made=True),
        )

    def _application(self, pk: int) -> Application:
        application = self.find(Application.objects.visible_to(self.person).select_related("opening"), pk)
        must(policies.can_write_note(self.person, application))
        return application


class Files(Resource):
    """What came with an application, without the content: files are downloaded from the page."""

    queryset = ApplicationFile.objects.none()
    serializer_class = FileOut
    orderings = {"newest": ("-uploaded_at", "-pk")}
    required_scope = "hiring"

    def list(self, request: Request, pk: int) -> Response:
        """The files of the application."""
        application = self.find(Application.objects.visible_to(self.person).select_related("opening"), pk)
        must(policies.can_view_files(self.person, application))
        return self.page(ApplicationFile.objects.visible_to(self.person).filter(application=application))
