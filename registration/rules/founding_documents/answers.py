"""The answers that stand in documents: a text for each placeholder, and the tables below clauses."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal

from certificates import chinese
from certificates.paper.founding_document import DocumentTable
from registration.rules.choices import choice_text
from registration.rules.currencies import HOME, in_currency
from registration.rules.form import Form
from registration.rules.form.members import Member
from registration.rules.form.persons import Election, LegalPerson, NaturalPerson, Officers
from registration.rules.identity import mask_id
from registration.rules.kinds import Regime
from registration.rules.languages import OF_PAPERS
from registration.rules.regions import address_text
from registration.rules.scope import scope_text
from registration.rules.signers import HOLDERS

# What a draft shows where an answer is missing.
BLANK = "＿＿＿＿"
REGISTERED_HOME = "以其登记的住所为准"
# A board of supervisors has at least three members (Company Law 76).
FULL_BOARD = 3
Texts = Mapping[str, Callable[[Form], str]]


def _name(form: Form, key: str | None) -> str:
    person = form.person(key)
    return person.name if person else ""


def _names(form: Form, keys: Iterable[str]) -> str:
    return "、".join(name for key in dict.fromkeys(keys) if (name := _name(form, key)))


def _held(capacity: str) -> Callable[[Form], str]:
    return lambda form: _names(form, HOLDERS[capacity](form))


def _cause(form: Form) -> str:
    return choice_text("dissolution.cause", form.dissolution.cause, OF_PAPERS) if form.dissolution else ""


def _day(day: date | None) -> str:
    return chinese.day(day) if day else ""


# Those whose promise a simple deregistration needs (Implementing Rules 47).
_INVESTING = ("shareholder", "general_partner", "limited_partner", "investor", "operator", "member")


def _investing(form: Form) -> str:
    """All investors of any type; of a branch the enterprise to which it belongs."""
    keys = [key for capacity in _INVESTING for key in HOLDERS[capacity](form)]
    return form.parent.name if form.parent else _names(form, keys)


def _in_post(*posts: str) -> Callable[[Form], str]:
    def named(form: Form) -> str:
        rows = form.officers.directors if form.officers else ()
        return _names(form, (row.person for row in rows if row.post in posts))

    return named


def _elected_by_owners(listed: Callable[[Officers], Iterable[str]]) -> Callable[[Form], str]:
    """Those of the listed whom the employees do not elect."""

    def named(form: Form) -> str:
        officers = form.officers
        return _names(form, (key for key in listed(officers) if key not in officers.of_employees)) if officers else ""

    return named


def _election(told: Callable[[Election], str]) -> Callable[[Form], str]:
    return lambda form: told(form.officers.election) if form.officers and form.officers.election else ""


def _count(keys: Callable[[Form], Iterable[object]]) -> Callable[[Form], str]:
    return lambda form: chinese.counted(found) if (found := len(list(keys(form)))) else ""


def _scope(form: Form) -> str:
    return scope_text(form.scope.items, regime=Regime.COMPANY_LAW_2024) if form.scope else ""


def _domicile(form: Form) -> str:
    return address_text(form.domicile.region, form.domicile.street) if form.domicile else ""


def _registered_capital(form: Form) -> str:
    """人民币50万元; another currency is told by its unit."""
    home = "人民币" if form.currency == HOME else ""
    return home + amount(form, form.capital_wan) if form.capital_wan else ""


def _until(form: Form) -> str:
    chapter = form.capital or form.partners
    return chinese.day(chapter.term_until_on) if chapter and chapter.term_until_on else ""


def _post(form: Form) -> str:
    return choice_text("legal_rep.post", form.legal_rep.post, OF_PAPERS) if form.legal_rep else ""


def _audit_committee(form: Form) -> Iterator[str]:
    yield from (row.person for row in (form.officers.directors if form.officers else ()) if row.audit_committee)


def _contact(name: str) -> Callable[[Form], str]:
    def named(form: Form) -> str:
        contact = getattr(form.contacts, name) if form.contacts else None
        return (_name(form, contact.person) or getattr(contact, "name", None) or "") if contact else ""

    return named


def _delegations(form: Form) -> str:
    pairs = {row.person: row.delegate for row in form.partner_rows if row.delegate}
    return "；".join(f"{_name(form, firm) or BLANK}委派{_name(form, key) or BLANK}" for firm, key in pairs.items())


def _members_of(form: Form) -> tuple[Member, ...]:
    return form.members.listed if form.members else ()


def _agency(form: Form) -> str:
    filer = form.contacts.filer if form.contacts else None
    return f"（{filer.firm}）" if filer and filer.firm else ""


def _directing(form: Form) -> str:
    return "董事" if form.officers and form.officers.board == "single" else "董事会"


def _owning(form: Form) -> str:
    return "股东" if len(form.holders) == 1 else "股东会"


def _supervising(form: Form) -> str:
    officers = form.officers
    if officers and officers.supervision == "audit_committee":
        return "审计委员会"
    return "监事" if officers and len(officers.supervisors) < FULL_BOARD else "监事会"


# The placeholders that a clause or a title may have. An empty text is shown as a blank to fill in.
ANSWERS: Texts = {
    "name": lambda form: form.name.full if form.name else "",
    "domicile": _domicile,
    "scope": _scope,
    "capital": lambda form: amount(form, form.capital_wan) if form.capital_wan else "",
    "registered_capital": _registered_capital,
    "term_until": _until,
    "shareholders": _held("shareholder"),
    "shareholder_count": _count(lambda form: form.holders),
    "directors": _held("director"),
    "director_count": _count(lambda form: form.officers.directors if form.officers else ()),
    "chair": _in_post("chair"),
    "vice_chair": _in_post("vice_chair"),
    "employee_director": _in_post("employee_director"),
    "directors_of_owners": _elected_by_owners(lambda officers: (row.person for row in officers.directors)),
    "supervisors_of_owners": _elected_by_owners(lambda officers: officers.supervisors),
    "employee_supervisors": lambda form: _names(form, form.officers.employee_supervisors if form.officers else ()),
    "election_form": _election(lambda one: choice_text("officers.election.form", one.form, OF_PAPERS)),
    "election_day": _election(lambda one: chinese.day(one.held_on)),
    "voters": _election(lambda one: str(one.voters)),
    "audit_committee": lambda form: _names(form, _audit_committee(form)),
    "audit_committee_count": _count(_audit_committee),
    "supervisors": _held("supervisor"),
    "supervisor_count": _count(lambda form: form.officers.supervisors if form.officers else ()),
    "supervisor_chair": lambda form: _name(form, form.officers.supervisor_chair) if form.officers else "",
    "managers": _held("manager"),
    "legal_rep": _held("legal_rep"),
    "legal_rep_post": _post,
    "shares": lambda form: _shares(form.capital_wan) if form.capital_wan else "",
    "chair_of_council": _held("chair"),
    "council_members": _held("council_member"),
    "council_supervisors": _held("council_supervisor"),
    "council_count": _count(lambda form: (form.council.person, *form.council.directors) if form.council else ()),
    "council_supervisor_count": _count(lambda form: form.council.supervisors if form.council else ()),
    "member_count": _count(_members_of),
    "farmer_count": _count(lambda form: (row for row in _members_of(form) if row.kind == "farmer")),
    "operator": _held("operator"),
    "investing": _investing,
    "cause": _cause,
    "liquidators": lambda form: _names(form, form.dissolution.group) if form.dissolution else "",
    "liquidator": lambda form: _name(form, form.dissolution.head) if form.dissolution else "",
    "formed_day": lambda form: _day(form.dissolution.formed_on if form.dissolution else None),
    "completed_day": lambda form: _day(form.settlement.completed_on if form.settlement else None),
    "parent": lambda form: form.parent.name if form.parent else "",
    "responsible": _held("responsible"),
    "partner_count": _count(lambda form: dict.fromkeys(row.person for row in form.partner_rows)),
    "general_partners": _held("general_partner"),
    "limited_partners": _held("limited_partner"),
    "executives": _held("executive_partner"),
    "delegations": _delegations,
    "directing": _directing,
    "owning": _owning,
    "supervising": _supervising,
    "reporting": lambda form: "向股东报告工作" if len(form.holders) == 1 else "召集股东会会议，并向股东会报告工作",
    "meeting_day": lambda form: _day(getattr(form.meeting, "held_on", None)),
    "meeting_host": lambda form: _name(form, form.meeting.host) if form.meeting else "",
    "attended_count": _count(lambda form: dict.fromkeys(form.meeting.attended) if form.meeting else ()),
    "meeting_votes": lambda form: f"{form.meeting.votes:,}" if form.meeting else "",
    "meeting_in_favour": lambda form: f"{form.meeting.in_favour:,}" if form.meeting else "",
    "reduction_resolved": lambda form: _day(getattr(form.reduction, "resolved_on", None)),
    "creditors_told": lambda form: _day(getattr(form.reduction, "told_on", None)),
    "reduction_published": lambda form: _day(getattr(form.reduction, "published_on", None)),
    "agent": lambda form: _contact("filer")(form) + _agency(form),
}
# Parts of a sentence that may be empty.
MAY_BE_EMPTY = frozenset({"vice_chair", "employee_director"})


def answers_in(form: Form) -> dict[str, str]:
    """Every placeholder with its text."""
    return {key: text(form) or ("" if key in MAY_BE_EMPTY else BLANK) for key, text in ANSWERS.items()}


def amount(form: Form, wan: Decimal) -> str:
    """50 as 50万元, 0.5 as 0.5万元; in another currency 50万美元."""
    return in_currency(f"{wan.normalize():f}万元", form.currency, OF_PAPERS)


def _shares(wan: Decimal) -> str:
    """The shares of one yuan in this amount: 5000000 as 5,000,000."""
    return f"{wan * 10_000:,.0f}"


def _share(part: Decimal, whole: Decimal) -> str:
    """The share in percent, with two decimals at most; an amount of nothing has none."""
    if not whole:
        return ""
    found = (part * 100 / whole).quantize(Decimal("0.01"))
    return f"{found.normalize():f}%"


def _contributions(form: Form) -> DocumentTable:
    """Company Law 46(5), 48: each shareholder's contribution by method and day; the shares add up to the whole."""
    whole = form.capital_wan or Decimal()
    rows = [
        (
            _name(form, row.person),
            choice_text("shareholders.*.lines.*.method", line.method, OF_PAPERS),
            amount(form, line.amount_wan),
            chinese.day(line.due_on),
            _share(line.amount_wan, whole),
        )
        for row in form.holders
        for line in row.lines
    ]
    return _table(("股东姓名或者名称", "出资方式", "认缴出资额", "出资日期", "出资比例"), rows)


def _promoters(form: Form) -> DocumentTable:
    """Company Law 95(6): each promoter's shares by method and day."""
    rows = [
        (
            _name(form, row.person),
            choice_text("shareholders.*.lines.*.method", line.method, OF_PAPERS),
            f"{_shares(line.amount_wan)}股",
            chinese.day(line.due_on),
        )
        for row in form.holders
        for line in row.lines
    ]
    return _table(("发起人姓名或者名称", "出资方式", "认购的股份数", "出资日期"), rows)


def _members(form: Form) -> DocumentTable:
    """FCL 15(6): the contribution of each member."""
    rows = [
        (
            _name(form, row.person),
            choice_text("members.listed.*.kind", row.kind, OF_PAPERS),
            choice_text("members.listed.*.method", row.method, OF_PAPERS) if row.amount_wan else "不出资",
            amount(form, row.amount_wan),
        )
        for row in _members_of(form)
    ]
    return _table(("成员", "成员类型", "出资方式", "出资额"), rows)


def _roll(form: Form) -> DocumentTable:
    """FCL 16; Implementing Rules 29: who the members are. Numbers are masked, as staff see them without a reason."""
    rows = [
        (
            _name(form, row.person),
            choice_text("members.listed.*.kind", row.kind, OF_PAPERS),
            _masked_number(form.person(row.person)),
            _home(form.person(row.person)),
        )
        for row in _members_of(form)
    ]
    return _table(("成员姓名或者名称", "成员类型", "证件号码", "住所"), rows)


def _masked_number(person: NaturalPerson | LegalPerson | None) -> str:
    """The code of an organization is public."""
    if isinstance(person, LegalPerson):
        return person.number
    return mask_id(person.id_no) if person else ""


def _home(person: NaturalPerson | LegalPerson | None) -> str:
    if isinstance(person, NaturalPerson):
        return person.address or "以其身份证件记载的为准"
    return REGISTERED_HOME


def _partners(form: Form) -> DocumentTable:
    """Partnership Enterprise Law 18(3)(4), 63(1)."""
    rows = []
    for row in form.partner_rows:
        address = getattr(form.person(row.person), "address", None) or REGISTERED_HOME
        rows.append(
            (
                _name(form, row.person),
                choice_text("partners.listed.*.liability", row.liability, OF_PAPERS),
                address,
                choice_text("partners.listed.*.method", row.method, OF_PAPERS),
                amount(form, row.amount_wan),
                "已经缴付" if row.paid else chinese.day(row.due_on) if row.due_on else BLANK,
            )
        )
    return _table(("合伙人", "类型", "住所", "出资方式", "出资额", "缴付期限"), rows)


def _table(columns: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> DocumentTable:
    """The table; an empty cell is a blank to fill in, and a table without rows has one of blanks."""
    filled = tuple(tuple(cell or BLANK for cell in row) for row in rows)
    return DocumentTable(columns=columns, rows=filled or ((BLANK,) * len(columns),))


# The tables that a clause may name.
TABLES: Mapping[str, Callable[[Form], DocumentTable]] = {
    "contributions": _contributions,
    "promoters": _promoters,
    "partners": _partners,
    "members": _members,
    "roll": _roll,
}
