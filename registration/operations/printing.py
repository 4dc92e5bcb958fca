"""Papers of several cases, to be printed in one go."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from registration import database
from registration.actor import Actor
from registration.errors import Conflict
from registration.models import Application, Paper
from registration.operations.audit import note
from registration.queries.papers import SIGNS


def newest_paper(session: Session, case: Application) -> Paper:
    """The newest notice or decision that is made. No document with a person's data: those are opened with a reason.

    Raises Conflict("bulk_nothing_to_print").
    """
    made = select(Paper).where(
        col(Paper.application_id) == case.id, col(Paper.kind).in_(SIGNS), col(Paper.storage_key).is_not(None)
    )
    found = session.scalars(made.order_by(col(Paper.id).desc()).limit(1)).one_or_none()
    if found is None:
        raise Conflict("bulk_nothing_to_print", ref=case.ref)
    return found


def papers_to_print(refs: Sequence[str], *, actor: Actor, now: datetime) -> list[Paper]:
    """The papers of these cases in this order, with an audit line. The caller has checked the access to each."""
    with database.transaction() as session:
        cases = {case.ref: case for case in session.scalars(select(Application).where(col(Application.ref).in_(refs)))}
        found = [newest_paper(session, cases[ref]) for ref in refs]
        note(session, "paper:print", subject=actor.tag, now=now, papers=[one.number for one in found])
    return found
