"""Which sections a form has, by entity type and regime, and in which group of the task list each stands."""

from dataclasses import dataclass
from functools import cache
from typing import Literal

from pydantic import BaseModel

from registration.rules.form.alongside import Addons, Five, Social, Tax
from registration.rules.form.contributions import Shareholders
from registration.rules.form.firm import Capital, Domicile, Name, Scope
from registration.rules.form.owners import Owners
from registration.rules.form.persons import Contacts, LegalRep, Officers, Operator, People
from registration.rules.kinds import is_company, is_five_numbers, is_new_company_law, is_under_regulation

GroupKey = Literal["firm", "persons", "alongside", "materials", "signing"]


@dataclass(frozen=True, slots=True)
class Group:
    """A heading of the task list; the last two hold no section of the form."""

    key: GroupKey
    no: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Section:
    """One page of the form."""

    key: str
    group: GroupKey
    optional: bool
    zh: str
    en: str


GROUPS = (
    Group("firm", "一", "企业的基本情况", "The business"),
    Group("persons", "二", "投资和任职人员", "Investors and officers"),
    Group("alongside", "三", "一并办理", "Done at the same time"),
    Group("materials", "四", "材料", "Documents"),
    Group("signing", "五", "签名并提交", "Sign and submit"),
)
MODELS: dict[str, type[BaseModel]] = {
    "name": Name,
    "domicile": Domicile,
    "scope": Scope,
    "capital": Capital,
    "people": People,
    "shareholders": Shareholders,
    "officers": Officers,
    "legal_rep": LegalRep,
    "operator": Operator,
    "contacts": Contacts,
    "owners": Owners,
    "tax": Tax,
    "social": Social,
    "five": Five,
    "addons": Addons,
}


@cache
def sections_for(entity_type: str, regime: str) -> tuple[Section, ...]:
    """The sections in the order in which they are asked. ValueError for an unknown type or regime."""
    if not is_company(entity_type):
        return _individual(liaison=is_under_regulation(regime))
    return _company(five=is_five_numbers(regime), owners=is_new_company_law(regime))


def _company(*, five: bool, owners: bool) -> tuple[Section, ...]:
    extra = (Section("five", "alongside", False, "组织机构和统计信息", "Organization and statistics"),) if five else ()
    return (
        Section("name", "firm", False, "企业名称", "Name"),
        Section("domicile", "firm", False, "住所", "Domicile"),
        Section("scope", "firm", False, "经营范围", "Business scope"),
        Section("capital", "firm", False, "注册资本", "Registered capital"),
        Section("people", "persons", False, "人员信息", "Persons"),
        Section("shareholders", "persons", False, "股东与出资", "Shareholders and contributions"),
        Section("officers", "persons", False, "董事、监事和经理", "Directors, supervisors and managers"),
        Section("legal_rep", "persons", False, "法定代表人", "Legal representative"),
        Section("contacts", "persons", False, "联络员、财务负责人和办理人", "Liaison, finance officer, filing"),
        *((Section("owners", "persons", False, "受益所有人", "Beneficial owners"),) if owners else ()),
        # In the model of 2015 the tax and insurance offices decide on these; today they only receive them.
        Section("tax", "alongside", not five, "税务信息确认", "Tax"),
        Section("social", "alongside", not five, "社会保险登记", "Social insurance"),
        *extra,
        Section("addons", "alongside", True, "公章刻制、银行预约等", "Seal, bank and others"),
    )


def _individual(*, liaison: bool) -> tuple[Section, ...]:
    return (
        Section("name", "firm", True, "名称", "Name"),
        Section("domicile", "firm", False, "经营场所", "Place of business"),
        Section("scope", "firm", False, "经营范围", "Business scope"),
        Section("people", "persons", False, "人员信息", "Persons"),
        Section("operator", "persons", False, "经营者", "Operator"),
        Section("contacts", "persons", not liaison, "登记联络员和办理人", "Registration liaison and filing"),
        Section("tax", "alongside", True, "税务信息确认", "Tax"),
        Section("social", "alongside", True, "社会保险登记", "Social insurance"),
        Section("addons", "alongside", True, "公章刻制、银行预约等", "Seal, bank and others"),
    )
