"""YAML text to kits and competencies."""

from collections.abc import Iterator, Mapping

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from foundation.yaml_files import Problems, Section, open_file
from hiring.kit_files.shapes import (
    COMPETENCY_FORMAT,
    GROUPS,
    KINDS,
    KIT_FORMAT,
    SCORES,
    CompetencyFile,
    CompetencyQuestion,
    KitFile,
    KitFileCompetency,
    KitFileQuestion,
)

Library = Mapping[str, CompetencyFile]

# As wide as the tables, where those have a width.
KEY_LENGTH, QUESTION_KEY_LENGTH, NAME_LENGTH = 60, 80, 120
SENTENCE_LENGTH, TEXT_LENGTH, PAGE_LENGTH = 600, 4_000, 20_000
MOST_MINUTES, MOST_MINUTES_OF_ONE_QUESTION = 480, 120
MOST_COMPETENCIES, MOST_QUESTIONS, MOST_PROBES, MOST_PANELLISTS = 20, 60, 10, 20
HIGHEST_WEIGHT = 10


def parse_kit(text: str | bytes, *, library: Library | None = None) -> KitFile:
    """The kit that the text describes. Raises FileError with every problem found; never anything else.

    A competency that gives only key, weight and minimum, and a question that gives only competency, key and minutes,
    are completed from the library, so that an organisation can write short kits over its own competencies.
    Texts come back in NFC, without invisible characters or white space at line ends.
    """
    problems = Problems()
    top = open_file(text, form=KIT_FORMAT, problems=problems)
    kit = _kit(top, library or {})
    top.finish()
    for place, message in broken_rules(kit):
        # A sum over a number that could not be read would only mislead.
        if not (place == "length_minutes" and problems.touch("minutes")):
            problems.add(place, message)
    problems.raise_if_any()
    return kit


def parse_competency(text: str | bytes) -> CompetencyFile:
    """The competency that the text describes. Raises FileError with every problem found."""
    problems = Problems()
    top = open_file(text, form=COMPETENCY_FORMAT, problems=problems)
    competency = CompetencyFile(
        key=top.slug("key", KEY_LENGTH),
        name=top.line("name", NAME_LENGTH),
        group=top.choice("group", GROUPS),
        definition=top.text("definition", TEXT_LENGTH),
        why=_optional(top, "why"),
        anchors=_anchors(top),
        no_evidence=_optional(top, "no_evidence"),
        questions=tuple(_library_question(item) for item in top.sections("questions", MOST_QUESTIONS, required=False)),
    )
    top.finish()
    keys = [question.key for question in competency.questions]
    for place, message in _doubles("questions", keys):
        problems.add(place, message)
    problems.raise_if_any()
    return competency


def broken_rules(kit: KitFile) -> Iterator[tuple[str, str]]:
    """(place, sentence) for what no single value shows: doubles, references to nothing, minutes that do not add up."""
    known = {competency.key for competency in kit.competencies}
    yield from _doubles("competencies", [competency.key for competency in kit.competencies])
    yield from _doubles("questions", [question.key for question in kit.questions])
    for index, question in enumerate(kit.questions, start=1):
        if question.competency and question.competency not in known:
            place = f"questions[{index}].competency"
            message = _(
                "%(place)s is “%(key)s”, which is not among the competencies of this kit. Add it or mend the key."
            )
            yield place, message % {"place": place, "key": question.competency}
    yield from _minutes_that_do_not_add_up(kit)


def _minutes_that_do_not_add_up(kit: KitFile) -> Iterator[tuple[str, str]]:
    asking = sum(question.minutes for question in kit.questions)
    planned = kit.opening_minutes + asking + kit.closing_minutes
    difference = planned - kit.length_minutes
    if not difference:
        return
    sums = {
        "length": kit.length_minutes,
        "planned": planned,
        "opening": kit.opening_minutes,
        "asking": asking,
        "closing": kit.closing_minutes,
        "difference": abs(difference),
    }
    fact = _(
        "length_minutes is %(length)d, but opening %(opening)d + questions %(asking)d + closing %(closing)d "
        "= %(planned)d."
    )
    if difference > 0:
        mend = ngettext("Take out %(difference)d minute.", "Take out %(difference)d minutes.", difference)
    else:
        mend = ngettext("Add %(difference)d minute.", "Add %(difference)d minutes.", -difference)
    yield "length_minutes", f"{fact} {mend}" % sums


def _doubles(name: str, keys: list[str]) -> Iterator[tuple[str, str]]:
    first: dict[str, int] = {}
    for index, key in enumerate(keys, start=1):
        if key and key in first:
            place = f"{name}[{index}].key"
            message = _("%(place)s is “%(key)s”, as that of %(name)s[%(first)d]. Each must be there once.")
            yield place, message % {"place": place, "key": key, "name": name, "first": first[key]}
        first.setdefault(key, index)


def _kit(top: Section, library: Library) -> KitFile:
    key, name, purpose = top.slug("key", KEY_LENGTH), top.line("name", NAME_LENGTH), _optional(top, "purpose")
    basis = _optional(top, "basis")
    length = top.number("length_minutes", 1, MOST_MINUTES)
    panel_size, same_panel = top.number("panel_size", 1, MOST_PANELLISTS), top.flag("same_panel")
    application_hidden = top.flag("application_hidden")
    panel_training = _optional(top, "panel_training")
    opening_minutes, opening_text = _frame(top, "opening")
    closing_minutes, closing_text = _frame(top, "closing")
    guidance = _optional(top, "guidance")
    return KitFile(
        key=key,
        name=name,
        purpose=purpose,
        basis=basis,
        length_minutes=length,
        opening_minutes=opening_minutes,
        opening_text=opening_text,
        closing_minutes=closing_minutes,
        closing_text=closing_text,
        guidance=guidance,
        panel_size=panel_size,
        same_panel=same_panel,
        panel_training=panel_training,
        application_hidden=application_hidden,
        competencies=tuple(_kit_competency(item, library) for item in top.sections("competencies", MOST_COMPETENCIES)),
        questions=tuple(_kit_question(item, library) for item in top.sections("questions", MOST_QUESTIONS)),
    )


def _frame(top: Section, name: str) -> tuple[int, str]:
    frame = top.section(name)
    if frame is None:
        return 0, ""
    minutes, text = frame.number("minutes", 0, MOST_MINUTES), _optional(frame, "text")
    frame.finish()
    return minutes, text


_TOLD_BY_LIBRARY = ("name", "group", "definition", "anchors", "no_evidence")


def _kit_competency(section: Section, library: Library) -> KitFileCompetency:
    key, weight = section.slug("key", KEY_LENGTH), section.number("weight", 1, HIGHEST_WEIGHT)
    minimum = section.number_or_none("minimum", SCORES[0], SCORES[-1])
    known = library.get(key)
    if known is not None and not any(name in section for name in _TOLD_BY_LIBRARY):
        section.finish()
        return KitFileCompetency(
            key=key,
            name=known.name,
            group=known.group,
            weight=weight,
            minimum=minimum,
            definition=known.definition,
            anchors=known.anchors,
            no_evidence=known.no_evidence,
        )
    told = KitFileCompetency(
        key=key,
        name=section.line("name", NAME_LENGTH),
        group=section.choice("group", GROUPS),
        weight=weight,
        minimum=minimum,
        definition=section.text("definition", TEXT_LENGTH),
        anchors=_anchors(section),
        no_evidence=_optional(section, "no_evidence"),
    )
    section.finish()
    return told


def _kit_question(section: Section, library: Library) -> KitFileQuestion:
    competency, key = section.slug("competency", KEY_LENGTH), section.slug("key", QUESTION_KEY_LENGTH)
    minutes = section.number("minutes", 1, MOST_MINUTES_OF_ONE_QUESTION)
    in_library = library[competency].questions if competency in library else ()
    known = next((question for question in in_library if question.key == key), None)
    if known is not None and not any(name in section for name in ("kind", "text", "probes")):
        section.finish()
        return KitFileQuestion(
            competency=competency,
            key=key,
            kind=known.kind,
            minutes=minutes,
            text=known.text,
            probes=known.probes,
        )
    told = KitFileQuestion(
        competency=competency,
        key=key,
        kind=section.choice("kind", KINDS),
        minutes=minutes,
        text=section.text("text", TEXT_LENGTH),
        probes=section.strings("probes", MOST_PROBES, SENTENCE_LENGTH),
    )
    section.finish()
    return told


def _library_question(section: Section) -> CompetencyQuestion:
    question = CompetencyQuestion(
        key=section.slug("key", QUESTION_KEY_LENGTH),
        kind=section.choice("kind", KINDS),
        minutes=section.number("minutes", 1, MOST_MINUTES_OF_ONE_QUESTION),
        text=section.text("text", TEXT_LENGTH),
        probes=section.strings("probes", MOST_PROBES, SENTENCE_LENGTH),
    )
    section.finish()
    return question


def _anchors(section: Section) -> tuple[str, ...]:
    anchors = section.section("anchors")
    if anchors is None:
        return ("",) * len(SCORES)
    told = tuple(
        anchors.text(
            str(score),
            TEXT_LENGTH,
            mend=_("Write what an answer that deserves a %(score)d sounds like.") % {"score": score},
        )
        for score in SCORES
    )
    anchors.finish()
    return told


def _optional(section: Section, name: str) -> str:
    """Text that a kit may lack and still be asked; the structure check, not the file, says what is missed by it."""
    return section.text(name, PAGE_LENGTH, required=False)
