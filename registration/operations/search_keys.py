"""Writes the keys by which the desk finds a case: with each submission, and by a sweep for older cases.

A correction in the making is a draft, so that its words are found only when it is handed in.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select
from sqlmodel import Session, col

from registration import database
from registration.models import Application, IdentityIndex, Revision, SearchKey
from registration.models.applications import WITHOUT_KEYS
from registration.rules.search_keys import IDENTITY, identity_key, keys_of

# The present rules. A migration that changes them sets the column to 0, and the sweep writes all keys again.
VERSION = 1


def write(session: Session, case: Application, form: Mapping[str, Any]) -> None:
    """Replaces the keys of a case by those of this form, whose encrypted values are no keys."""
    hashes = select(col(IdentityIndex.number_hash)).where(col(IdentityIndex.application_id) == case.id)
    keys = keys_of(ref=case.ref, name=case.name, form=form)
    keys |= {(IDENTITY, identity_key(one)) for one in session.scalars(hashes)}
    session.execute(delete(SearchKey).where(col(SearchKey.application_id) == case.id))
    same = {"application_id": case.id, "registrar_code": case.registrar_code}
    session.execute(insert(SearchKey), [same | {"kind": kind, "key": key} for kind, key in sorted(keys)])
    case.keys_version = VERSION


def write_missing(*, now: datetime, most: int) -> int:
    """Writes the keys of submitted cases that have none by the present rules; returns for how many."""
    query = select(col(Application.id)).where(WITHOUT_KEYS).limit(most)
    with database.reading() as session:
        ids = list(session.scalars(query))
    if not ids:
        return 0
    with database.transaction() as session:
        # A case that is being written at this moment gets its keys with that, or in the next round.
        chosen = select(Application).where(col(Application.id).in_(ids), WITHOUT_KEYS).with_for_update(skip_locked=True)
        cases = session.scalars(chosen).all()
        forms = _handed_in(session, [case.id for case in cases])
        for case in cases:
            write(session, case, forms.get(case.id, case.form))
    return len(ids)


def _handed_in(session: Session, ids: list[int]) -> dict[int, dict[str, Any]]:
    """The form of the latest revision of each case."""
    query = select(col(Revision.application_id), col(Revision.form)).where(col(Revision.application_id).in_(ids))
    return {row[0]: row[1] for row in session.execute(query.order_by(col(Revision.number)))}
