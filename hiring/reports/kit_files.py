"""Kit versions as kit files speak of them: for export, for the structure check, and to tell whether one was edited."""

from hiring.kit_files import KitFile, KitFileCompetency, KitFileQuestion
from hiring.models import KitVersion


def as_kit_file(version: KitVersion) -> KitFile:
    """The version, draft or not, with its kit's key, name and purpose. Three queries unless they were prefetched."""
    kit = version.kit
    competencies = sorted(version.competencies.all(), key=lambda competency: (competency.position, competency.pk))
    keys = {competency.pk: competency.key for competency in competencies}
    questions = sorted(version.questions.all(), key=lambda question: (question.position, question.pk))
    return KitFile(
        key=kit.key,
        name=kit.name,
        purpose=kit.purpose,
        basis=version.basis,
        length_minutes=version.length_minutes,
        opening_minutes=version.opening_minutes,
        opening_text=version.opening_text,
        closing_minutes=version.closing_minutes,
        closing_text=version.closing_text,
        guidance=version.guidance,
        panel_size=version.panel_size,
        same_panel=version.same_panel,
        panel_training=version.panel_training,
        application_hidden=version.application_hidden,
        competencies=tuple(
            KitFileCompetency(
                key=competency.key,
                name=competency.name,
                group=competency.group,
                weight=competency.weight,
                minimum=competency.minimum,
                definition=competency.definition,
                anchors=tuple(text for _score, text in competency.anchors),
                no_evidence=competency.no_evidence,
            )
            for competency in competencies
        ),
        questions=tuple(
            KitFileQuestion(
                competency=keys[question.competency_id],
                key=question.key,
                kind=question.kind,
                minutes=question.minutes,
                text=question.text,
                probes=tuple(question.probes),
            )
            for question in questions
        ),
    )
