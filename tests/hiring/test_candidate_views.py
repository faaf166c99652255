"""Pages of candidates and applications."""

from datetime import timedelta

import pytest
from django.urls import reverse

from tests.cast import NOW, make_application, make_interview, make_opening, make_person, make_recruiter

pytestmark = pytest.mark.django_db


def test_pages_render(client):
    recruiter = make_recruiter()
    client.force_login(recruiter)
    opening = make_opening()
    application = make_application(opening, "Ada Lovelace")
    make_interview(application, (recruiter, make_person()))
    for url in (
        reverse("hiring:candidate-list"),
        reverse("hiring:candidate-list") + "?sort=name&stalled=1&state=in_play&opening=%d" % opening.pk,
        reverse("hiring:candidate-export"),
        application.get_absolute_url(),
        application.candidate.get_absolute_url(),
        reverse("hiring:candidate-edit", args=[application.candidate_id]),
        reverse("hiring:application-create", args=[opening.pk]),
        opening.get_absolute_url(),
    ):
        response = client.get(url)
        assert response.status_code == 200, url
