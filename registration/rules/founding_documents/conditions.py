"""The conditions under which a document, or a clause of it, applies to the answers."""

from collections.abc import Callable, Iterable, Mapping

from registration.rules.form import Form
from registration.rules.form.persons import Officers
from registration.rules.registered_entity import register_rows


def _officers(judge: Callable[[Officers], bool]) -> Callable[[Form], bool]:
    return lambda form: form.officers is not None and judge(form.officers)


def _is_term(term: str) -> Callable[[Form], bool]:
    def holds(form: Form) -> bool:
        chapter = form.capital or form.partners
        return chapter is not None and chapter.term == term

    return holds


def _is_post(*posts: str) -> Callable[[Form], bool]:
    return lambda form: form.legal_rep is not None and form.legal_rep.post in posts


def _has_employee_director(officers: Officers) -> bool:
    return any(row.post == "employee_director" for row in officers.directors)


def _manages(officers: Officers) -> bool:
    """Whether a director is a manager too."""
    return any(row.person in officers.managers for row in officers.directors)


def _is_without_name(form: Form) -> bool:
    """Only what an operator runs may go without a name (Regulation 8)."""
    return form.operator is not None and form.name is None


def _has_whole_shares(form: Form) -> bool:
    """Whether each promoter takes a whole number of shares of one yuan."""
    return all((row.subscribed_wan * 10_000) % 1 == 0 for row in form.holders)


# The conditions that a row may name.
CHOSEN_ITEM = "chosen_"
CONDITIONS: Mapping[str, Callable[[Form], bool]] = {
    "several_shareholders": lambda form: len(form.holders) > 1,
    "one_shareholder": lambda form: len(form.holders) == 1,
    "board": _officers(lambda officers: officers.board == "board"),
    "single_director": _officers(lambda officers: officers.board == "single"),
    "vice_chair": _officers(lambda officers: any(row.post == "vice_chair" for row in officers.directors)),
    "employee_director": _officers(_has_employee_director),
    "no_employee_director": _officers(lambda officers: not _has_employee_director(officers)),
    "employee_supervisors": _officers(lambda officers: bool(officers.employee_supervisors)),
    "no_employee_supervisors": _officers(lambda officers: not officers.employee_supervisors),
    "election_told": _officers(lambda officers: bool(officers.of_employees) and officers.election is not None),
    "one_supervisor": _officers(lambda officers: 0 < len(officers.supervisors) < 3),
    "board_of_supervisors": _officers(lambda officers: len(officers.supervisors) >= 3),
    "supervised": _officers(lambda officers: officers.supervision == "supervisors"),
    "unsupervised": _officers(lambda officers: officers.supervision != "supervisors"),
    "no_supervisors": _officers(lambda officers: officers.supervision == "none_agreed"),
    "audit_committee": _officers(lambda officers: officers.supervision == "audit_committee"),
    "manager": _officers(lambda officers: bool(officers.managers)),
    "director_manages": _officers(_manages),
    "term_long": _is_term("long"),
    "term_until": _is_term("until"),
    "represented_by_chair": _is_post("chair"),
    "represented_by_director": _is_post("director"),
    "represented_by_manager": _is_post("manager"),
    "agent": lambda form: form.is_filed_by_agent,
    "named": lambda form: not _is_without_name(form),
    "nameless": lambda form: _is_without_name(form),
    "whole_shares": _has_whole_shares,
    "council": lambda form: form.council is not None and bool(form.council.directors),
    "no_council": lambda form: form.council is not None and not form.council.directors,
    "executive_supervisor": lambda form: form.council is not None and len(form.council.supervisors) == 1,
    "council_of_supervisors": lambda form: form.council is not None and len(form.council.supervisors) > 1,
    "no_council_supervisors": lambda form: form.council is not None and not form.council.supervisors,
    "some_execute": lambda form: 0 < len({row.person for row in form.partner_rows if row.executes}) < _partners(form),
    "all_execute": lambda form: len({row.person for row in form.partner_rows if row.executes}) == _partners(form) > 0,
    "labour": lambda form: any(row.method == "labour" for row in form.partner_rows),
    "dissolved": lambda form: form.dissolution is not None,
    "liquidated": lambda form: form.settlement is not None,
    "claims_paid": lambda form: form.settlement is not None and form.settlement.claims == "paid",
    "without_claims": lambda form: form.settlement is not None and form.settlement.claims == "none",
    "without_debts": lambda form: form.closing is not None and form.closing.debts == "none",
    "debts_settled": lambda form: form.closing is not None and form.closing.debts == "settled",
    "creditors_term": lambda form: form.reduction is not None and form.reduction.way == "ordinary",
    "meeting": lambda form: form.meeting is not None,
    "no_meeting": lambda form: form.meeting is None,
    "issues_no_shares": lambda form: not _issues_shares(form),
    "delegate": lambda form: any(row.delegate for row in form.partner_rows),
}


def _issues_shares(form: Form) -> bool:
    """Whether new shares are issued, about which the meeting decides more than the form says (Company Law 151)."""
    rows = register_rows(form.chosen.matter) if form.chosen else None
    return rows is not None and any(row.capital == "higher" and form.chooses((key,)) for key, row in rows.items.items())


def _partners(form: Form) -> int:
    return len({row.person for row in form.partner_rows})


def apply_all(conditions: Iterable[str], form: Form) -> bool:
    """Whether all these conditions hold. KeyError for one that is unknown."""
    return all(_applies(name, form) for name in conditions)


def _applies(name: str, form: Form) -> bool:
    """`chosen_<item>`: the application about a registered entity has chosen this item."""
    item = name.removeprefix(CHOSEN_ITEM)
    return form.chooses((item,)) if item != name else CONDITIONS[name](form)
