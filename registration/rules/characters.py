"""Tables of characters: Han, blanks, invisible characters, look-alikes of Han.

Han has its own ranges (Unicode 17): the interpreter may have an older Unicode and not know a rare name.
"""

import unicodedata
from functools import cache

# CJK Unified Ideographs: the blocks and Extensions A to J (Unicode 17, PropList: Unified_Ideograph). U+3007 is the zero
# of Chinese figures (一九九〇年); twelve of the block of compatibility ideographs are no compatibility characters.
_HAN = (
    (0x3007, 0x3007),
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xFA0E, 0xFA0F),
    (0xFA11, 0xFA11),
    (0xFA13, 0xFA14),
    (0xFA1F, 0xFA1F),
    (0xFA21, 0xFA21),
    (0xFA23, 0xFA24),
    (0xFA27, 0xFA29),
    (0x20000, 0x2A6DF),
    (0x2A700, 0x2B81D),
    (0x2B820, 0x2CEAD),
    (0x2CEB0, 0x2EBE0),
    (0x2EBF0, 0x2EE5D),
    (0x30000, 0x3134A),
    (0x31350, 0x33479),
)
# Invisible characters that do not change the text: Default_Ignorable_Code_Point (DerivedCoreProperties),
# without the overrides of direction, and some letters that are blank by design.
_IGNORED = (
    (0x00AD, 0x00AD),
    (0x034F, 0x034F),
    (0x061C, 0x061C),
    (0x115F, 0x1160),
    (0x17B4, 0x17B5),
    (0x180B, 0x180F),
    (0x200B, 0x200F),
    (0x202A, 0x202C),
    (0x2060, 0x206F),
    (0x3164, 0x3164),
    (0xFE00, 0xFE0F),
    (0xFEFF, 0xFEFF),
    (0xFFA0, 0xFFA0),
    (0x1BCA0, 0x1BCA3),
    (0x1D173, 0x1D17A),
    (0xE0000, 0xE0FFF),
)
# With these a text differs from its appearance: controls, reversed direction, annotations, replacement characters,
# surrogates and code points that will never be characters.
_REFUSED = (
    (0x0000, 0x0008),
    (0x000E, 0x001F),
    (0x007F, 0x0084),
    (0x0086, 0x009F),
    (0x202D, 0x202E),
    (0xD800, 0xDFFF),
    (0xFDD0, 0xFDEF),
    (0xFFF0, 0xFFFF),
)
_PRIVATE = ((0xE000, 0xF8FF), (0xF0000, 0xFFFFD), (0x100000, 0x10FFFD))
BLANKS = "\t\n\v\f\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u2800\u3000"

# Unicode's EquivalentUnifiedIdeograph for CJK Radicals Supplement and CJK Strokes; NFKC has that of Kangxi radicals.
_RADICALS = (
    "⺁厂⺂乛⺃乚⺄乙⺅亻⺆冂⺇𠘨⺈刀⺉刂⺊卜⺋㔾⺌小⺍小⺎兀⺏尣⺐尢⺑𡯂⺒巳⺓幺⺔彑⺕彐⺖忄⺗心⺘扌⺙攵⺛旡⺜日⺝月⺞歺⺟母⺠民"
    "⺡氵⺢氺⺣灬⺤爫⺥爫⺦丬⺧牛⺨犭⺩王⺪𤴔⺫目⺬示⺭礻⺮𥫗⺯糹⺰纟⺱罓⺲罒⺳㓁⺴冗⺵𦉫⺶羊⺷𦍌⺸𦍋⺹耂⺺肀⺻聿⺼肉⺽𦥑⺾艹"
    "⺿艹⻀艹⻁虎⻂衤⻃覀⻄西⻅见⻆角⻇𧢲⻈讠⻉贝⻊𧾷⻋车⻌辶⻍辶⻎辶⻏邑⻐钅⻑長⻒镸⻓长⻔门⻕𨸏⻖阝⻗雨⻘青⻙韦⻚页⻛风⻜飞⻝食⻞𩙿"
    "⻟飠⻠饣⻡𩠐⻢马⻣骨⻤鬼⻥鱼⻦鸟⻧卤⻨麦⻩黄⻪黾⻫斉⻬齐⻭歯⻮齿⻯竜⻰龙⻱龜⻲亀⻳龟"
    "㇆𠃌㇏乀㇐一㇑丨㇒丿㇓丿㇔丶㇕𠃍㇖乛㇗𠃊㇘𠃎㇙𠄌㇚亅㇛𡿨㇜𠃋㇝乀㇞𠃑㇟乚㇠乙㇡𠄎"
)
# GBK FE50-FEA0 as systems before GB 18030-2022 wrote them into the private use area, from U+E815 on; some of these are
# radicals, given here as the ideographs that they stand for.
_GBK_PRIVATE = (
    "厂𠂇𠂉𠃌乙㑳㑇刀㔾龴㖞㘚㘎小心㥮㤘龵㧏㧟㩳㧐龶龷㭎㱮㳠牛𡗗龸𤴔䁖䅟𥫗䌷㓁羊𦍌𢦏䎱䎬聿䏝䓖䙡䙌龹"
    "䜣䜩䝼䞍𧾷䥇䥺䥽䦂䦃䦅䦆䦟䦛䦷䦶龺𤇾䲣䲟䲠䲡䱷䲢䴓䴔䴕䴖䴗䴘䴙䶮龻"
)
_KNOWN_PRIVATE = {0xE815 + place: char for place, char in enumerate(_GBK_PRIVATE)} | {0xE7C7: "ḿ", 0xE7C8: "ǹ"}
# Blocks of presentation forms. NFKC is right for these; for ①, ㎡ or ² it would change the meaning.
_FORMS = (
    (0x2160, 0x217F),
    (0x2F00, 0x2FD5),
    (0xFB00, 0xFB06),
    (0xFE10, 0xFE19),
    (0xFE30, 0xFE6B),
    (0xFF01, 0xFF9F),
    (0xFFE0, 0xFFE6),
    (0x1D400, 0x1D7FF),
)
_STAYS_CHINESE = dict(zip("!(),:;?~", "！（），：；？～", strict=True))


@cache
def is_han(char: str) -> bool:
    """Whether the character is a unified Han ideograph or 〇."""
    return _in(char, _HAN)


def is_ignored(char: str) -> bool:
    """Whether a character is invisible, so that removing it does not change the text."""
    return _in(char, _IGNORED)


def is_private(char: str) -> bool:
    """Whether the code point is in the private use areas: its glyph depends on the reader's font."""
    return _in(char, _PRIVATE)


def is_refused(char: str) -> bool:
    """Whether a text with this character may differ from its appearance; private use is not included."""
    if _in(char, _REFUSED) or ord(char) & 0xFFFE == 0xFFFE:
        return True
    # Unassigned in the interpreter's Unicode; for Han the table above is newer.
    return unicodedata.category(char) == "Cn" and not is_han(char) and not is_ignored(char)


def typed_instead(private: str) -> str:
    """The character for a private-use code point of older Chinese systems; empty if unknown.

    GB 18030-2022 (table of changed code positions), GBK FE50-FEA0.
    """
    return _KNOWN_PRIVATE.get(ord(private), "")


@cache
def folded(char: str) -> str:
    """The ordinary character for a look-alike: radicals, strokes, full-width letters and figures, other forms.

    Chinese punctuation stays Chinese: full-width brackets, commas, colons and the like are kept, and the small and the
    vertical forms of them become full-width.
    """
    if char in _radicals():
        return _radicals()[char]
    if not _in(char, _FORMS):
        return char
    plain = unicodedata.normalize("NFKC", char)
    is_latin_form = 0x1D400 <= ord(char) <= 0x1D7FF
    return plain if is_latin_form else _STAYS_CHINESE.get(plain, plain)


@cache
def _radicals() -> dict[str, str]:
    return dict(zip(_RADICALS[::2], _RADICALS[1::2], strict=True))


def _in(char: str, ranges: tuple[tuple[int, int], ...]) -> bool:
    code = ord(char)
    return any(first <= code <= last for first, last in ranges)
