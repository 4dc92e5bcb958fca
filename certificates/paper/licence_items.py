"""The items of a licence for each entity type: label, value, order. A new type is a new row."""

from collections.abc import Callable
from dataclasses import dataclass

from certificates import chinese
from certificates.errors import InvalidParticulars
from certificates.numbers import print_organization_code
from certificates.particulars import Particulars

NO_NAME = "——"
COMPOSITIONS = {"personal": "个人经营", "family": "家庭经营"}


@dataclass(frozen=True)
class Item:
    """A printed item: `key` is its name in the design, `label` has one string per printed line."""

    key: str
    label: tuple[str, ...]
    show: Callable[[Particulars], str | None]


def _representative(label: str, *more: str) -> Item:
    return Item("representative", (label, *more), lambda p: p.representative)


def _capital_text(particulars: Particulars) -> str | None:
    if not particulars.capital:
        return None
    return chinese.capital(particulars.capital, currency=particulars.currency)


def _capital(label: str, *more: str) -> Item:
    return Item("capital", (label, *more), _capital_text)


def _founded(label: str) -> Item:
    return Item("founded", (label,), lambda p: chinese.day(p.founded_on))


def _place(label: str, *more: str) -> Item:
    return Item("domicile", (label, *more), lambda p: p.domicile)


def _scope(label: str) -> Item:
    return Item("scope", (label,), lambda p: p.scope)


def _term(particulars: Particulars) -> str:
    start = chinese.day(particulars.founded_on)
    return f"{start}至{chinese.day(particulars.term_until)}" if particulars.term_until else f"{start}至长期"


NAME = Item("name", ("名称",), lambda p: p.name or NO_NAME)
TYPE = Item("type", ("类型",), lambda p: p.type_text)
TERM = Item("term", ("营业期限",), _term)
FORM = Item("form", ("组成形式",), lambda p: COMPOSITIONS[p.composition] if p.composition else None)
PARTNER = _representative("执行事务", "合伙人")

COMPANY = (
    (NAME, TYPE, _representative("法定代表人"), _scope("经营范围")),
    (_capital("注册资本"), _founded("成立日期"), _place("住所")),
)
PARTNERSHIP = (
    (NAME, TYPE, PARTNER, _scope("经营范围")),
    (_capital("出资额"), _founded("成立日期"), _place("主要经营", "场所")),
)
# Left and right column of the present style, 市场主体登记管理条例实施细则 article 23.
PRESENT: dict[str, tuple[tuple[Item, ...], tuple[Item, ...]]] = {
    **dict.fromkeys(("llc", "llc_single", "llc_state", "jsc"), COMPANY),
    **dict.fromkeys(("gp", "sgp", "lp"), PARTNERSHIP),
    "sole_prop": (
        (NAME, TYPE, _representative("投资人"), _scope("经营范围")),
        (_capital("出资额"), _founded("成立日期"), _place("住所")),
    ),
    "coop": (
        (NAME, TYPE, _representative("法定代表人"), _scope("业务范围")),
        (_capital("成员出资", "总额"), _founded("成立日期"), _place("住所")),
    ),
    "individual": (
        (NAME, TYPE, _representative("经营者"), _scope("经营范围")),
        (FORM, _founded("注册日期"), _place("经营场所")),
    ),
    "branch": (
        (NAME, TYPE, _representative("负责人"), _scope("经营范围")),
        (_founded("成立日期"), _place("经营场所")),
    ),
}
# The single column of the style of 2015, which was for companies only.
COMPANY_2015 = (
    NAME,
    TYPE,
    _place("住所"),
    _representative("法定代表人"),
    _capital("注册资本"),
    _founded("成立日期"),
    TERM,
    _scope("经营范围"),
)
FIVE_NUMBERS: dict[str, tuple[Item, ...]] = dict.fromkeys(("llc", "llc_single", "llc_state", "jsc"), COMPANY_2015)

NUMBER_LABELS = {
    "registration_number": "注册号",
    "organization_code": "组织机构代码",
    "tax_number": "税务登记证号（纳税人识别号）",
    "social_insurance_number": "社会保险登记证号",
    "statistics_number": "统计登记证号",
}
OPTIONAL_FACTS = {"capital": "capital", "currency": "capital", "composition": "form", "term_until": "term"}


def columns_for(particulars: Particulars) -> tuple[tuple[Item, ...], tuple[Item, ...]]:
    """Left and right column; the style of 2015 has only the left one."""
    table = PRESENT if particulars.style == "present" else {k: (v, ()) for k, v in FIVE_NUMBERS.items()}
    if particulars.entity_type not in table:
        data = {"entity_type": particulars.entity_type, "style": particulars.style}
        raise InvalidParticulars("style.not_for_type", data)
    columns = table[particulars.entity_type]
    _refuse_silent_facts(particulars, {item.key for column in columns for item in column})
    return columns


def printed_items(entity_type: str) -> frozenset[str]:
    """The particulars that this entity type prints in the present style and some other types do not."""
    shown = {item.key for column in PRESENT[entity_type] for item in column}
    return frozenset(fact for fact, key in OPTIONAL_FACTS.items() if key in shown)


def value_of(item: Item, particulars: Particulars) -> str:
    """The printed value. Raises InvalidParticulars for a missing item that this type must show."""
    value = item.show(particulars)
    if value is None:
        raise InvalidParticulars("item.missing", {"field": item.key})
    return value


def _refuse_silent_facts(particulars: Particulars, shown: set[str]) -> None:
    """Raises InvalidParticulars for a fact that this type's licence does not show, rather than drop it."""
    for field, key in OPTIONAL_FACTS.items():
        if getattr(particulars, field) is not None and key not in shown:
            raise InvalidParticulars("item.unexpected", {"field": field})
    if particulars.delegate is not None and particulars.entity_type not in ("gp", "sgp", "lp"):
        raise InvalidParticulars("item.unexpected", {"field": "delegate"})


def printed_numbers(particulars: Particulars) -> list[tuple[str, str]]:
    """Labels and numbers of the block of five; empty in the present style."""
    five = particulars.five_numbers
    if five is None:
        return []
    shown = {**five.model_dump(), "organization_code": print_organization_code(five.organization_code)}
    return [(label, shown[key]) for key, label in NUMBER_LABELS.items()]
