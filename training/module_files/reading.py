"""YAML text to modules."""

from collections.abc import Callable, Collection, Iterator, Sequence

from django.utils.translation import gettext as _

from foundation.yaml_files import Problems, Section, open_file
from training.contents import (
    ENDINGS,
    KINDS,
    LESSON_PURPOSES,
    LEVELS,
    QUESTION_TYPES,
    WRITING_PURPOSES,
    Behaviour,
    Choice,
    Content,
    External,
    Lesson,
    LiveSession,
    ModuleContent,
    Option,
    Pair,
    Part,
    Practice,
    Question,
    Quiz,
    RubricLine,
    Scenario,
    Scene,
    Video,
    Writing,
)
from training.media import flaws_of_prose, flaws_of_video
from training.quizzes import plain
from training.scenarios import flaws

MODULE_FORMAT = "rapport-module/1"
# As wide as the tables, where those have a width.
KEY_LENGTH, NAME_LENGTH, TITLE_LENGTH = 60, 120, 160
SENTENCE_LENGTH, TEXT_LENGTH, PAGE_LENGTH = 600, 4_000, 20_000
MOST_PARTS, MOST_QUESTIONS, MOST_OPTIONS, MOST_SCENES, MOST_BEHAVIOURS = 40, 100, 8, 60, 8
MOST_MINUTES, MOST_MONTHS, MOST_NEEDS = 480, 120, 20
RENEWALS = ("ask", "skip")


def parse_module(text: str | bytes, *, offered: Collection[str] | None = None) -> ModuleContent:
    """The module that the text describes. `offered`: the keys of the modules that it may need; any when None. Raises
    FileError with every problem found; never anything else."""
    problems = Problems()
    top = open_file(text, form=MODULE_FORMAT, problems=problems)
    module = ModuleContent(
        key=top.slug("key", KEY_LENGTH),
        name=top.line("name", NAME_LENGTH),
        summary=top.text("summary", TEXT_LENGTH),
        kind=top.choice("kind", KINDS),
        manager_too=top.flag("manager_too") if "manager_too" in top else False,
        valid_for_months=top.number_or_none("valid_for_months", 1, MOST_MONTHS),
        needs=tuple(sorted(needs := top.slugs("needs", MOST_NEEDS, KEY_LENGTH))),
        parts=tuple(_part(section) for section in top.sections("parts", MOST_PARTS)),
    )
    top.finish()
    for place, message in _broken_needs(module.key, needs, offered):
        problems.add(place, message)
    for place, message in _broken_rules(module, problems):
        problems.add(place, message)
    problems.raise_if_any()
    return module


def _part(section: Section) -> Part:
    kind = section.choice("kind", tuple(_READERS))
    part = Part(
        key=section.slug("key", KEY_LENGTH),
        kind=kind,
        title=section.line("title", TITLE_LENGTH),
        minutes=section.number("minutes", 1, MOST_MINUTES),
        skipped_in_renewal="renewal" in section and section.choice("renewal", RENEWALS) == "skip",
        content=_READERS[kind](section) if kind else Lesson(text=""),
    )
    if kind:
        section.finish()
    return part


def _lesson(section: Section) -> Lesson:
    return Lesson(
        purpose=_purpose(section, LESSON_PURPOSES),
        text=section.text("text", PAGE_LENGTH),
        video=_video(section.section("video")) if "video" in section else None,
    )


def _video(section: Section | None) -> Video | None:
    if section is None:
        return None
    video = Video(
        title=section.line("title", TITLE_LENGTH),
        file=section.line("file", NAME_LENGTH, required=False),
        link=section.line("link", SENTENCE_LENGTH, required=False),
        captions=section.line("captions", NAME_LENGTH, required=False),
        language=section.slug("language", 12) if "language" in section else "en",
        transcript=section.text("transcript", PAGE_LENGTH, required=False),
    )
    section.finish()
    return video


def _writing(section: Section) -> Writing:
    return Writing(purpose=_purpose(section, WRITING_PURPOSES), prompt=section.text("prompt", PAGE_LENGTH))


def _purpose(section: Section, purposes: Sequence[str]) -> str:
    return section.choice("purpose", purposes) if "purpose" in section else purposes[0]


def _quiz(section: Section) -> Quiz:
    return Quiz(
        pass_percent=section.number("pass_percent", 1, 100),
        draw=section.number_or_none("draw", 1, MOST_QUESTIONS),
        attempts=section.number_or_none("attempts", 1, 100),
        questions=tuple(_question(item) for item in section.sections("questions", MOST_QUESTIONS)),
    )


def _question(section: Section) -> Question:
    kind = section.choice("type", QUESTION_TYPES)
    chosen = kind in {"single", "multiple"}
    question = Question(
        key=section.slug("key", KEY_LENGTH),
        type=kind,
        text=section.text("text", TEXT_LENGTH),
        explanation=section.text("explanation", TEXT_LENGTH, required=False),
        options=tuple(_option(item) for item in section.sections("options", MOST_OPTIONS)) if chosen else (),
        steps=section.strings("steps", MOST_OPTIONS, SENTENCE_LENGTH) if kind == "order" else (),
        pairs=tuple(_pair(item) for item in section.sections("pairs", MOST_OPTIONS)) if kind == "match" else (),
        accepted=section.strings("accepted", 20, SENTENCE_LENGTH) if kind == "text" else (),
    )
    if kind:
        section.finish()
    return question


def _option(section: Section) -> Option:
    option = Option(
        text=section.text("text", SENTENCE_LENGTH),
        right=section.flag("right") if "right" in section else False,
        why=section.text("why", TEXT_LENGTH, required=False),
    )
    section.finish()
    return option


def _pair(section: Section) -> Pair:
    pair = Pair(left=section.line("left", SENTENCE_LENGTH), right=section.line("right", SENTENCE_LENGTH))
    section.finish()
    return pair


def _scenario(section: Section) -> Scenario:
    return Scenario(
        text=section.text("text", PAGE_LENGTH),
        pass_percent=section.number("pass_percent", 1, 100),
        behaviours=tuple(_behaviour(item) for item in section.sections("behaviours", MOST_BEHAVIOURS)),
        scenes=tuple(_scene(item) for item in section.sections("scenes", MOST_SCENES)),
    )


def _behaviour(section: Section) -> Behaviour:
    behaviour = Behaviour(key=section.slug("key", KEY_LENGTH), name=section.line("name", SENTENCE_LENGTH))
    section.finish()
    return behaviour


def _scene(section: Section) -> Scene:
    scene = Scene(
        key=section.slug("key", KEY_LENGTH),
        says=section.text("says", TEXT_LENGTH),
        ending=section.choice("ending", ENDINGS) if "ending" in section else "",
        choices=tuple(_choice(item) for item in section.sections("choices", MOST_OPTIONS, required=False)),
    )
    section.finish()
    return scene


def _choice(section: Section) -> Choice:
    choice = Choice(
        text=section.text("text", SENTENCE_LENGTH),
        to=section.slug("to", KEY_LENGTH),
        shows=section.strings("shows", MOST_BEHAVIOURS, KEY_LENGTH),
        why=section.text("why", TEXT_LENGTH, required=False),
    )
    section.finish()
    return choice


def _practice(section: Section) -> Practice:
    return Practice(
        task=section.text("task", PAGE_LENGTH),
        pass_level=section.number("pass_level", LEVELS[0], LEVELS[-1]),
        rubric=tuple(_rubric_line(item) for item in section.sections("rubric", MOST_BEHAVIOURS)),
    )


def _rubric_line(section: Section) -> RubricLine:
    key, behaviour = section.slug("key", KEY_LENGTH), section.line("behaviour", SENTENCE_LENGTH)
    anchors = section.section("anchors")
    texts = tuple(anchors.text(str(level), TEXT_LENGTH) for level in LEVELS) if anchors else ("",) * len(LEVELS)
    if anchors:
        anchors.finish()
    section.finish()
    return RubricLine(key=key, behaviour=behaviour, anchors=texts)


def _session(section: Section) -> LiveSession:
    return LiveSession(text=section.text("text", PAGE_LENGTH))


def _external(section: Section) -> External:
    return External(text=section.text("text", PAGE_LENGTH))


_READERS: dict[str, Callable[[Section], Content]] = {
    "lesson": _lesson,
    "writing": _writing,
    "quiz": _quiz,
    "scenario": _scenario,
    "practice": _practice,
    "session": _session,
    "evidence": _external,
}


# --- what no single value shows -------------------------------------------------------------------------------------


def _broken_rules(module: ModuleContent, problems: Problems) -> Iterator[tuple[str, str]]:
    """(place, sentence) for doubles, questions without an answer, conversations that lead nowhere. Of a part that could
    not be read whole nothing more is said: what it lacks may be what could not be read."""
    yield from _doubles("parts", [part.key for part in module.parts])
    if module.parts and all(part.skipped_in_renewal for part in module.parts):
        yield "parts", _("parts are all skipped in a renewal. Leave at least one without “renewal: skip”.")
    for index, part in enumerate(module.parts, start=1):
        place = f"parts[{index}]"
        if problems.touch(place):
            continue
        yield from ((place, f"{place} {message}") for message in flaws_of_prose(part.content))
        if isinstance(part.content, Lesson) and part.content.video is not None:
            yield from ((f"{place}.video", f"{place}.video {why}") for why in flaws_of_video(part.content.video))
        elif isinstance(part.content, Quiz):
            yield from _broken_quiz(place, part.content)
        elif isinstance(part.content, Scenario):
            yield from ((f"{place}.{where}", f"{place}.{where}: {message}") for where, message in flaws(part.content))
        elif isinstance(part.content, Practice):
            yield from _doubles(f"{place}.rubric", [line.key for line in part.content.rubric])


def _broken_needs(key: str, needs: Sequence[str], offered: Collection[str] | None) -> Iterator[tuple[str, str]]:
    for index, needed in enumerate(needs, start=1):
        place, facts = f"needs[{index}]", {"key": needed}
        if needed and needed == key:
            yield (
                place,
                f"{place} {_('is “%(key)s”, the module itself: nobody could ever begin. Take it out.') % facts}",
            )
        elif needed and offered is not None and needed not in offered:
            wrong = _("is “%(key)s”. No module of that key can be taken here: publish it first, or take this line out.")
            yield place, f"{place} {wrong % facts}"


def _broken_quiz(place: str, quiz: Quiz) -> Iterator[tuple[str, str]]:
    yield from _doubles(f"{place}.questions", [question.key for question in quiz.questions])
    if quiz.draw and quiz.draw > len(quiz.questions):
        facts = {"draw": quiz.draw, "count": len(quiz.questions)}
        message = _("asks for %(draw)d questions of %(count)d. Draw fewer, or write more.") % facts
        yield f"{place}.draw", f"{place}.draw {message}"
    for index, question in enumerate(quiz.questions, start=1):
        message = _broken_question(question)
        if message:
            yield f"{place}.questions[{index}]", f"{place}.questions[{index}] {message}"


def _broken_question(question: Question) -> str:
    if question.type in {"single", "multiple"}:
        return _broken_options(question)
    if question.type == "order" and not _are_several(question.steps):
        return _("needs at least two steps, each there once.")
    if question.type == "match":
        sides = [pair.left for pair in question.pairs], [pair.right for pair in question.pairs]
        if not all(map(_are_several, sides)):
            return _("needs at least two pairs, no two with the same left or right side.")
    if question.type == "text" and not (question.accepted and all(map(plain, question.accepted))):
        return _("needs at least one accepted answer, each with a letter or a digit.")
    return ""


def _broken_options(question: Question) -> str:
    right = sum(option.right for option in question.options)
    if not _are_several([option.text for option in question.options]):
        return _("needs at least two options, each there once.")
    if question.type == "single" and right != 1:
        return _("needs exactly one option with “right: true”; it has %(count)d.") % {"count": right}
    return "" if right else _("needs at least one option with “right: true”.")


def _are_several(texts: Sequence[str]) -> bool:
    return len(texts) > 1 and len(set(texts)) == len(texts)


def _doubles(name: str, keys: Sequence[str]) -> Iterator[tuple[str, str]]:
    first: dict[str, int] = {}
    for index, key in enumerate(keys, start=1):
        if key and key in first:
            place = f"{name}[{index}].key"
            message = _("%(place)s is “%(key)s”, as that of %(name)s[%(first)d]. Each must be there once.")
            yield place, message % {"place": place, "key": key, "name": name, "first": first[key]}
        first.setdefault(key, index)
