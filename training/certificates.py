"""A certificate as PDF/UA: values in, bytes out; the same values are always the same bytes.

Texts go to typst as data, never as part of the document, so that nothing in a name is markup. typst refuses what no
font has a letter for, rather than leaving it out; then the fonts of this machine are asked too, and what even they lack
is left out with a line that says so. Where the certificate is checked, every name stands whole.
"""

import json
import unicodedata
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import segno
from django.utils.translation import gettext as _

LAYOUT = Path(__file__).with_suffix(".typ")
PICTURES = frozenset({"So", "Sk", "Cf", "Cn", "Co", "Cs"})  # Unicode's categories of what is no letter of a name


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """What stands on it. `valid_until` is in words; `address` is where it can be checked."""

    organisation: str
    person: str
    module: str
    completed_on: str
    valid_until: str
    address: str
    language: str = "en"


def render(paper: Paper) -> bytes:
    """The PDF. Never fails for want of letters."""
    from typst import TypstError

    try:
        return _pdf(paper, own_fonts=True)
    except TypstError:
        texts = {name: _printable(getattr(paper, name)) for name in ("organisation", "person", "module")}
        return _pdf(replace(paper, **texts), own_fonts=False, whole=paper)


def _printable(text: str) -> str:
    """Its first form for which this machine has every letter: whole, or without pictures, or nothing."""
    return next((form for form in _forms(text) if _has_letters(form)), "")


def _forms(text: str) -> Iterator[str]:
    yield text
    yield " ".join("".join(char for char in text if unicodedata.category(char) not in PICTURES).split())


def _has_letters(text: str) -> bool:
    from typst import TypstError

    try:
        _compile(b'#set document(title: "-")\n#set text(font: "Libertinus Serif")\n#sys.inputs.data', text, False)
    except TypstError:
        return False
    return True


def _pdf(paper: Paper, *, own_fonts: bool, whole: Paper | None = None) -> bytes:
    data: dict[str, Any] = asdict(paper)
    data["language"], _dash, data["region"] = paper.language.partition("-")
    data["words"] = {
        "title": _("Certificate of completion"),
        "certifies": _("This is to certify that"),
        "completed": _("has completed"),
        "completed_on": _("Completed on"),
        "valid_until": _("Valid until"),
        "check": _("Check it here"),
        "qr": _("A code that leads to the page where this certificate can be checked: %(address)s")
        % {"address": paper.address},
        "left_out": _("Not every letter of the names can be printed here; the page has them whole.")
        if whole is not None and paper != whole
        else "",
    }
    data["qr"] = _qr(paper.address)
    return _compile(LAYOUT.read_bytes(), json.dumps(data), own_fonts)


def _qr(address: str) -> str:
    drawn = segno.make(address, error="m", micro=False).svg_inline(border=0, dark="#28211c")
    return drawn.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)


def _compile(layout: bytes, data: str, own_fonts: bool) -> bytes:
    from typst import Compiler

    compiler = Compiler(layout, font_paths=_fonts(own_fonts), sys_inputs={"data": data})
    found = compiler.compile(format="pdf", pdf_standards="ua-1", timestamp=0)
    if not isinstance(found, bytes):
        raise TypeError("typst answered with no document.")
    return found


@lru_cache(maxsize=2)
def _fonts(own: bool) -> Any:
    """Those that typst brings, the same everywhere; and those of this machine, which take a second to find."""
    from typst import Fonts

    return Fonts(include_system_fonts=not own)
