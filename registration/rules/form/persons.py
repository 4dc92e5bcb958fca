"""Chapter two of the form: the persons, and which posts they hold."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal, Protocol

from pydantic import ConfigDict, Field, RootModel

from registration.rules.form.values import (
    About,
    AmountOrNone,
    Code,
    Copies,
    Day,
    Email,
    FirmName,
    Key,
    Line,
    Mobile,
    PersonName,
    Phone,
    Schema,
    Short,
    Voters,
    is_blank,
)
from registration.rules.identity import IdKind, MalformedId, ResidentId, check_id, facts_in_number, kind_of
from registration.rules.tidy import UntidyText, tidy_code
from registration.rules.uscc import is_early_uscc, is_uscc


class NaturalPerson(Schema):
    """A natural person with an identity document. `id_no` is checked for format and check digit, not looked up."""

    key: Annotated[Key, About("人员编号", "Key of the person")]
    kind: Annotated[Literal["natural"], About("人员类型", "Kind of person")]
    name: Annotated[PersonName, About("姓名", "Name", public=True, printed=True)]
    sex: Annotated[Literal["male", "female"], About("性别", "Sex")]
    nation: Annotated[Short | None, About("民族", "Ethnic group")] = None
    id_type: Annotated[IdKind, About("证件类型", "Kind of document")] = "resident_id"
    id_no: Annotated[Code, About("证件号码", "Document number", sensitive=True)]
    id_long: Annotated[bool, About("证件长期有效", "Valid without end")] = False
    id_expires_on: Annotated[Day | None, About("证件有效期至", "Valid until")] = None
    born_on: Annotated[Day | None, About("出生日期", "Date of birth", sensitive=True)] = None
    mobile: Annotated[Mobile, About("手机号码", "Mobile number", sensitive=True)]
    address: Annotated[Line | None, About("住址", "Home address", sensitive=True)] = None
    email: Annotated[Email | None, About("电子邮箱", "E-mail", sensitive=True)] = None
    guardian: Annotated[Key | None, About("监护人", "Guardian")] = None

    def _number_is_right(self) -> Iterator[str]:
        try:
            check_id(self.id_no, kind=self.id_type)
        except MalformedId as error:
            yield error.code

    def _expiry_is_given(self) -> Iterator[str]:
        if self.id_long == (self.id_expires_on is not None):
            yield "id.expiry_missing"

    def _sex_agrees(self) -> Iterator[str]:
        encoded = self._facts_in_number()
        if encoded is not None and encoded.sex != self.sex:
            yield "person.sex_differs"

    def _birth_agrees(self) -> Iterator[str]:
        encoded = self._facts_in_number()
        if encoded is None and self.id_type != "resident_id" and self.born_on is None:
            yield "person.birth_missing"
        elif encoded is not None and self.born_on is not None and self.born_on != encoded.born_on:
            yield "person.birth_differs"

    def _facts_in_number(self) -> ResidentId | None:
        """The data encoded in the number; None if there is none or the number is wrong."""
        try:
            return facts_in_number(self.id_no, kind=self.id_type)
        except MalformedId:
            return None

    @classmethod
    def settled(cls, raw: Mapping[str, Any]) -> Mapping[str, Any]:
        return with_sex_of_number(raw)

    rules = (_number_is_right, _expiry_is_given, _sex_agrees, _birth_agrees)


def with_sex_of_number(person: Mapping[str, Any]) -> Mapping[str, Any]:
    """A raw natural person with the sex that the number tells, if none is given: nobody types what is known."""
    kind: Any = str(person.get("id_type") or "resident_id")
    if not is_blank(person.get("sex")):
        return person
    try:
        encoded = facts_in_number(tidy_code(str(person.get("id_no") or "")), kind=kind)
    except (MalformedId, UntidyText):
        return person
    return {**person, "sex": encoded.sex} if encoded is not None else person


Seat = Literal["mainland", "hong_kong", "macao", "taiwan", "foreign"]
HONG_KONG_MACAO_TAIWAN_SEATS: frozenset[Seat] = frozenset({"hong_kong", "macao", "taiwan"})


def with_holder(person: Mapping[str, Any]) -> dict[str, Any]:
    """A raw organization in the present shape: `state_held` was a checkbox before the choice of the owner."""
    raw = dict(person)
    state_held = raw.pop("state_held", None)
    if isinstance(state_held, bool):
        raw.setdefault("held_by", "state" if state_held else "natural")
    return raw


class _Organization(Protocol):
    @property
    def uscc(self) -> str | None: ...
    @property
    def representative_id_no(self) -> str: ...


def code_is_right(organization: _Organization) -> Iterator[str]:
    """A code of GB 32100-2015; one of before 2016 may have another last character."""
    code = organization.uscc
    if code is not None and not (is_uscc(code) or is_early_uscc(code)):
        yield "uscc.malformed"


def representative_is_right(organization: _Organization) -> Iterator[str]:
    """The number of the representative's document, of the kind that its form shows."""
    number = organization.representative_id_no
    try:
        check_id(number, kind=kind_of(number))
    except MalformedId:
        yield "id.representative"


class LegalPerson(Schema):
    """An organization that holds shares; its representative signs for it and proves the identity.

    One of the mainland has a code, another one the number that it has where it is registered.
    """

    model_config = ConfigDict(json_schema_extra={"anyOf": [{"required": ["uscc"]}, {"required": ["number_abroad"]}]})

    key: Annotated[Key, About("人员编号", "Key of the person")]
    kind: Annotated[Literal["legal"], About("人员类型", "Kind of person")]
    name: Annotated[FirmName, About("名称", "Name", public=True)]
    seat: Annotated[Seat, About("注册地", "Place of registration")] = "mainland"
    country: Annotated[Short | None, About("注册国家", "Country of registration")] = None
    number_abroad: Annotated[Code | None, About("注册地的登记号码", "Registration number there", public=True)] = None
    uscc: Annotated[Code | None, About("统一社会信用代码", "Unified social credit code", public=True)] = None
    representative: Annotated[PersonName, About("法定代表人", "Representative")]
    representative_id_no: Annotated[
        Code, About("法定代表人证件号码", "Document number of the representative", sensitive=True)
    ]
    held_by: Annotated[Literal["natural", "state", "other"], About("由谁投资或者控股", "Held by")] = "natural"
    mobile: Annotated[Mobile | None, About("联系手机", "Mobile number", sensitive=True)] = None
    email: Annotated[Email | None, About("电子邮箱", "E-mail", sensitive=True)] = None

    @classmethod
    def settled(cls, raw: Mapping[str, Any]) -> Mapping[str, Any]:
        return with_holder(raw)

    @property
    def code(self) -> str:
        """The unified social credit code; empty for an organization that is registered elsewhere."""
        return self.uscc or ""

    @property
    def number(self) -> str:
        """The number under which it is registered, here or elsewhere."""
        return self.uscc or self.number_abroad or ""

    def _has_its_number(self) -> Iterator[str]:
        """A code on the mainland, a number elsewhere, and the name of the country where it is another."""
        if self.seat == "mainland":
            yield from () if self.uscc else ("uscc.missing",)
            yield from ("organization.number_not_wanted",) if self.number_abroad else ()
        else:
            yield from ("organization.code_not_wanted",) if self.uscc else ()
            yield from () if self.number_abroad else ("organization.number_missing",)
        if (self.seat == "foreign") != (self.country is not None):
            yield "organization.country_missing" if self.seat == "foreign" else "organization.country_not_wanted"

    rules = (_has_its_number, code_is_right, representative_is_right)


Person = Annotated[NaturalPerson | LegalPerson, Field(discriminator="kind")]


class People(RootModel[Annotated[tuple[Person, ...], Field(min_length=1, max_length=200)]]):
    """Every person that other sections name by key; one page for each."""


class Director(Schema):
    person: Annotated[Key, About("董事", "Director", public=True)]
    post: Annotated[
        Literal["chair", "vice_chair", "director", "employee_director"], About("职务", "Post", public=True)
    ] = "director"
    audit_committee: Annotated[bool, About("审计委员会成员", "On the audit committee", public=True)] = False


class Election(Schema):
    """How the employees elected their directors and supervisors (Company Law 2023 arts. 68, 76)."""

    form: Annotated[Literal["congress", "meeting", "other"], About("选举的形式", "Form of the election")]
    held_on: Annotated[Day, About("选举的日期", "Day of the election")]
    voters: Annotated[Voters, About("参加选举的人数", "Number of those who voted")]


class Officers(Schema):
    """Directors, supervision and managers (Company Law 2023 arts. 68-76, 83)."""

    board: Annotated[Literal["single", "board"], About("董事会", "Board")]
    directors: Annotated[tuple[Director, ...], Field(min_length=1, max_length=50), About("董事", "Directors")]
    supervision: Annotated[Literal["supervisors", "none_agreed", "audit_committee"], About("监督机构", "Supervision")]
    supervisors: Annotated[tuple[Key, ...], Field(max_length=50), About("监事", "Supervisors", public=True)] = ()
    supervisor_chair: Annotated[Key | None, About("监事会主席", "Chair of the supervisors", public=True)] = None
    employee_supervisors: Annotated[
        tuple[Key, ...], Field(max_length=50), About("职工代表监事", "Supervisors of the employees", public=True)
    ] = ()
    managers: Annotated[tuple[Key, ...], Field(max_length=10), About("经理", "Managers", public=True)] = ()
    # Where it is told, the system makes its record; otherwise that is uploaded.
    election: Annotated[Election | None, About("职工代表的选举", "The employees' election")] = None

    @property
    def of_employees(self) -> tuple[str, ...]:
        """The keys of the directors and supervisors whom the employees elect."""
        directors = (row.person for row in self.directors if row.post == "employee_director")
        return tuple(dict.fromkeys((*directors, *self.employee_supervisors)))


class LegalRep(Schema):
    """The legal representative of the company, by virtue of a post (Company Law 2023 art. 10)."""

    person: Annotated[Key, About("法定代表人", "Legal representative", public=True, printed=True)]
    post: Annotated[Literal["chair", "director", "manager"], About("担任的职务", "Post held")]


class Contact(Schema):
    """A contact: one of the persons by key, or a name with a mobile number."""

    person: Annotated[Key | None, About("人员", "Person")] = None
    name: Annotated[PersonName | None, About("姓名", "Name")] = None
    mobile: Annotated[Mobile | None, About("手机号码", "Mobile number", sensitive=True)] = None
    phone: Annotated[Phone | None, About("固定电话", "Fixed line")] = None
    email: Annotated[Email | None, About("电子邮箱", "E-mail", sensitive=True)] = None

    def _is_one_of_two(self) -> Iterator[str]:
        inline = self.name is not None and self.mobile is not None
        if (self.person is not None) == inline or (self.person is not None and self.name is not None):
            yield "contact.incomplete"

    rules = (_is_one_of_two,)


class Filer(Schema):
    """The filer: one of the persons, or an agent with a power of attorney (MR art. 18)."""

    role: Annotated[Literal["party", "agent"], About("办理人的身份", "Who files")] = "party"
    person: Annotated[Key, About("办理人", "Person who files")]
    firm: Annotated[Short | None, About("代理机构名称", "Name of the agency")] = None
    firm_uscc: Annotated[Code | None, About("代理机构的统一社会信用代码", "Code of the agency")] = None


class Contacts(Schema):
    liaison: Annotated[Contact, About("登记联络员", "Registration liaison")]
    finance: Annotated[Contact | None, About("财务负责人", "Finance officer")] = None
    filer: Annotated[Filer | None, About("办理人", "Person who files")] = None


class Operator(Schema):
    """The operator of an individual business; a family names its members."""

    person: Annotated[Key, About("经营者", "Operator", public=True, printed=True)]
    composition: Annotated[
        Literal["personal", "family"], About("组成形式", "Composition", public=True, printed=True)
    ] = "personal"
    family: Annotated[tuple[PersonName, ...], Field(max_length=30), About("家庭成员", "Family members")] = ()
    funds_wan: Annotated[AmountOrNone | None, About("资金数额（万元）", "Funds (CNY 10,000)")] = None
    copies: Annotated[Copies, About("副本数量", "Duplicates wanted")] = 1
