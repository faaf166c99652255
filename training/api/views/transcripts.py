"""Transcripts, to read."""

from django.http import Http404
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from people.api.resources import Resource
from people.models import Person
from training import policies
from training.api.serializers.transcripts import EntryOut
from training.models import Completion
from training.reports.transcripts import transcript_of


class Transcripts(Resource):
    """What somebody completed, here and elsewhere, and what they were waived."""

    queryset = Completion.objects.none()
    serializer_class = EntryOut
    pagination_class = None
    required_scope = "training"

    def list(self, request: Request, pk: int) -> Response:
        """All of it, newest first: your own, or of somebody whose training you may see."""
        person = self.find(Person.objects.visible_to(self.person), pk)
        if not policies.can_view_training_of(self.person, person):
            raise Http404
        return self.everything(transcript_of(person, at=timezone.now()))
