"""Chapter one of the form: the name, the domicile, the business scope and the capital."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Annotated, Any, Literal, Protocol

from pydantic import ConfigDict, Field

from registration.rules.form.values import (
    About,
    Amount,
    Area,
    Code,
    Copies,
    Currency,
    Day,
    Email,
    FirmName,
    Line,
    NameForm,
    NamePart,
    Phone,
    Postcode,
    Region,
    Schema,
    Street,
)
from registration.rules.regions import without_regions
from registration.rules.tidy import UntidyText, tidy_code, tidy_text

# The fields of the trade names that are tried when the first cannot be had.
OTHER_CHOICES = ("second", "third")


def with_trade_name(raw: Mapping[str, Any], chosen: str) -> dict[str, Any]:
    """A raw name with `chosen` in front; the trade names before it follow in their order."""
    others = [raw[field] for field in ("trade", *OTHER_CHOICES) if raw.get(field) and raw[field] != chosen]
    ranked = dict(zip(OTHER_CHOICES, others, strict=False))
    return {name: text for name, text in raw.items() if name not in OTHER_CHOICES} | {"trade": chosen} | ranked


class Name(Schema):
    """The four parts of a name (Name Regulation art. 6); `industry` may be empty for diversified groups.

    The name of a branch is its `parent`'s whole name followed by a form; the other parts may stand between (art. 13).
    """

    model_config = ConfigDict(
        json_schema_extra={"anyOf": [{"required": ["region", "trade"]}, {"required": ["parent"]}]}
    )

    parent: Annotated[FirmName | None, About("所从属企业的名称", "Name of the parent", public=True, printed=True)] = (
        None
    )
    region: Annotated[NamePart | None, About("行政区划", "Region", public=True, printed=True)] = None
    trade: Annotated[NamePart | None, About("字号", "Trade name", public=True, printed=True)] = None
    industry: Annotated[NamePart | None, About("行业或经营特点", "Industry", public=True, printed=True)] = None
    form: Annotated[NameForm, About("组织形式", "Legal form", public=True, printed=True)]
    region_place: Annotated[
        Literal["front", "bracket", "before_form"], About("行政区划的位置", "Place of the region")
    ] = "front"
    acquired: Annotated[Line | None, About("受让的原企业名称", "Name acquired from its former bearer")] = None
    near_name_accepted: Annotated[bool, About("知悉近似名称的风险", "Near names accepted")] = False
    second: Annotated[NamePart | None, About("字号的第二选择", "Trade name, second choice")] = None
    third: Annotated[NamePart | None, About("字号的第三选择", "Trade name, third choice")] = None

    @property
    def full(self) -> str:
        """The whole name: the region first, or in brackets after the trade name or before the form."""
        region, trade, industry = self.region or "", self.trade or "", self.industry or ""
        if self.parent is not None:
            return f"{self.parent}{region}{trade}{industry}{self.form}"
        if self.region_place == "bracket":
            return f"{trade}（{region}）{industry}{self.form}"
        if self.region_place == "before_form":
            return f"{trade}{industry}（{region}）{self.form}"
        return f"{region}{trade}{industry}{self.form}"

    def choices(self) -> dict[str, "Name"]:
        """This name, then those with the other trade names, by the field of each and in the applicant's order."""
        others = {field: getattr(self, field) for field in OTHER_CHOICES if getattr(self, field)}
        return {"trade": self} | {field: self.model_copy(update={"trade": text}) for field, text in others.items()}

    def _has_a_region(self) -> Iterator[str]:
        if self.parent is None and self.region is None:
            yield "name.region_missing"

    def _has_a_trade_name(self) -> Iterator[str]:
        if self.parent is None and self.trade is None:
            yield "name.trade_missing"

    rules = (_has_a_region, _has_a_trade_name)


class Domicile(Schema):
    """The address of the entity; exactly one (Regulation art. 11)."""

    region: Annotated[Region, About("所在区县", "District or county", public=True, printed=True)]
    street: Annotated[Street, About("详细地址", "Street and door", public=True, printed=True)]
    tenure: Annotated[Literal["own", "lease", "free", "cluster", "platform", "declared"], About("使用方式", "Tenure")]
    use: Annotated[Literal["commercial", "office", "industrial", "residential", "other"], About("房屋用途", "Use")] = (
        "commercial"
    )
    area_m2: Annotated[Area | None, About("面积（平方米）", "Area in square metres")] = None
    lease_end_on: Annotated[Day | None, About("租赁到期日", "End of the lease")] = None
    postcode: Annotated[Postcode | None, About("邮政编码", "Postcode")] = None
    phone: Annotated[Phone, About("联系电话", "Telephone")]
    email: Annotated[Email | None, About("电子邮箱", "E-mail", sensitive=True)] = None
    platform_url: Annotated[Line | None, About("网络经营场所网址", "Address on the platform")] = None
    production_address: Annotated[Line | None, About("生产经营地", "Place of production")] = None

    @classmethod
    def settled(cls, raw: Mapping[str, Any]) -> Mapping[str, Any]:
        """The street without the province, city and district that are chosen beside it, whole names only."""
        region, street = raw.get("region"), raw.get("street")
        if not (isinstance(region, str) and isinstance(street, str)):
            return raw
        try:
            rest = without_regions(tidy_code(region), tidy_text(street))
        except UntidyText:
            return raw
        return {**raw, "street": rest or street}


class Scope(Schema):
    """Codes of the scope catalogue; the first is the main business and gives the industry code."""

    items: Annotated[
        tuple[Code, ...],
        Field(min_length=1, max_length=100),
        About("经营范围", "Business scope", public=True, printed=True),
    ]


class _Termed(Protocol):
    @property
    def term(self) -> str: ...

    @property
    def term_until_on(self) -> date | None: ...


def term_has_its_day(chapter: _Termed) -> Iterator[str]:
    """A term until a day has one, a term without end has none."""
    if (chapter.term == "until") != (chapter.term_until_on is not None):
        yield "term.day_missing"


class Capital(Schema):
    """Registered capital in ten thousand units of the currency (万元), and how long the company shall last."""

    amount_wan: Annotated[
        Amount, About("注册资本（万元）", "Registered capital (CNY 10,000)", public=True, printed=True)
    ]
    currency: Annotated[Currency, About("币种", "Currency", public=True, printed=True)] = "CNY"
    term: Annotated[Literal["long", "until"], About("经营期限", "Term")] = "long"
    term_until_on: Annotated[Day | None, About("经营期限至", "Term ends on")] = None
    large_confirmed: Annotated[bool, About("确认数额无误", "The amount is right")] = False
    copies: Annotated[Copies, About("副本数量", "Duplicates wanted")] = 1

    rules = (term_has_its_day,)
