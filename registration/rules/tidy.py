"""Normalizes input when it is received, so that the checked value is the one that is stored and printed.

Every function takes one text and returns the normalized one; a second call changes nothing. A text that differs from
its appearance is refused with UntidyText. A text that does not fit its kind is returned as far as it was normalized:
the schema checks the format (rules/form/values.py).
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from typing import Literal

from registration.rules.characters import BLANKS, folded, is_han, is_ignored, is_private, is_refused, typed_instead

Kind = Literal["text", "name", "code", "phone", "amount"]

_DOTS = "•･・‧∙⋅·ᐧ●⸱ꞏ"
_DASHES = "-‐‑‒–—―−﹣－"
# None of these is changed: most texts have only such characters and need no check of each character.
_EVERYDAY = re.compile("[ -~\u4e00-\u9fff（），。、：；·]*")
_USUAL_PHONE = re.compile(r"1[3-9]\d{9}|0(?:10|2\d|[3-9]\d\d)-\d{8}", re.ASCII)
_HAN_NAME = re.compile("[\u4e00-\u9fff]*")
_BLANK = re.compile(f"[{BLANKS}]+")
_CHINESE_MARKS = "，。、；：！？（）《》“”‘’—…·"


class UntidyText(ValueError):
    """The text differs from its appearance. `code` is `text.unseen`, `text.private_use` or `text.private_use_known`.

    `data` names the character: `character` as `U+202E`, `instead` the one to type if it is known.
    """

    def __init__(self, char: str) -> None:
        instead = typed_instead(char)
        self.data = {"character": f"U+{ord(char):04X}"} | ({"instead": instead} if instead else {})
        self.code = "text.unseen"
        if is_private(char):
            self.code = "text.private_use_known" if instead else "text.private_use"
        super().__init__(self.code)


def tidy(text: str, *, kind: Kind) -> str:
    """The text, normalized by its kind. UntidyText if it differs from its appearance."""
    return _BY_KIND[kind](text)


def tidy_text(text: str) -> str:
    """Free text such as an address: one line of ordinary characters, single blanks, none between Han."""
    if _EVERYDAY.fullmatch(text):
        return _without_idle_blanks(_BLANK.sub(" ", text)) if " " in text else text
    refuse_unseen(text)
    return _without_idle_blanks(_ordinary(text))


def tidy_lines(text: str) -> str:
    """Free text of several lines; blank lines are left out."""
    lines = (tidy_text(line) for line in text.splitlines())
    return "\n".join(line for line in lines if line)


def tidy_name(text: str) -> str:
    """A name of a person or a firm: as free text, with `·` between its parts and full-width brackets beside Han.

    All kinds of dots become `·` (U+00B7, as on resident identity cards) without blanks; the full stop of a Latin
    initial (`J. Smith`) is kept.
    """
    plain = tidy_text(text)
    if _HAN_NAME.fullmatch(plain):
        return plain
    plain = plain.translate(_TO_DOT)
    if any(is_han(char) for char in plain):
        plain = _full_stops_as_dots(plain).translate(_FULL_WIDTH_BRACKETS)
    else:
        plain = plain.translate(_LATIN_MARKS)
    return _without_idle_blanks(re.sub(r" *· *", "·", plain))


def tidy_code(text: str) -> str:
    """A code or number of a document: capitals and figures without blanks, hyphens or invisible characters.

    A text with other letters is returned as free text.
    """
    plain = tidy_text(text)
    code = re.sub(f"[ {re.escape(_DASHES)}]", "", unicodedata.normalize("NFKC", plain)).upper()
    return code if code.isascii() else plain


def tidy_phone(text: str) -> str:
    """A number to call, as `13800000001`, `0579-82000002`, `0579-82000002-801`, `400-820-0001` or `+4915112345678`.

    Brackets, blanks and hyphens are allowed anywhere, `转` or `ext` before the extension, `0086` or `+86` first. A
    number without an area code is kept so. A text that is no such number is returned as free text.
    """
    if _USUAL_PHONE.fullmatch(text):
        return text
    plain = unicodedata.normalize("NFKC", tidy_text(text)).lower()
    for number, extension in _extensions(plain):
        if whole := _grouped(re.sub(f"[ {re.escape(_DASHES)}()./]", "", number)):
            return f"{whole}-{extension}" if extension else whole
    return tidy_text(text)


def tidy_amount(text: str) -> str:
    """A number without the commas or blanks between groups of three; any other comma is kept, and is refused later."""
    typed = tidy_text(text)
    plain = typed.replace("，", ",")
    is_in_groups = re.fullmatch(r"[+-]?\d{1,3}(?:(?:,\d{3})+|(?: \d{3})+)(?:\.\d*)?", plain, re.ASCII)
    return re.sub("[ ,]", "", plain) if is_in_groups else typed


def refuse_unseen(text: str) -> None:
    """Raises UntidyText for the first character that makes a text differ from its appearance."""
    for char in text:
        if is_private(char) or is_refused(char):
            raise UntidyText(char)


def search_text(text: str) -> str:
    """A search text for names and references, normalized as a name; invisible characters are removed, not refused."""
    return tidy_name("".join(char for char in text if not (is_private(char) or is_refused(char))))


def is_same_name(one: str, other: str) -> bool:
    """Whether two spellings are one person's name: dots, blanks and capitals do not count."""
    return name_key(one) == name_key(other)


def is_same_number(one: str, other: str) -> bool:
    """Whether two spellings are one identity number: width, blanks, hyphens and capitals do not count."""
    return typed_number(one) == typed_number(other)


def typed_number(text: str) -> str:
    """A typed number for comparison: normalized, or unchanged if that is refused."""
    return _compared(tidy_code, text)


def name_key(name: str) -> str:
    """A name for comparison."""
    return re.sub(r"[ ·]", "", _compared(tidy_name, name)).casefold()


def _compared(tidying: Callable[[str], str], text: str) -> str:
    """A text normalized for comparison; a refused text equals only itself."""
    try:
        return tidying(text)
    except UntidyText:
        return text


def _ordinary(text: str) -> str:
    """Composes characters (NFC, which replaces compatibility ideographs), folds look-alikes, drops invisible ones."""
    seen = "".join(folded(char) for char in unicodedata.normalize("NFC", text) if not is_ignored(char))
    return unicodedata.normalize("NFC", _BLANK.sub(" ", seen))


def _without_idle_blanks(text: str) -> str:
    kept = []
    for place, char in enumerate(text):
        if char == " " and _is_idle(text, place):
            continue
        kept.append(char)
    return unicodedata.normalize("NFC", "".join(kept))


def _is_idle(text: str, place: int) -> bool:
    """Removes blanks at either end and between two characters of Chinese writing."""
    if place in (0, len(text) - 1):
        return True
    return _is_chinese(text[place - 1]) and _is_chinese(text[place + 1])


def _is_chinese(char: str) -> bool:
    return is_han(char) or char in _CHINESE_MARKS


def _full_stops_as_dots(name: str) -> str:
    """A full stop between two Han characters means the dot of a name."""
    return re.sub(r" *\. *", lambda stop: "·" if _stands_between_han(stop) else stop.group(), name)


def _stands_between_han(found: re.Match[str]) -> bool:
    before, after = found.string[: found.start()][-1:], found.string[found.end() :][:1]
    return bool(before and after) and is_han(before) and is_han(after)


def _extensions(number: str) -> Iterator[tuple[str, str]]:
    """The readings of a number with and without an extension: after 转, 分机, ext, x, #, or after a hyphen."""
    yield number, ""
    if found := re.fullmatch(r"(.*?)[ ,，;(-]*(?:转|分机|ext\.?|x|#|\*)+[ :：]*(\d{1,6})\)?", number, re.ASCII):
        yield found[1], found[2]
    if found := re.fullmatch(rf"(.*\d{{4}})[{re.escape(_DASHES)}](\d{{1,6}})", number, re.ASCII):
        yield found[1], found[2]


def _grouped(digits: str) -> str:
    """The number in its usual format; empty if it is no telephone number.

    Telephone numbering plan: the areas 010 and 02x have three figures, all others four.
    """
    national = re.sub(r"^(?:\+|00)?86(?=\d{10,12}$)", "", digits)
    if national != digits and re.fullmatch(r"[2-9]\d{9,10}|10\d{8}", national, re.ASCII):
        # After a country code the zero of the area is left out.
        national = national if re.match(r"[48]00", national) else f"0{national}"
    for pattern, writing in _WRITINGS:
        if found := re.fullmatch(pattern, national, re.ASCII):
            return found.expand(writing)
    return ""


_WRITINGS = (
    (r"0?(1[3-9]\d{9})", r"\1"),
    (r"(010|02\d)(\d{8})", r"\1-\2"),
    (r"(0[3-9]\d\d)(\d{7,8})", r"\1-\2"),
    (r"([48]00)(\d{3})(\d{4})", r"\1-\2-\3"),
    (r"(\d{7,8})", r"\1"),
    (r"(?:\+|00)([1-9]\d{5,14})", r"+\1"),
)
_TO_DOT = {ord(dot): "·" for dot in _DOTS}
_LATIN_MARKS = str.maketrans("‘’ʼ`´‐‑–", "'''''---")
_FULL_WIDTH_BRACKETS = str.maketrans("()", "（）")
_BY_KIND: Mapping[Kind, Callable[[str], str]] = {
    "text": tidy_text,
    "name": tidy_name,
    "code": tidy_code,
    "phone": tidy_phone,
    "amount": tidy_amount,
}
