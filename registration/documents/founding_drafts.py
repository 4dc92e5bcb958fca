"""Drafts of the documents that are made from the answers: a worker prints what is ordered, readers get stored files."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from registration import database
from registration.actor import Actor
from registration.documents import sample_sheets
from registration.gateways.storage import Storage
from registration.queries.casefile import casefile
from registration.queries.document_sheets import draft_sheet
from registration.queries.founding_documents import readable_text

KIND = "document"


@dataclass(frozen=True)
class Draft:
    """The present text of a document as a worker would print it."""

    storage: Storage
    sheet: Mapping[str, Any]
    design: str

    @property
    def is_ready(self) -> bool:
        return sample_sheets.is_there(self.storage, KIND, self.sheet, design=self.design)

    def pdf(self) -> bytes:
        """The PDF. Unavailable while no worker has made it."""
        return sample_sheets.read(self.storage, KIND, self.sheet, design=self.design, form="pdf")


def draft_of(storage: Storage, ref: str, kind: str, *, actor: Actor, now: datetime) -> Draft:
    """The draft for the applicant of the case. NotFound for others, and for a document that is not made."""
    with database.reading() as session:
        file = casefile(session, ref, actor=actor, now=now, rule="application.edit")
        text = readable_text(session, file.case, kind, actor=actor)
        sheet = draft_sheet(session, file.case, text).model_dump(mode="json")
    return Draft(storage, sheet, sample_sheets.document_design())
