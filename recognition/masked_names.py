"""Where in a text a customer's name stands: names that are known, those after titles and greetings, and whoever signs.
Pure."""

import re
import unicodedata
from collections.abc import Iterable

UPPER = "".join(
    chr(code)
    for first, last in ((0x41, 0x530), (0x1E00, 0x2000))
    for code in range(first, last)
    if unicodedata.category(chr(code)) in {"Lu", "Lt"}
)
_WORD = rf"[{UPPER}](?:\.(?=[ {UPPER}])|\w*(?:['’-]\w+)*)"
_CASED = rf"{_WORD}(?:(?: (?:van|von|de|der|den|del|della|da|di|dos|la|le|bin|al|el|ten|zu))* ?[ -]{_WORD}){{0,3}}"
_ARABIC = "[\u0620-\u065f\u066e-\u06d3\u06d5-\u06dc\u06df-\u06ef\u06fa-\u06ff\u200c]"
_INDIC = "[\u0900-\u0963\u0970-\u097f\u200c\u200d]"
_UNCASED = rf"{_ARABIC}{{2,}}(?: {_ARABIC}{{2,}})?|{_INDIC}{{2,}}(?: {_INDIC}{{2,}})?"
_HAN, _KANA, _HANGUL = "[\u3400-\u9fff]", "[\u3400-\u9fff\u30a1-\u30faー々]", "[가-힣]"
# The family names that nearly all people have who write theirs in Chinese characters alone.
_FAMILY = (
    "[王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭"
    "廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文張劉陳楊趙黃吳孫馬羅鄭謝韓馮蕭鄧許蘇盧蔣賈葉閻鍾譚鄒陸龍萬"
    "錢湯賀賴龔]"
)
# Of whom nobody in particular is greeted.
_NOBODY = (
    r"(?!(?:All|Team|Everyone|Everybody|There|Sirs?|Madam|Customer|Service|Support|Guys|Folks|Colleagues?|You|I|We|The"
    r"|Damen|Herren|Zusammen|Alle|Madame|Monsieur|Equipo|Коллеги|Команда|Σας)(?!\w))"
)
_TITLES = (
    r"Mrs?|Ms|Miss|Mx|Dr|Prof|Professor|Herrn?|Frau|Monsieur|Madame|Mme|Mlle|Señora?|Sra?|Signora?|Sig|Senhora?|Pani?"
    r"|г-н|г-жа|[Гг]осподин\w?|[Гг]оспож[аеу]|[Κκ]ύριε|[Κκ]ύριος|[Κκ]υρία|κα?(?=\.)"
)
_GREETINGS = (
    r"Dear|Hi|Hello|Hey|Liebe[rs]?|Hallo|Cher|Chère|Bonjour|Hola|Querid[oa]|Estimad[oa]|Ciao|Gentile|Car[oa]|Olá"
    r"|[Уу]важаем(?:ый|ая)|[Дд]орог(?:ой|ая)|Здравствуйте|Привет|Αγαπητ(?:έ|ή)|Γεια σου"
    r"|[Mm]y name is|[Mm]ein Name ist|[Ii]ch heiße|[Jj]e m['’]appelle|[Mm]e llamo|[Mm]i nombre es|[Mm]i chiamo"
    r"|[Мм]еня зовут|[Μμ]ε λένε|[Οο]νομάζομαι"
)
_GREETED = [
    re.compile(rf"(?<!\w)((?:(?:{_TITLES})\.?[ ])+)({_CASED})"),
    re.compile(rf"(?<!\w)((?:{_GREETINGS}),?[ ])({_NOBODY}{_CASED})"),
    re.compile(
        rf"(?<!{_ARABIC})(?<!{_INDIC})"
        r"((?:السيدة|السيد|الأستاذة|الأستاذ|الدكتورة|الدكتور|عزيزي|عزيزتي|اسمي|آقای|خانم"
        rf"|श्रीमती|श्री|सुश्री|प्रिय|मेरा नाम)[ ])({_UNCASED})"
    ),
    re.compile(rf"((?:我叫|我是|亲爱的|尊敬的|親愛的|尊敬的)?)({_FAMILY}{_HAN}{{0,2}}?)(?=先生|女士|小姐|太太|敬上)"),
    re.compile(rf"(我叫|我的名字是)({_FAMILY}{_HAN}{{1,2}})"),
    re.compile(rf"((?:私は)?)((?<![お皆])(?!皆|客|店員|担当){_KANA}{{1,6}})(?=さん|様|さま)"),
    re.compile(
        rf"(?<!{_HANGUL})((?:제 이름은 )?)((?!고객|선생|손님|점장|직원|사장|기사|상담){_HANGUL}{{2,4}}?)"
        rf"(?= ?[씨님](?!{_HANGUL}{{3}}))"
    ),
    re.compile(rf"(제 이름은 )({_HANGUL}{{2,4}}?)(?=입니다|이에요|이고)"),
    re.compile(rf"()((?<!{_INDIC}){_INDIC}{{2,}})(?= जी(?!{_INDIC}))"),
]
_CLOSINGS = (
    r"(?:best|kind|warm|kindest|warmest)? ?regards|(?:yours )?(?:sincerely|truly|faithfully)|yours|cheers"
    r"|(?:many )?thanks|thank you(?: so much| very much)?|best wishes|best|mit freundlichen grüßen"
    r"|(?:viele|liebe|beste|herzliche) grüße|lg|mfg|vielen dank|danke|cordialement|bien à vous|merci"
    r"|(?:un )?saludos?|atentamente|gracias|cordiali saluti|grazie|obrigad[oa]|с уважением|спасибо|με εκτίμηση"
    r"|ευχαριστώ|مع التحية|تحياتي|شكرا|सादर|धन्यवाद|此致|谢谢|謝謝|감사합니다|敬具"
)
_SIGNER = rf"{_CASED}|{_UNCASED}|{_FAMILY}{_HAN}{{1,2}}|{_KANA}{{2,6}}|{_HANGUL}{{2,4}}"
_SIGNED = [
    re.compile(rf"(?<!\w)((?i:{_CLOSINGS})[,.!،।，。！]*\s*\n\s*[-–—~]*\s*)({_SIGNER})(?=\.?\s*(?:\n|\Z))"),
    re.compile(rf"(?<!\w)((?i:{_CLOSINGS})[,.!،，！]+ ?[-–—~]? ?)({_NOBODY}(?:{_SIGNER}))(?=\.?\s*\Z)"),
    re.compile(rf"(\n\s*-{{1,2}} ?|[–—~] ?)({_SIGNER})(?=\.?\s*\Z)"),
]
_PARTICLES = frozenset("van von der den del della dos das bin ibn abu the and und zu ten ter".split())


def greeted(text: str, placeholder: str) -> str:
    """With the placeholder for every name that stands with a title, a greeting, or "my name is"."""
    for pattern in _GREETED:
        text = pattern.sub(rf"\1{placeholder}", text)
    return text


def signed(text: str, placeholder: str) -> str:
    """With the placeholder for whoever signs it."""
    for pattern in _SIGNED:
        text = pattern.sub(rf"\1{placeholder}", text)
    return text


def called(names: Iterable[str]) -> re.Pattern[str] | None:
    """What finds these names: whole, or a part of them with a capital; in scripts that inflect, with other endings."""
    forms: dict[str, None] = {}
    for name in names:
        words = unicodedata.normalize("NFC", name).split()
        if len("".join(words)) >= 2:
            forms[_bounded(r"\s+".join(_letters(word) for word in words), words)] = None
            forms |= dict.fromkeys(_part(word) for word in words if len(words) > 1 and _tells(word))
    return re.compile("|".join(sorted(forms, key=len, reverse=True))) if forms else None


def _tells(word: str) -> bool:
    letters = sum(char.isalpha() for char in word)
    return letters >= (3 if word.isascii() else 2) and word.casefold() not in _PARTICLES


def _part(word: str) -> str:
    if not _is_cased(word):
        return _bounded(_letters(word), [word])
    stem = word[:-1] if len(word) > 3 and not _is_latin(word) and word[-1].lower() in "аяоеиыьйαηοςέάή" else word
    first = re.escape(stem[0].upper())
    ending = r"\w{0,3}" if not _is_latin(word) else ""
    return rf"(?<!\w)(?-i:{first})" + _letters(stem[1:]) + ending + r"(?!\w)"


def _bounded(pattern: str, words: list[str]) -> str:
    """Not in the middle of a word, in scripts that part words."""
    if any("\u3040" <= char <= "\u9fff" or "가" <= char <= "힣" for word in words for char in word):
        return pattern
    last = words[-1]
    ending = r"\w{0,3}" if _is_cased(last) and not _is_latin(last) else ""
    return rf"(?<!\w){pattern}{ending}(?!\w)"


def _letters(word: str) -> str:
    """Each letter, or what is left of it without accents."""
    found = []
    for char in word:
        plain = unicodedata.normalize("NFD", char)[0]
        found.append(re.escape(char) if plain == char else f"(?:{re.escape(char)}|{re.escape(plain)})")
    return "".join(found)


def _is_cased(word: str) -> bool:
    return word.lower() != word.upper()


def _is_latin(word: str) -> bool:
    return "LATIN" in unicodedata.name(word[0], "")
