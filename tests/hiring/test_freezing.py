"""What was submitted or published is never changed, whoever asks: the database itself refuses."""

import pytest
from django.db import IntegrityError, transaction

from hiring import models
from tests.cast import fill_scorecard, make_application, make_interview, make_kit_version, make_opening, make_person

pytestmark = pytest.mark.django_db


def refuses(change) -> bool:
    try:
        with transaction.atomic():
            change()
    except IntegrityError:
        return True
    return False


@pytest.fixture
def scorecard():
    panellist = make_person("Pia Panellist")
    interview = make_interview(make_application(make_opening()), (panellist,))
    return fill_scorecard(interview, panellist)


def test_submitted_scorecard_refuses_change_and_deletion(scorecard):
    rating = scorecard.ratings.first()
    assert refuses(lambda: models.Scorecard.objects.update(summary="Other words."))
    assert refuses(lambda: models.Rating.objects.filter(pk=rating.pk).update(score=1))
    assert refuses(lambda: models.Rating.objects.filter(pk=rating.pk).delete())
    assert refuses(
        lambda: models.QuestionRecord.objects.create(
            scorecard=scorecard, question=scorecard.panellist.interview.kit_version.questions.first()
        )
    )
    rating.refresh_from_db()
    assert rating.score == 4


def test_draft_scorecard_may_change():
    panellist = make_person("Pia Panellist")
    interview = make_interview(make_application(make_opening()), (panellist,))
    draft = fill_scorecard(interview, panellist, submitted=False)
    assert not refuses(lambda: draft.ratings.update(score=2))
    assert not refuses(lambda: models.Scorecard.objects.update(summary="Other words."))


def test_published_kit_version_refuses_change():
    version = make_kit_version()
    assert refuses(lambda: version.competencies.update(weight=9))
    assert refuses(lambda: version.questions.all().delete())
    assert refuses(lambda: models.KitVersion.objects.update(guidance="Other words."))
    assert not refuses(lambda: models.KitVersion.objects.update(state="superseded"))
    draft = make_kit_version(state="draft")
    assert not refuses(lambda: draft.competencies.update(weight=9))
