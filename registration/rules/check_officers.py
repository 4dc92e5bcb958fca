"""Rules on directors, supervisors, managers and the legal representative (Company Law 2023 arts. 10, 68-76, 83)."""

import unicodedata
from collections.abc import Iterator

from registration.rules.case import Case, Rule, repeated
from registration.rules.form.persons import Contact, LegalPerson, NaturalPerson, Officers
from registration.rules.problems import Problem

EMPLOYEE_SHARE = 3


def board(case: Case) -> Iterator[Problem]:
    officers = case.form.officers
    if officers is None:
        return
    count, chairs = len(officers.directors), sum(row.post == "chair" for row in officers.directors)
    rules = case.entity_type.board
    if officers.board == "single" and rules.required:
        yield Problem("officers.board", "officers.board_required")
    if rules.employee_director and not any(row.post == "employee_director" for row in officers.directors):
        yield Problem("officers.directors", "officers.employee_director_missing")
    if officers.board == "single" and count != 1:
        yield Problem("officers.directors", "officers.single_means_one", {"found": count})
    if officers.board == "board" and count < 3:
        yield Problem("officers.directors", "officers.board_too_small", {"least": 3, "found": count})
    if officers.board == "board" and not case.is_new_law and count > 13:
        yield Problem("officers.directors", "officers.board_too_large", {"most": 13, "found": count})
    if officers.board == "board" and chairs != 1:
        yield Problem("officers.directors", "officers.one_chair")
    if officers.board == "single":
        for place, row in enumerate(officers.directors):
            if row.post != "director":
                yield Problem(f"officers.directors.{place}.post", "officers.sole_director_has_no_board")


def supervision(case: Case) -> Iterator[Problem]:
    officers = case.form.officers
    if officers is None:
        return
    count = len(officers.supervisors)
    yield from _board_of_supervisors(officers)
    if officers.supervision == "supervisors":
        yield from _supervisors(case, count)
        return
    if not case.is_new_law:
        yield Problem("officers.supervision", "officers.supervision_too_early")
    elif officers.supervision not in case.entity_type.board.supervision:
        yield Problem("officers.supervision", "officers.supervision_not_for_type")
    if count:
        yield Problem("officers.supervisors", "officers.supervisors_not_wanted")
    if officers.supervision == "audit_committee" and officers.board == "single":
        yield Problem("officers.supervision", "officers.audit_committee_without_board")
        return
    members, least = (
        sum(row.audit_committee for row in officers.directors),
        case.entity_type.board.audit_committee_least,
    )
    if officers.supervision == "audit_committee" and members == 0:
        yield Problem("officers.directors", "officers.audit_committee_missing")
    elif officers.supervision == "audit_committee" and members < least:
        data = {"least": least, "found": members}
        yield Problem("officers.directors", "officers.audit_committee_too_small", data)


def _supervisors(case: Case, count: int) -> Iterator[Problem]:
    """One supervisor, or a board of three; before 2024-07-01 the law also allowed two."""
    if count == 0:
        yield Problem("officers.supervisors", "officers.supervisors_missing")
    elif count == 2 and case.is_new_law:
        yield Problem("officers.supervisors", "officers.supervisors_two")


def _board_of_supervisors(officers: Officers) -> Iterator[Problem]:
    """Three or more have a chair, and a third of them are employees (Company Law 2023 art. 76(2)(3))."""
    count, chair, employees = len(officers.supervisors), officers.supervisor_chair, set(officers.employee_supervisors)
    if count >= 3 and chair is None:
        yield Problem("officers.supervisor_chair", "officers.supervisor_chair_missing")
    if count < 3 and chair is not None:
        yield Problem("officers.supervisor_chair", "officers.supervisor_chair_not_wanted")
    if count >= 3 and chair is not None and chair not in officers.supervisors:
        yield Problem("officers.supervisor_chair", "officers.supervisor_chair_no_supervisor")
    for place, key in enumerate(officers.employee_supervisors):
        if key not in officers.supervisors:
            yield Problem(f"officers.employee_supervisors.{place}", "officers.employee_no_supervisor")
    if count >= 3 and len(employees & set(officers.supervisors)) * EMPLOYEE_SHARE < count:
        least = -(-count // EMPLOYEE_SHARE)
        yield Problem("officers.supervisors", "officers.supervisors_of_employees", {"least": least, "found": count})
    elif count >= 3 and employees.issuperset(officers.supervisors):
        yield Problem("officers.supervisors", "officers.supervisors_of_owners")


def election(case: Case) -> Iterator[Problem]:
    """What is told of the employees' election (Company Law 2023 arts. 68, 76, 173)."""
    officers = case.form.officers
    told = officers.election if officers else None
    if officers is None or told is None:
        return
    if not officers.of_employees:
        yield Problem("officers.election.form", "officers.election_not_wanted")
    elif case.entity_type.board.employee_director and told.has("form") and told.form != "congress":
        yield Problem("officers.election.form", "officers.election_by_congress")
    if told.has("held_on") and told.held_on > case.today:
        yield Problem("officers.election.held_on", "officers.election_to_come")


def separation(case: Case) -> Iterator[Problem]:
    """Directors and senior managers are not supervisors (Company Law 2023 art. 76; senior managers: art. 265)."""
    officers = case.form.officers
    if officers is None:
        return
    directors = [row.person for row in officers.directors]
    finance = case.form.contacts.finance if case.form.contacts else None
    for place, key in enumerate(officers.supervisors):
        if key in directors or key in officers.managers:
            yield Problem(f"officers.supervisors.{place}", "officers.supervisor_also_director")
        elif finance is not None and _is_finance_officer(case.form.person(key), finance):
            yield Problem(f"officers.supervisors.{place}", "officers.supervisor_also_finance")
    for path, keys in (
        ("directors", directors),
        ("supervisors", officers.supervisors),
        ("managers", officers.managers),
    ):
        yield from (Problem(f"officers.{path}.{place}", "officers.twice") for place in repeated(keys))


def _is_finance_officer(person: NaturalPerson | LegalPerson | None, finance: Contact) -> bool:
    """Whether the person is the finance officer: by key, or by the typed name."""
    if person is None:
        return False
    return person.key == finance.person or (finance.name is not None and _plain(finance.name) == _plain(person.name))


def _plain(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).split()).casefold()


def legal_rep(case: Case) -> Iterator[Problem]:
    """A director or manager (Company Law 2023 art. 10); before, the chair, a sole director or the manager."""
    rep, officers = case.form.legal_rep, case.form.officers
    if rep is None or officers is None:
        return
    directors = {row.person: row.post for row in officers.directors}
    holds = rep.person in officers.managers if rep.post == "manager" else rep.person in directors
    if not holds or (rep.post == "chair" and directors.get(rep.person) != "chair"):
        yield Problem("legal_rep.person", "legal_rep.not_in_post")
    elif not case.is_new_law and rep.post == "director" and officers.board == "board":
        yield Problem("legal_rep.post", "legal_rep.not_entitled")


RULES: tuple[Rule, ...] = (board, supervision, election, separation, legal_rep)
