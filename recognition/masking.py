"""A customer's words without what tells who the customer is: text in, text out. Pure.

What is found is replaced by a placeholder that reads well; when in doubt it is replaced, for a steward sees the
original beside it and can put back what was harmless. What a machine cannot find, that steward is for
(docs/domain/recognition.md). Masking twice is masking once: every step replaces letters by a placeholder that no step
touches, until nothing changes.
"""

import re
import unicodedata
from collections.abc import Iterable

from recognition.masked_names import UPPER, called, greeted, signed

NAME, MAIL, PHONE, CARD = "[name]", "[e-mail]", "[phone]", "[card]"
IBAN, NUMBER, LINK, ADDRESS = "[IBAN]", "[number]", "[link]", "[address]"
PLACEHOLDERS = (NAME, MAIL, PHONE, CARD, IBAN, NUMBER, LINK, ADDRESS)

_KEPT = re.compile("|".join(map(re.escape, PLACEHOLDERS)))
_JOINERS = re.compile(r"(?<=[\dA-Za-z@.+])[\u200c\u200d\ufe0f\u20e3]+|[\u200c\u200d]+(?=[\dA-Za-z@.+])")
# Full-width forms of what e-mail addresses and numbers are made of; the punctuation of CJK text stays as it is.
_WIDE = {code: code - 0xFEE0 for code in map(ord, "＠．－＋＿（）")} | {
    code: code - 0xFEE0 for first, last in ("０９", "Ａｚ") for code in range(ord(first), ord(last) + 1)
    if unicodedata.category(chr(code))[0] in "LN"
}  # fmt: skip

_MAIL = re.compile(
    r"[\w.+'-]+ ?@ ?[\w-]+(?:\.[\w-]+)+"
    r"|[\w.+-]+ ?[\[({] ?(?:at|@) ?[\])}] ?[\w-]+(?: ?[\[({] ?(?:dot|\.) ?[\])}] ?[\w-]+|\.[\w-]+)+"
    r"|[\w.+-]+ at [\w-]+(?: dot [\w-]{2,})+",
    re.IGNORECASE,
)
_HANDLE = re.compile(r"(?<![\w@.])@\w{3,}")
_LINK = re.compile(r"(?:https?://|www\.)[^\s<>\"]*[^\s<>\".,;:!?)\]]", re.IGNORECASE)
_TELLING_LINK = re.compile(r"[?#@=%]|\d{4}|\w{20}")

_SEPARATED = r"[ .\-‐-―−/()]{0,3}"
_CARD = re.compile(r"(?<![\w])\d(?:[ .,_\-‐-―−]{0,2}\d){12,18}(?!\d)")
_IBAN = re.compile(r"(?<!\w)[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]){11,30}(?!\w)", re.IGNORECASE)
_DAY, _MONTH = r"(?:[12]\d|3[01]|0?[1-9])", r"(?:1[0-2]|0?[1-9])"
_PIECE = (
    rf"(?:{_DAY}([./-]){_MONTH}<1>(?:19|20)?\d\d|(?:19|20)\d\d([./-]){_MONTH}<2>{_DAY}"
    r"|(?:[01]?\d|2[0-3])[.:][0-5]\d(?::[0-5]\d)?|(?:19|20)\d\d|[1-9]\d{0,2}(?:[ .]?000){1,3}|[1-9]\d?00)"
)
_MONEY = r"(?:[€$£¥₹₽]|(?:EUR|USD|GBP|CHF|euros?|dollars?|pounds?|руб\w*|ευρώ|元|円|원)(?!\w))"
_AMOUNT = r"(?:\d{1,3}(?:[ .,'’]\d{3}){1,2}(?:[.,]\d{1,2})?|\d{1,7}(?:[.,]\d{1,2})?)"
# Dates, times, years, round numbers, also several of them in a row; and prices.
_ORDINARY = (
    rf"(?:{_MONEY} ?{_AMOUNT}(?![.\-/ ]?\d)|{_AMOUNT} ?{_MONEY}"
     "|" + "PIECE" + r"(?:[ ,]{0,2}[-–—/]?[ ]?PIECE)*(?![.\-/ ]{0,2}\d))"
)  # fmt: skip
_NUMBER = rf"(?:\+|\(\+?)?\d(?:{_SEPARATED}\d){{5,}}"
_KEYWORDS = (
    r"order|customer|account|ticket|booking|reservation|reference|ref|invoice|case|contract|policy|tracking|parcel"
    r"|membership|member|Bestell\w*|Kunden\w*|Auftrag\w*|Rechnung\w*|Vertrag\w*|commande|facture|client|pedido|cliente"
    r"|factura|ordine|заказ\w*|договор\w*|клиент\w*|παραγγελία\w*|πελάτη\w*|رقم|الطلب|طلب|ऑर्डर|ग्राहक|订单|訂單|客户|注文|주문"
)
_SAID_TO_BE = re.compile(
    rf"(?<!\w)((?:{_KEYWORDS})(?:[ -]?(?:number|no|nr|num|nummer|id|code|№|#|номер|n°|αριθμός|नंबर|号|號|번호|番号)\.?)?"
    r"(?: is| ist| est| es)?\s*[:：#№=]?\s*)((?=[\w-]*\d[\w-]*\d[\w-]*\d)[A-Za-z0-9][A-Za-z0-9/-]*[A-Za-z0-9])",
    re.IGNORECASE,
)
_RUNG = re.compile(
    r"((?:tel|phone|telephone|mobile|cell|whatsapp|Telefon|Handy|тел|телефон|τηλ|κινητό|هاتف|जवाल|फ़ोन|फोन|电话|電話|전화)"
    rf"\.?:? ?)(\+?\(?\d(?:{_SEPARATED}\d){{4,}})", re.IGNORECASE,
)  # fmt: skip
_CODE = re.compile(
    r"(?<![\w/-])(?=[A-Z0-9-]*[A-Z])(?=(?:[A-Z-]*\d){4})[A-Z0-9]+(?:-[A-Z0-9]+)*(?![\w])"
)  # fmt: skip

_CAPITAL = rf"[{UPPER}][\w'’-]*"
_STREETS = (
    rf"\d{{1,5}}[a-zA-Z]?,? (?:{_CAPITAL} ){{1,3}}(?:Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Close|Court|Ct"
    r"|Way|Square|Place|Terrace|Boulevard|Blvd|Gardens|Crescent)(?!\w)\.?"
    rf"|(?:{_CAPITAL}[ -])?[^\W\d_]+[ -]?(?i:straße|strasse|str\.|gasse|allee|platz) \d{{1,4}} ?[a-h]?(?!\w)"
    r"|\d{1,4}(?: bis| ter)?,? (?i:rue|avenue|boulevard|place|chemin|impasse|allée)"
    rf"(?: de| du| des| la| le| l['’])*[ '’]{_CAPITAL}(?: {_CAPITAL})*"
    r"|(?i:calle|avenida|via|viale|piazza|rua|plaza)(?: de| del| della| la| dos)*"
    rf"(?: {_CAPITAL}){{1,3}},? (?:n[º°o.]+ ?)?\d{{1,4}}"
    r"|(?i:ул\.|улица|улице|улицы|пр\.|проспект|переулок|пер\.) ?[А-ЯЁ][\w-]*(?: [А-ЯЁ][\w-]*)?"
    r",?(?: ?(?:д\.|дом))? ?\d+\w?(?:,? ?(?:кв\.|квартира) ?\d+)?"
    rf"|(?i:οδός|οδού|οδό|λεωφόρος|λεωφόρου)(?: {_CAPITAL}){{1,2}} \d+"
    r"|(?:[\u4e00-\u9fff]{2,3}[省市县縣区區])*[\u4e00-\u9fff]{2,4}[路街道巷]\d+[号號](?:\d+[室楼樓])?"
    r"|[\u4e00-\u9fff]{2,6}[市区町]?\d+丁目[\d番地号の-]*"
    r"|شارع [\u0620-\u06ff]+(?: [\u0620-\u06ff]+)? \d+"
    r"|(?<!\w)[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}(?!\w)"
)
_ADDRESS = re.compile(_STREETS)
# A postcode and a town that follow a street.
_TOWN = re.compile(rf"{re.escape(ADDRESS)}(?:,? \d{{4,6}} {_CAPITAL}|,? {re.escape(ADDRESS)})")


def names_in(customer: str) -> list[str]:
    """The names of one customer, as they are typed: parted by semicolons."""
    return [name for part in customer.split(";") if (name := part.strip())]


def mask(text: str, *, names: Iterable[str] = ()) -> str:
    """The text with placeholders for e-mail addresses, numbers that belong to somebody, links that carry such, postal
    addresses, and names: `names`, and those that a greeting, a title or a closing gives away."""
    known, text = called(names), _plain(text)
    while True:
        masked = _once(text, known)
        if masked == text:
            return text
        text = masked


def _plain(text: str) -> str:
    """Without what nobody sees, and with one form of spaces and digits, so that nothing hides behind them."""
    text = _JOINERS.sub("", unicodedata.normalize("NFC", text).translate(_WIDE))
    return "".join(
        " " if unicodedata.category(char) == "Zs" else char
        for char in text
        if unicodedata.category(char) != "Cf" or char in "\u200c\u200d"
    )


def _once(text: str, known: re.Pattern[str] | None) -> str:
    text = _LINK.sub(lambda found: LINK if _TELLING_LINK.search(found[0]) else found[0], text)
    text = _MAIL.sub(MAIL, text)
    text = _HANDLE.sub(NAME, text)
    if known is not None:
        kept = re.compile(f"{_KEPT.pattern}|(?P<known>{known.pattern})", re.IGNORECASE)
        text = kept.sub(lambda found: NAME if found["known"] else found[0], text)
    text = signed(greeted(text, NAME), NAME)
    text = _TOWN.sub(ADDRESS, _ADDRESS.sub(ADDRESS, text))
    return _numbers(text)


def _numbers(text: str) -> str:
    text = _IBAN.sub(_iban, text)
    text = _CARD.sub(lambda found: CARD if _luhn(_digits(found[0])) else found[0], text)
    text = _SAID_TO_BE.sub(rf"\1{NUMBER}", text)
    text = _RUNG.sub(rf"\1{PHONE}", text)
    text = _CODE.sub(NUMBER, text)
    return _LONG.sub(lambda found: found[0] if found["ordinary"] else _long(found[0]), text)


def _pieces() -> str:
    """Each occurrence of a piece with groups of its own, for it asks for the same separator twice."""
    parts, first = [], 2  # group 1 is the whole
    for part in _ORDINARY.split("PIECE"):
        parts.append(part)
        parts.append(_PIECE.replace("<1>", rf"\{first}").replace("<2>", rf"\{first + 1}"))
        first += 2
    return "".join(parts[:-1])


_LONG = re.compile(rf"(?<![\w.])(?:(?P<ordinary>{_pieces()})|{_NUMBER})", re.IGNORECASE)


def _long(found: str) -> str:
    """Six digits and more that are no date, time, year, price or round number."""
    digits = _digits(found)
    apart = len(digits) < len(found.strip("+( )"))
    if len(digits) == 6 and apart and digits[0] != "0":
        return found  # 100-200, 12 34 56
    if found[0] in "+(" or digits[0] == "0" or (apart and len(digits) <= 15):
        return PHONE
    return NUMBER


def _digits(text: str) -> str:
    return "".join(str(int(char)) for char in text if char.isdecimal())


def _luhn(digits: str) -> bool:
    doubled = (sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return (sum(map(int, digits[::-2])) + sum(doubled)) % 10 == 0


def _iban(found: re.Match[str]) -> str:
    """The longest beginning that is one; words may follow it."""
    text = found[0]
    for end in range(len(text), 14, -1):
        compact = re.sub(r"[ -]", "", text[:end]).upper()
        if 15 <= len(compact) <= 34 and compact.isascii() and text[end - 1].isalnum() and _mod97(compact):
            return IBAN + text[end:]
    return text


def _mod97(compact: str) -> bool:
    return int("".join(str(int(char, 36)) for char in compact[4:] + compact[:4])) % 97 == 1
