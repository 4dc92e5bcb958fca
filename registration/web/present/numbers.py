"""Official numbers in words: schemes, how a number is built, and the state of a supply."""

from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from certificates import numbers
from certificates.numbers.explanations import SCHEME_NAMES, explain
from registration.http.context import say
from registration.queries.number_pools import PoolState
from registration.rules.regions import region_words

# What a pool is called where several share one scheme.
POOLS = {
    "organization_code": _l("组织机构代码"),
    "registration_company": _l("注册号：企业"),
    "registration_individual": _l("注册号：个体工商户"),
    "registration_other": _l("注册号：合伙企业、合作社、分支机构等"),
    "social_insurance_number": _l("社会保险登记证号"),
}
# A body of the samples; the numbers made from it belong to nobody.
_BODY, _SEQUENCE = "MAT00001", 20_000_001


@dataclass(frozen=True)
class PartShown:
    """Places are counted from 1: `1–2`."""

    places: str
    label: str
    value: str
    meaning: str


@dataclass(frozen=True)
class SchemeShown:
    name: str
    standard: str
    use: str
    example: str
    parts: tuple[PartShown, ...]


def scheme_words(scheme: str) -> str:
    """The name of a pool's scheme; one without a name of its own stands as it is."""
    return str(POOLS.get(scheme, scheme))


def state_words(state: PoolState) -> tuple[str, str]:
    """The words and the kind of the tag."""
    return {
        "enough": (_("够用"), "ok"),
        "low": (_("快用完"), "warn"),
        "empty": (_("已经用完"), "bad"),
        "missing": (_("没有号段"), "bad"),
    }[state]


def schemes_shown(region: str) -> list[SchemeShown]:
    """Every scheme with an example of a registrar in this region."""
    organization = numbers.make_organization_code(_BODY)
    found = [
        ("uscc", numbers.make_uscc(organization, region=region, category="1"), "GB 32100-2015", _USCC),
        ("organization_code", organization, "GB 11714-1997", _ORGANIZATION),
        ("registration_number", numbers.make_registration_number(_SEQUENCE, region=region), "GS15-2006", _REGISTRATION),
        ("tax_number", numbers.make_tax_number(organization, region=region), "", _TAX),
        ("social_insurance_number", numbers.make_social_insurance_number(1, region=region), "", _SOCIAL),
        ("statistics_number", numbers.make_statistics_number(organization), "GB 11714-1997", _STATISTICS),
    ]
    return [_shown(scheme, code, standard, str(use)) for scheme, code, standard, use in found]


_USCC = _l("每个市场主体的代码。前八位由登记机关决定，后九位是组织机构代码；组织机构代码从号段里取。")
_ORGANIZATION = _l("统一社会信用代码的后九位；一照五号时也单独发证。号段由编码机构分配给登记机关。")
_REGISTRATION = _l("一照五号时的营业执照号码。第七位说明主体的类别，所以企业、个体工商户和合作社各有号段。")
_TAX = _l("一照五号：区划码加组织机构代码，不需要号段。")
_SOCIAL = _l("一照五号：由社保部门的号段按顺序取。")
_STATISTICS = _l("一照五号：与组织机构代码相同，不需要号段。")


def _shown(scheme: str, code: str, standard: str, use: str) -> SchemeShown:
    parts = explain(code, scheme=scheme, region_name=region_words)
    shown = tuple(
        PartShown(_places(part.start, len(part.value)), say(part.label), part.value, say(part.meaning))
        for part in parts
    )
    return SchemeShown(say(SCHEME_NAMES[scheme]), standard, use, code, shown)


def _places(start: int, length: int) -> str:
    return str(start) if length == 1 else f"{start}–{start + length - 1}"
