"""Which moves of a table hand a case over to the office, and which decide it. Read from the kinds of states. Pure."""

from collections.abc import Iterator

from workflows.definition import Definition, Row

Move = tuple[str, str, str]


def moves_of(definition: Definition) -> frozenset[Move]:
    """Every move (action, source, target) that changes the state of a case."""
    return frozenset(move for row in definition.rows for move in _moves(row))


def hand_overs(definition: Definition) -> frozenset[Move]:
    """The moves from the applicant, from those who sign, or from a period such as that of a notice, to the office.

    The first of a case is its receipt.
    """
    states = definition.states
    return frozenset(
        (action, source, target)
        for action, source, target in moves_of(definition)
        if (states[source].is_with_applicant or states[source].is_period) and states[target].kind == "office"
    )


def decisions(definition: Definition) -> frozenset[Move]:
    """The moves by which the office ends its examination: to a state that is final, or that waits for what follows.

    A withdrawal and a lapse are no decisions, and neither is a state that the clock leaves out, such as a hold, or a
    period that comes before the examination, such as that of a notice.
    """
    before = _before_decision(definition)
    applicants = {role for one in definition.states.values() if one.is_with_applicant for role in one.holder}
    return frozenset(
        move
        for row in definition.rows
        if not set(row.by) <= applicants
        for move in _moves(row)
        if _ends(definition, move[2]) and move[1] in before and not _is_lapse(definition, row, move[1])
    )


def refusals(definition: Definition) -> frozenset[Move]:
    """The decisions that the table shows as bad for the applicant."""
    return frozenset(move for move in decisions(definition) if definition.states[move[2]].shown.look == "bad")


def _moves(row: Row) -> Iterator[Move]:
    for source in row.sources:
        target = row.target_from(source)
        if target != source:
            yield row.action, source, target


def _ends(definition: Definition, state: str) -> bool:
    excluded = {key for policy in definition.clock.values() for key in policy.excluded}
    reached = definition.states[state]
    return reached.kind in ("waiting", "final") and state not in excluded and not reached.is_period


def _before_decision(definition: Definition) -> set[str]:
    """The states that a case can reach from the start without a decision."""
    found, new = set[str](), {definition.start}
    while new:
        found |= new
        new = {
            target
            for _action, source, target in moves_of(definition)
            if source in new and not _ends(definition, target) and target not in found
        }
    return found


def _is_lapse(definition: Definition, row: Row, source: str) -> bool:
    """Whether the system ends a case because its applicant did not answer, or others objected in a period."""
    left = definition.states[source]
    return set(row.by) == {"system"} and (left.is_with_applicant or left.is_period)
