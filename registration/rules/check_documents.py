"""Rules on the clauses that those who sign have put in their own words."""

from collections.abc import Iterator

from registration.rules.case import Case, Rule, repeated
from registration.rules.form.documents import OwnClause
from registration.rules.founding_documents.texts import offered_rows
from registration.rules.printing import text_problem
from registration.rules.problems import Problem


def own_clauses(case: Case) -> Iterator[Problem]:
    """Only a marked clause of a document of this type, once, in characters that can be printed."""
    rows = case.form.documents.clauses if case.form.documents and case.form.documents.has("clauses") else ()
    for place in repeated(row.clause for row in rows if row.has("clause")):
        yield Problem(f"documents.clauses.{place}.clause", "documents.clause_twice")
    marked = _marked(case)
    for place, row in enumerate(rows):
        yield from _clause(f"documents.clauses.{place}", row, marked)


def _clause(at: str, row: OwnClause, marked: frozenset[str]) -> Iterator[Problem]:
    if row.has("clause") and row.clause not in marked:
        yield Problem(f"{at}.clause", "documents.clause_fixed")
    if row.has("text") and (problem := text_problem(f"{at}.text", row.text.replace("\n", ""))):
        yield problem


def _marked(case: Case) -> frozenset[str]:
    rows = offered_rows(entity_type=case.entity_type.key, regime=case.regime)
    return frozenset(f"{key}.{clause.key}" for key, row in rows.items() for clause in row.clauses if clause.marked)


RULES: tuple[Rule, ...] = (own_clauses,)
