"""The relation of an actor to a case, as input for the access table."""

from sqlmodel import Session

from registration.access import ObjectFacts
from registration.actor import Actor
from registration.matters import definition_of
from registration.models import Application, Part, Party
from registration.queries.case_rows import PARTS, THERE, read_ahead


def object_facts(session: Session, case: Application, actor: Actor) -> ObjectFacts:
    """The persons related to the case, for the access table; of agencies and parties only the actor's own."""
    parts, parties = list[Part](), frozenset[int]()
    if actor.agency is not None:
        read_ahead(session, [(rows, {"case_id": case.id}) for rows in (THERE, PARTS)])
        parts = PARTS.all(session, case_id=case.id)
    if actor.party_id is not None:
        party = session.get(Party, actor.party_id)
        parties = frozenset([party.id] if party is not None and party.application_id == case.id else [])
    return ObjectFacts(
        owner_id=case.account_id,
        registrar_code=case.registrar_code,
        agencies=frozenset(part.agency for part in parts),
        party_ids=parties,
        handed_in=case.submitted_at is not None,
        on_desk=any(_has_on_desk(case, part, actor) for part in parts) if actor.agency else _is_on_desk(case, actor),
    )


def _is_on_desk(case: Application, actor: Actor) -> bool:
    """Whether the actor holds the file. One that waits for approval has no holder: every approver may work on it."""
    if not actor.is_staff or case.holder_id is not None:
        return actor.is_staff and case.holder_id == actor.account_id
    return definition_of(case.definition).states[case.state].holder == ("approver",) and "approver" in actor.roles


def _has_on_desk(case: Application, part: Part, actor: Actor) -> bool:
    """Whether the actor holds the own agency's part, and it is undecided."""
    return part.holder_id == actor.account_id and part.agency == actor.agency and part_is_open(case, part)


def part_is_open(case: Application, part: Part) -> bool:
    """Whether the agency works on its part: after its start, and before its decision and the end of the case."""
    graph = definition_of(case.definition).parts
    return graph is not None and case.state in graph.runs_in and graph.states[part.state].kind == "office"
