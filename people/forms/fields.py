"""Fields that several forms ask for: a person, a team, a time zone, working days."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import F, Value
from django.db.models.functions import Length, Replace
from django.forms.utils import flatatt
from django.urls import reverse_lazy
from django.utils.functional import Promise
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from foundation.text import fold
from people.import_cells import WEEKDAYS
from people.models import Person, Team

OFFERED_TEAMS = 300


class QuickSelect(forms.Select):
    """A drop-down written in one go. Django makes a dictionary of every option and renders a template for it, and a
    tree of teams has hundreds."""

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        chosen = {str(one) for one in self.format_value(value)}
        inside = "".join(self._group(label, options, chosen) for label, options in self._groups())
        return format_html(
            '<select name="{}"{}>{}</select>',
            name,
            flatatt(self.build_attrs(self.attrs, attrs)),
            mark_safe(inside),  # noqa: S308 (escaped below)
        )

    def _groups(self) -> Iterator[tuple[str, list[tuple[Any, Any]]]]:
        """Options without a group, one by one, and groups with theirs; in order."""
        for value, label in self.choices:
            yield (value, list(label)) if isinstance(label, list | tuple) else ("", [(value, label)])

    def _group(self, label: str, options: list[tuple[Any, Any]], chosen: set[str]) -> str:
        lines = [
            f'<option value="{escape("" if value is None else value)}"{" selected" if str(value) in chosen else ""}>'
            f"{escape(text)}</option>"
            for value, text in options
        ]
        return f'<optgroup label="{escape(label)}">{"".join(lines)}</optgroup>' if label else lines[0]


class Suggesting(forms.TextInput):
    """A text box that proposes as one types, from `url`; without scripts, what `offered` holds from the start."""

    def __init__(
        self, url: "str | Promise", offered: tuple[str, ...] = (), attrs: dict[str, Any] | None = None
    ) -> None:
        super().__init__(attrs)
        self.url, self.offered = url, offered

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        attrs = {**(attrs or {})}
        place = f"{attrs.get('id', f'id_{name}')}_options"
        attrs |= {
            "list": place,
            "autocomplete": "off",
            "hx-get": str(self.url),
            "hx-trigger": "input changed delay:200ms",
            "hx-target": f"#{place}",
            "hx-swap": "innerHTML",
            "hx-sync": "this:replace",
        }
        options = format_html_join("", '<option value="{}"></option>', ((text,) for text in self.offered))
        box = super().render(name, value, attrs, renderer)
        return format_html('{}<datalist id="{}">{}</datalist>', box, place, options)


class PersonField(forms.CharField):
    """Somebody who works here, chosen by e-mail address with suggestions by name; cleans to a Person or None.

    Give `initial` as a Person. A full name will do as well when only one person has it.
    """

    default_error_messages = {
        "unknown": _("Nobody here has this address or name. Choose from the suggestions."),
        "several": _("Several people have this name. Write the e-mail address."),
    }

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", Suggesting(reverse_lazy("people:person-options")))
        kwargs.setdefault("help_text", _("Type a name and choose, or write the e-mail address."))
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        return value.email if isinstance(value, Person) else value

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        people = Person.objects.active()
        found = people.filter(email__iexact=text).first()
        if found is not None:
            return found
        named = [
            person for person in people.matching(text)[:20] if fold(text) in {fold(person.name), fold(person.full_name)}
        ]
        if len(named) == 1:
            return named[0]
        raise ValidationError(self.error_messages["several" if named else "unknown"])


class TeamPathField(forms.CharField):
    """A team, chosen by its path with suggestions; cleans to a Team or None. Give `initial` as a Team."""

    default_error_messages = {"unknown": _("There is no such team. Choose from the suggestions.")}

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", Suggesting(reverse_lazy("people:team-options")))
        kwargs.setdefault("help_text", _("Type a part of the name and choose, such as Service/Retail/Unit 1."))
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        return value.path if isinstance(value, Team) else value

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        exact = Team.objects.filter(path=text).first()
        if exact is not None:
            return exact
        alike = [team for team in Team.objects.filter(path__iexact=text)[:2] if fold(team.path) == fold(text)]
        if len(alike) == 1:
            return alike[0]
        raise ValidationError(self.error_messages["unknown"])


class TeamChoiceField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """The tree as a drop-down, for filters: all of it, or its upper levels when it is large."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=Team.objects.none(), widget=QuickSelect, **kwargs)

    def offer(self, chosen: str | None) -> None:
        """Fill the list for one request; `chosen` stays in it, however deep it stands."""
        levels = F("path_length") - Length(Replace("path", Value("/"), Value("")))
        depth = Team.objects.annotate(path_length=Length("path")).annotate(depth=levels)
        depths = sorted(depth.values_list("depth", flat=True))
        deepest = (
            depths[-1] if len(depths) <= OFFERED_TEAMS and depths else (depths[OFFERED_TEAMS] - 1 if depths else 0)
        )
        shallow = depth.filter(depth__lte=deepest)
        if chosen and chosen.isdecimal() and len(chosen) < 19:
            shallow = depth.filter(pk=chosen) | shallow
        self.queryset = shallow.order_by("path")

    def label_from_instance(self, team: Team) -> str:
        return "\u2003" * team.path.count("/") + team.name


@cache
def zone_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """The zones of the world by continent, as (continent, [(zone, city)])."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for zone in sorted(available_timezones()):
        area, slash, place = zone.partition("/")
        if slash and area in AREAS:
            groups.setdefault(area, []).append((zone, place.replace("_", " ").replace("/", ", ")))
    return [("UTC", [("UTC", "UTC")]), *groups.items()]


AREAS = frozenset(
    {"Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"}
)


class ZoneField(forms.ChoiceField):
    """A time zone by continent and city. One that is set already stays on offer, whatever its name."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Time zone"))
        super().__init__(choices=zone_choices, widget=QuickSelect, **kwargs)

    def valid_value(self, value: str) -> bool:
        return value in available_timezones()


DAY_NAMES: Mapping[str, "str | Promise"] = {
    "mon": _("Monday"),
    "tue": _("Tuesday"),
    "wed": _("Wednesday"),
    "thu": _("Thursday"),
    "fri": _("Friday"),
    "sat": _("Saturday"),
    "sun": _("Sunday"),
}


class DaysField(forms.MultipleChoiceField):
    """Working days as check boxes; initial and cleaned value are texts like "mon,tue"."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Working days"))
        kwargs.setdefault("error_messages", {"required": _("Choose at least one working day.")})
        choices = [(day, DAY_NAMES[day]) for day in WEEKDAYS]
        super().__init__(choices=choices, widget=forms.CheckboxSelectMultiple, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return value.split(",") if isinstance(value, str) else value

    def clean(self, value: Any) -> Any:
        return ",".join(super().clean(value))
