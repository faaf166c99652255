"""The combination rule of an opening: which competencies count, how much, and what must be there.

Pure: no tables, no clock. A rule is fixed before the first interview (product promise 3), so it has one canonical
spelling and one digest; whoever holds the stored document can check that nobody touched it since. Why a fixed rule at
all: the same interview data combined by rule predicts job performance far better than the same data combined by an
expert's judgement (Kuncel et al. 2013). See docs/domain/combination.md.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.errors import Refused

FORMAT = 1
MEAN_OF_PANELLISTS = "mean of panellists"
LOWEST_SCORE, HIGHEST_SCORE = 1, 5
GREATEST_WEIGHT = 1000
MOST_STAGES, MOST_TERMS = 50, 100

_NUMBER = re.compile(r"(0|[1-9][0-9]{0,3})(\.[0-9]{1,3})?")


class InvalidRule(Refused):
    """What was given is no combination rule; the text says where and how to mend it."""


@dataclass(frozen=True)
class Term:
    """One competency of a stage.

    `weight` is above 0 and at most 1000, up to three decimals; only the proportions between weights matter.
    `minimum` makes the competency a must-have: a mean below it (1 to 5, up to three decimals) misses it.
    Raises InvalidRule for anything else.
    """

    competency: str
    weight: Decimal | int
    minimum: Decimal | int | None = None

    def __post_init__(self) -> None:
        _check_key(self.competency, gettext_lazy("A competency"))
        what = format_lazy(gettext_lazy("The weight of {competency}"), competency=self.competency)
        weight = _number(self.weight, what)
        if not 0 < weight <= GREATEST_WEIGHT:
            raise InvalidRule(
                _("%(what)s must be above 0 and at most %(most)s.") % {"what": what, "most": GREATEST_WEIGHT}
            )
        object.__setattr__(self, "weight", weight)
        if self.minimum is not None:
            what = format_lazy(gettext_lazy("The minimum for {competency}"), competency=self.competency)
            minimum = _number(self.minimum, what)
            if not LOWEST_SCORE <= minimum <= HIGHEST_SCORE:
                raise InvalidRule(_("%(what)s must lie between 1 and 5.") % {"what": what})
            object.__setattr__(self, "minimum", minimum)


@dataclass(frozen=True)
class StageRule:
    """What counts at one stage. `stage` is the stage's key within its opening (its position written as text will do).

    Terms are kept in the order of their keys, so that two rules that say the same are equal. Raises InvalidRule for no
    terms, too many, or a competency named twice.
    """

    stage: str
    terms: tuple[Term, ...]

    def __post_init__(self) -> None:
        _check_key(self.stage, gettext_lazy("A stage"))
        place = {"stage": self.stage, "most": MOST_TERMS}
        if not self.terms:
            raise InvalidRule(_("Stage %(stage)s needs at least one competency.") % place)
        if len(self.terms) > MOST_TERMS:
            raise InvalidRule(_("Stage %(stage)s has more than %(most)s competencies.") % place)
        for twice in _repeated(term.competency for term in self.terms):
            raise InvalidRule(_("Stage %(stage)s names %(twice)s twice.") % {**place, "twice": twice})
        object.__setattr__(self, "terms", tuple(sorted(self.terms, key=lambda term: term.competency)))


@dataclass(frozen=True)
class Rule:
    """How the scores of an opening's interviews combine, stage by stage.

    `compensatory`: strength in one competency may make up for a missed must-have. If it is False, an application that
    misses a must-have stands below all that miss none and is marked "does not meet"; it is never rejected by that.
    `within` says how the panellists' ratings of one competency become one: their mean, the only way there is.
    Raises InvalidRule for no stages, too many, or a stage named twice.
    """

    stages: tuple[StageRule, ...]
    compensatory: bool = True
    within: str = MEAN_OF_PANELLISTS

    def __post_init__(self) -> None:
        if not isinstance(self.compensatory, bool):
            raise InvalidRule(_("“compensatory” must be true or false."))
        if self.within != MEAN_OF_PANELLISTS:
            raise InvalidRule(_("“within” must be “%(mean)s”.") % {"mean": MEAN_OF_PANELLISTS})
        if not self.stages:
            raise InvalidRule(_("A rule needs at least one stage."))
        if len(self.stages) > MOST_STAGES:
            raise InvalidRule(_("A rule has at most %(most)s stages.") % {"most": MOST_STAGES})
        for twice in _repeated(stage.stage for stage in self.stages):
            raise InvalidRule(_("Stage %(stage)s is named twice.") % {"stage": twice})
        object.__setattr__(self, "stages", tuple(sorted(self.stages, key=lambda stage: stage.stage)))

    def for_stage(self, key: str) -> StageRule | None:
        """What counts at that stage; None where the rule says nothing about it."""
        return next((stage for stage in self.stages if stage.stage == key), None)


def document(rule: Rule) -> dict[str, Any]:
    """The rule as plain data for a JSON column. Numbers are text ("2.5"): no float can change them on the way."""
    return {
        "format": FORMAT,
        "compensatory": rule.compensatory,
        "within": rule.within,
        "stages": [
            {
                "stage": stage.stage,
                "terms": [
                    {
                        "competency": term.competency,
                        "weight": written(term.weight),
                        "minimum": None if term.minimum is None else written(term.minimum),
                    }
                    for term in stage.terms
                ],
            }
            for stage in rule.stages
        ],
    }


def canonical(rule: Rule) -> str:
    """The one spelling of the rule: JSON; fields, stages and terms sorted; no spaces; nothing escaped without need."""
    return json.dumps(document(rule), sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def digest(rule: Rule) -> str:
    """SHA-256 of the canonical spelling in UTF-8, 64 hexadecimal digits. Equal rules, and only they, share it.

    The spelling is a promise over time: digests are stored beside decisions. A change of it needs a new FORMAT.
    """
    return hashlib.sha256(canonical(rule).encode()).hexdigest()


def parse(source: str | bytes | Mapping[str, Any]) -> Rule:
    """Read a rule back from its JSON or from the plain data of a JSON column; the inverse of canonical and document.

    Strict: a missing or unknown field, a float, a number written oddly or a field named twice is refused with
    InvalidRule, whose text names the place.
    """
    fields = _fields(_loaded(source), {"format", "compensatory", "within", "stages"}, _("The rule"))
    if isinstance(fields["format"], bool) or fields["format"] != FORMAT:
        raise InvalidRule(_("“format” must be %(format)s.") % {"format": FORMAT})
    stages = []
    for number, each in enumerate(_list(fields["stages"], _("“stages”")), start=1):
        place = _("Stage number %(number)s of the list") % {"number": number}
        stage = _fields(each, {"stage", "terms"}, place)
        terms = [
            Term(**_fields(term, {"competency", "weight", "minimum"}, _("A term of %(place)s") % {"place": place}))
            for term in _list(stage["terms"], _("“terms” of %(place)s") % {"place": place})
        ]
        stages.append(StageRule(stage["stage"], tuple(terms)))
    return Rule(tuple(stages), fields["compensatory"], fields["within"])


def difference(
    old: Rule, new: Rule, *, competencies: Mapping[str, str] | None = None, stages: Mapping[str, str] | None = None
) -> list[str]:
    """What changed from old to new, one sentence each, in the order of stages and competencies; empty if nothing did.

    The mappings give the names to show for the keys; a key without a name stands for itself.
    """
    lines = []
    if old.compensatory and not new.compensatory:
        lines.append(_("A missed must-have can no longer be made up for."))
    if new.compensatory and not old.compensatory:
        lines.append(_("A missed must-have can now be made up for."))
    before = {stage.stage: stage for stage in old.stages}
    after = {stage.stage: stage for stage in new.stages}
    for key in sorted(before | after):
        name = {"stage": (stages or {}).get(key, key)}
        if key not in after:
            lines.append(_("%(stage)s: no longer combined") % name)
        elif key not in before:
            lines.append(_("%(stage)s: now combined") % name)
        else:
            changes = _term_changes(before[key], after[key], competencies or {})
            # One stage needs no saying which.
            lines += changes if len(before | after) == 1 else [f"{name['stage']}: {change}" for change in changes]
    return lines


def written(number: Decimal | int) -> str:
    """A weight or minimum as people write it: 3, 2.5; no exponent, no zeros at the end."""
    return _without_last_zeros(format(Decimal(number), "f"))


def _term_changes(old: StageRule, new: StageRule, names: Mapping[str, str]) -> list[str]:
    before = {term.competency: term for term in old.terms}
    after = {term.competency: term for term in new.terms}
    lines = []
    for key in sorted(before | after):
        name = names.get(key, key)
        if key not in after:
            lines.append(_("%(competency)s taken out") % {"competency": name})
            continue
        now, was = after[key], before.get(key)
        if was is None:
            added = {"competency": name, "weight": written(now.weight)}
            lines.append(_("%(competency)s added with weight %(weight)s") % added)
        elif was.weight != now.weight:
            change = {"competency": name, "old": written(was.weight), "new": written(now.weight)}
            lines.append(_("weight of %(competency)s %(old)s → %(new)s") % change)
        lines += _minimum_change(name, was.minimum if was else None, now.minimum)
    return lines


def _minimum_change(name: str, was: Decimal | int | None, now: Decimal | int | None) -> list[str]:
    if was == now:
        return []
    if now is None:
        return [_("%(competency)s is no longer a must-have") % {"competency": name}]
    if was is None:
        return [_("%(competency)s is now a must-have, at least %(new)s") % {"competency": name, "new": written(now)}]
    change = {"competency": name, "old": written(was), "new": written(now)}
    return [_("minimum for %(competency)s %(old)s → %(new)s") % change]


def _check_key(key: object, what: str | Promise) -> None:
    if not isinstance(key, str) or not 0 < len(key) <= 100:
        raise InvalidRule(_("%(what)s needs a key of 1 to 100 characters.") % {"what": what})
    # Printable leaves out lone surrogates too, which UTF-8 cannot spell; one spelling per key, or digests would differ.
    if key != key.strip() or not key.isprintable() or not unicodedata.is_normalized("NFC", key):
        raise InvalidRule(_("%(what)s has a key with blanks around it or hidden characters in it.") % {"what": what})


def _number(value: object, what: str | Promise) -> Decimal:
    """An int, a Decimal or plain text such as "2.5" as a Decimal without zeros at the end; up to three decimals."""
    if isinstance(value, float):
        raise InvalidRule(_("%(what)s must be a whole number or text such as “2.5”, not a float.") % {"what": what})
    if isinstance(value, bool) or not isinstance(value, (int, Decimal, str)):
        raise InvalidRule(_("%(what)s must be a number.") % {"what": what})
    if not _NUMBER.fullmatch(text := _plain(value)):
        raise InvalidRule(
            _("%(what)s must be a plain number, at most 9999, with up to three decimals.") % {"what": what}
        )
    return Decimal(written(Decimal(text)))


def _plain(value: int | Decimal | str) -> str:
    """The number in digits; "" for one so far out that writing its digits down would only cost time."""
    if isinstance(value, str):
        return value
    number = Decimal(value)
    return _without_last_zeros(format(number, "f")) if number.is_finite() and abs(number.adjusted()) < 30 else ""


def _without_last_zeros(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text


def _repeated(keys: Iterable[str]) -> list[str]:
    return [key for key, times in Counter(keys).items() if times > 1]


def _loaded(source: object) -> object:
    if not isinstance(source, (str, bytes)):
        return source
    try:
        return json.loads(source, object_pairs_hook=_without_repeats)
    except (ValueError, RecursionError) as error:
        raise InvalidRule(_("The rule is not readable as JSON: %(error)s") % {"error": error}) from error


def _without_repeats(pairs: Sequence[tuple[str, object]]) -> dict[str, object]:
    for twice in _repeated(name for name, _value in pairs):
        raise InvalidRule(_("The field “%(field)s” is given twice.") % {"field": twice})
    return dict(pairs)


def _fields(value: object, expected: set[str], place: str) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        raise InvalidRule(_("%(place)s must be an object with named fields.") % {"place": place})
    missing, unknown = sorted(expected - set(value)), sorted(str(name) for name in set(value) - expected)
    if missing:
        raise InvalidRule(_("%(place)s lacks: %(fields)s.") % {"place": place, "fields": ", ".join(missing)})
    if unknown:
        raise InvalidRule(_("%(place)s has unknown: %(fields)s.") % {"place": place, "fields": ", ".join(unknown)})
    return dict(value)


def _list(value: object, place: str) -> list[object]:
    if not isinstance(value, (list, tuple)):
        raise InvalidRule(_("%(place)s must be a list.") % {"place": place})
    return list(value)
