"""The office's duties: a limit wherever it holds a case, a role to inform when it passes, and a legal basis."""

from collections.abc import Iterator

from workflows.check.finding import Found, found
from workflows.check.people import applicant_side
from workflows.definition import Definition, Row


def faults(definition: Definition) -> Iterator[Found]:
    yield from _limits(definition)
    yield from _escalations(definition)
    yield from _bases(definition)


def _limits(definition: Definition) -> Iterator[Found]:
    timed = {state for policy in definition.clock.values() for state in policy.runs_in}
    for key, state in definition.states.items():
        if state.kind == "office" and state.within is None and key not in timed:
            yield found("missing_limit", f"states.{key}")
    for key, part in definition.parts.graph.items() if definition.parts else ():
        if part.within is None:
            yield found("missing_limit", f"parts.graph.{key}")


def _escalations(definition: Definition) -> Iterator[Found]:
    for at, table in (("", definition), ("parts.", definition.parts)):
        for key, state in table.states.items() if table else ():
            if state.kind == "office" and not set(state.escalates_to) - set(definition.automatic):
                yield found("missing_escalation", f"{at}states.{key}")


def _bases(definition: Definition) -> Iterator[Found]:
    ours = applicant_side(definition)
    for index, row in enumerate(definition.rows):
        if not row.basis and set(row.by) - ours and any(_is_felt(definition, row, state) for state in row.sources):
            yield found("row_without_basis", f"rows.{index}", action=row.action)


def _is_felt(definition: Definition, row: Row, source: str) -> bool:
    """Whether the row affects the applicant: the case ends, is returned, is decided or stopped, or takes longer."""
    target = row.target_from(source)
    if target == source:
        return row.within is not None
    before, after = definition.states[source].kind, definition.states[target].kind
    return after in ("final", "applicant") or (before, after) == ("office", "waiting")
