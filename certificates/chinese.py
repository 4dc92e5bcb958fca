"""Money, dates and business scope in the wording of Chinese documents, and the characters allowed in them."""

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal

from certificates.errors import InvalidParticulars
from certificates.paper.characters import is_private, is_unseen

NUMERALS = "零壹贰叁肆伍陆柒捌玖"
_COUNTING = "零一二三四五六七八九"
UNITS = ((10**8, "亿"), (10**4, "万"), (1000, "仟"), (100, "佰"), (10, "拾"))
# Currencies in which capital may be registered: the name of the unit and of its hundredth.
CURRENCIES = {
    "USD": ("美元", "美分"),
    "EUR": ("欧元", "欧分"),
    "HKD": ("港元", "港分"),
    "GBP": ("英镑", "便士"),
    "JPY": ("日元", None),
    "KRW": ("韩元", None),
    "MOP": ("澳门元", "分"),
    "TWD": ("新台币元", None),
    "SGD": ("新加坡元", "分"),
    "AUD": ("澳大利亚元", "分"),
    "CAD": ("加拿大元", "分"),
    "CHF": ("瑞士法郎", "生丁"),
}
MOST_MONEY = Decimal("9999999999999999.99")

GENERAL_CLOSING = "（除依法须经批准的项目外，凭营业执照依法自主开展经营活动）"
LICENSED_CLOSING = "（依法须经批准的项目，经相关部门批准后方可开展经营活动，具体经营项目以审批结果为准）"
CLOSING_2015 = "（依法须经批准的项目，经相关部门批准后方可开展经营活动）"


def money(amount: Decimal) -> str:
    """An amount in 元 (two decimals at most) in the capitals of 支付结算办法: 500 -> 伍佰元整, 0.05 -> 伍分."""
    cents = amount * 100
    if amount < 0 or amount > MOST_MONEY or cents != cents.to_integral_value():
        raise InvalidParticulars("money.range", {"maximum": str(MOST_MONEY), "decimals": 2})
    whole, fraction = divmod(int(cents), 100)
    jiao, fen = divmod(fraction, 10)
    words = _whole(whole) + "元" if whole else ""
    if not fraction:
        return (words or "零元") + "整"
    if whole and not jiao:
        words += "零"
    return words + (NUMERALS[jiao] + "角" if jiao else "") + (NUMERALS[fen] + "分" if fen else "整")


def capital(amount: Decimal, *, currency: str | None = None) -> str:
    """Capital as licences print it: 人民币壹佰万元整; 壹佰万美元, 壹佰万美元零伍美分. No currency means 人民币."""
    if currency is None:
        return "人民币" + money(amount)
    unit, hundredth = CURRENCIES[currency]
    cents = amount * 100
    fits = cents == cents.to_integral_value() and (hundredth or amount == amount.to_integral_value())
    if not 0 <= amount <= MOST_MONEY or not fits:
        raise InvalidParticulars("money.range", {"maximum": str(MOST_MONEY), "decimals": 2 if hundredth else 0})
    whole, fraction = divmod(int(cents), 100)
    words = (_whole(whole) or NUMERALS[0]) + unit if whole or not fraction else ""
    if not fraction:
        return words
    gap = "零" if whole and fraction < 10 else ""
    return f"{words}{gap}{_whole(fraction)}{hundredth}"


def _whole(number: int) -> str:
    for unit, name in UNITS:
        if number >= unit:
            high, low = divmod(number, unit)
            gap = "零" if 0 < low < unit // 10 else ""
            return _whole(high) + name + gap + _whole(low)
    return NUMERALS[number] if number else ""


def counted(number: int) -> str:
    """A number below 1000 as in articles of law: 9 -> 九, 12 -> 十二, 178 -> 一百七十八, 201 -> 二百零一."""
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    high = f"{_COUNTING[hundreds]}百" if hundreds else ""
    ten = "十" if tens == 1 and not hundreds else f"{_COUNTING[tens]}十" if tens else "零" if hundreds and ones else ""
    return high + ten + (_COUNTING[ones] if ones or not number else "")


def day(on: date) -> str:
    """2026年10月2日, without leading zeros."""
    return f"{on.year}年{on.month}月{on.day}日"


def scope_parts(general: Iterable[str], licensed: Iterable[str]) -> Iterator[str]:
    """The business scope in the present form, item by item with its sign: general items, then licensed ones, each
    kind with its heading before the first and its closing sentence after the last."""
    for head, items, closing in (
        ("一般项目", tuple(general), GENERAL_CLOSING),
        ("许可项目", tuple(licensed), LICENSED_CLOSING),
    ):
        for place, item in enumerate(items):
            before = "" if place else f"{head}："
            yield before + item + ("；" if place < len(items) - 1 else f"{closing}。")


def scope_parts_of_2015(general: Iterable[str], licensed: Iterable[str]) -> Iterator[str]:
    """The scope in the form of 2015: one list, and the closing sentence where an item needs approval."""
    last = tuple(licensed)
    items = (*general, *last)
    for place, item in enumerate(items):
        yield item + ("；" if place < len(items) - 1 else (CLOSING_2015 if last else "") + "。")


def refuse_unprintable(text: str, *, field: str) -> None:
    """Raise InvalidParticulars for an invisible character that changes the text (controls, bidi overrides, zero-width),
    and for a private-use one, which has no defined shape."""
    for position, character in enumerate(text, 1):
        if is_unseen(character) or is_private(character):
            data = {"field": field, "position": position, "character": f"U+{ord(character):04X}"}
            raise InvalidParticulars("text.control", data)


def refuse_long(text: str, *, field: str, maximum: int) -> None:
    """Raise InvalidParticulars for a text that is too long for the document."""
    if len(text) > maximum:
        raise InvalidParticulars("text.length", {"field": field, "maximum": maximum, "found": len(text)})
