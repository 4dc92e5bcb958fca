"""The contents of an archived file, each part by its digest (Measures for the Archives of Registration)."""

from typing import Any

from sqlalchemy import select
from sqlmodel import col

from registration import database
from registration.models import Application, HistoryEntry, Licence, Material, Paper, Revision


def manifest_of(application_id: int) -> dict[str, Any]:
    with database.reading() as session:
        case = session.get_one(Application, application_id)
        revisions = session.scalars(select(Revision).where(col(Revision.application_id) == application_id))
        materials = session.scalars(select(Material).where(col(Material.application_id) == application_id))
        papers = session.scalars(select(Paper).where(col(Paper.application_id) == application_id))
        licences = session.scalars(select(Licence).where(col(Licence.application_id) == application_id))
        last = session.execute(
            select(col(HistoryEntry.seq), col(HistoryEntry.hash))
            .where(col(HistoryEntry.application_id) == application_id)
            .order_by(col(HistoryEntry.seq).desc())
            .limit(1)
        ).one()
        return {
            "application": case.ref,
            "definition": case.definition,
            "history": {"entries": last.seq, "head": last.hash},
            "revisions": {str(one.number): one.digest for one in revisions},
            "materials": [{"ref": one.ref, "kind": one.kind, "sha256": one.sha256} for one in materials],
            "papers": [
                {"kind": one.kind, "number": one.number, "revision": one.revision, "sha256": one.sha256}
                for one in papers
            ],
            "licences": [
                {"serial": one.serial, "paper": one.paper, "copy": one.copy_no, "sha256": one.sha256}
                for one in licences
            ],
        }
