"""Rules on the members and organs of a farmers' co-operative (Law on Farmers' Specialised Co-operatives, FCL)."""

from collections.abc import Iterator

from registration.rules.case import Case, Rule, each, repeated, where_read
from registration.rules.check_capital import stated
from registration.rules.check_firm import LARGE_WAN, unconfirmed
from registration.rules.check_people import in_organs
from registration.rules.form.members import Member
from registration.rules.form.persons import LegalPerson, NaturalPerson
from registration.rules.identity import FOREIGNERS, HONG_KONG_MACAO_TAIWAN
from registration.rules.problems import Problem
from registration.rules.uscc import AUTHORITY

# FCL 20: farmers are at least 80 % of the members. Up to 20 members one may be an organization; of more, 5 %.
FARMERS_PERCENT, ORGANIZATIONS_PERCENT, FEW = 80, 5, 20


def numbers(case: Case) -> Iterator[Problem]:
    """At least five members (FCL 12); the type's row has the limit."""
    capacity, rows = case.entity_type.capacities["member"], _rows(case)
    if rows and len(rows) < capacity.least and capacity.too_few:
        yield Problem("members.listed", capacity.too_few, {"least": capacity.least, "found": len(rows)})
    for place in repeated(where_read(lambda row: row.person, rows)):
        yield Problem(f"members.listed.{place}.person", "members.twice")


def shares(case: Case) -> Iterator[Problem]:
    """The share of farmers and the number of organizations among all members (FCL 20)."""
    kinds = [row.kind for row in _rows(case)]
    if not kinds:
        return
    least = farmers_needed(len(kinds))
    if kinds.count("farmer") < least:
        found = {"least": least, "found": kinds.count("farmer"), "all": len(kinds), "percent": FARMERS_PERCENT}
        yield Problem("members.listed", "members.farmers_few", found)
    most = organizations_allowed(len(kinds))
    if kinds.count("organization") > most:
        found = {"most": most, "found": kinds.count("organization"), "all": len(kinds)}
        yield Problem("members.listed", "members.organizations_many", found)


def farmers_needed(members: int) -> int:
    """The least number of farmers among so many members."""
    return -(-members * FARMERS_PERCENT // 100)


def organizations_allowed(members: int) -> int:
    """The greatest number of organizations among so many members."""
    return 1 if members <= FEW else members * ORGANIZATIONS_PERCENT // 100


def persons(case: Case) -> Iterator[Problem]:
    yield from each(lambda place, row: _person(case, place, row), enumerate(_rows(case)))


def _person(case: Case, place: int, row: Member) -> Iterator[Problem]:
    """Citizens, and organizations without public functions, so no authority (FCL 19)."""
    person = case.form.person(row.person)
    if isinstance(person, LegalPerson) and row.kind != "organization":
        yield Problem(f"members.listed.{place}.kind", "members.is_organization")
    if isinstance(person, NaturalPerson) and row.kind == "organization":
        yield Problem(f"members.listed.{place}.kind", "members.is_natural")
    if isinstance(person, LegalPerson) and person.code.startswith(AUTHORITY):
        yield Problem(f"members.listed.{place}.person", "members.authority")
    if isinstance(person, NaturalPerson) and person.id_type in FOREIGNERS:
        yield Problem(f"members.listed.{place}.person", "members.not_citizen")


def total(case: Case) -> Iterator[Problem]:
    """The licence prints the total of the contributions, so there is one; a large one is confirmed (*own*)."""
    members = case.form.members
    if members is None:
        return
    if members.amount_wan == 0:
        yield Problem("members.listed.0.amount_wan", "members.no_contribution")
    if not members.large_confirmed:
        yield from unconfirmed(case, members.amount_wan, path="members.large_confirmed", code="members.large")


def council(case: Case) -> Iterator[Problem]:
    """Chair, council and supervisors are members; a supervisor has no other post (FCL 33)."""
    if case.form.council is None or case.form.members is None:
        return
    members = {row.person for row in case.form.members.listed}
    for path, key in in_organs(case.form):
        if key not in members:
            yield Problem(path, "council.not_a_member")
    yield from _supervisors(case)


def _supervisors(case: Case) -> Iterator[Problem]:
    council, contacts = case.form.council, case.form.contacts
    if council is None:
        return
    barred = {council.person, *council.directors}
    if contacts and contacts.finance and contacts.finance.person:
        barred.add(contacts.finance.person)
    for place, key in enumerate(council.supervisors):
        if key in barred:
            yield Problem(f"council.supervisors.{place}", "council.supervisor_has_post")


def to_look_at(case: Case) -> Iterator[Problem]:
    """Points for a person: members from Hong Kong, Macao or Taiwan or with a passport only; a large total."""
    for place, row in enumerate(_rows(case)):
        person = case.form.person(row.person)
        if isinstance(person, NaturalPerson) and person.id_type in HONG_KONG_MACAO_TAIWAN | {"chinese_passport"}:
            yield Problem(f"members.listed.{place}.person", "flag.member_overseas")
    if case.form.members and case.form.members.amount_wan >= LARGE_WAN:
        amount = stated(case, case.form.members.amount_wan)
        yield Problem("members.listed", "flag.contribution_abnormal", amount)


def _rows(case: Case) -> tuple[Member, ...]:
    return case.form.members.listed if case.form.members else ()


RULES: tuple[Rule, ...] = (numbers, shares, persons, total, council)
