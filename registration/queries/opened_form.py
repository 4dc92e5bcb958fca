"""The form of a case, opened, read and digested once in a session: several rules and answers of a request need it."""

import json
from collections.abc import Mapping
from functools import cached_property
from hashlib import sha256
from typing import Any

from sqlmodel import Session

from registration.keys.field_encryption import DecryptedForm
from registration.models import Application
from registration.queries.changes import materials_now
from registration.rules.form import Form, ReadForm, read_both


class OpenedForm:
    """The sections of the row as it is now. Callers share what is read here and must not change it."""

    def __init__(self, case: Application) -> None:
        self.sealed = case.form
        self.form = DecryptedForm(case.form, case=case.ref)
        self._kind = {"entity_type": case.entity_type, "regime": case.regime}
        self._digests: dict[tuple[tuple[str, str], ...], str] = {}

    @cached_property
    def read(self) -> ReadForm:
        return read_both(self.form, **self._kind)

    @property
    def answers(self) -> Form:
        """The valid sections."""
        return self.read.valid

    def digest(self, materials: list[dict[str, Any]]) -> str:
        """What a party signs: this form with these documents."""
        files = tuple((one["kind"], one["sha256"]) for one in materials)
        if files not in self._digests:
            self._digests[files] = form_digest(self.form.as_stored(), materials)
        return self._digests[files]


def opened_form(session: Session, case: Application) -> OpenedForm:
    """That of the case which the session looked at last; a row with another form is opened again."""
    known: OpenedForm | None = session.info.get("opened")
    if known is None or known.sealed is not case.form:
        known = session.info["opened"] = OpenedForm(case)
    return known


def form_digest(form: Mapping[str, Any], materials: list[dict[str, Any]]) -> str:
    """What a party signs: SHA-256 over the open form and the documents' digests, as canonical JSON."""
    content = {"form": dict(form), "materials": sorted((one["kind"], one["sha256"]) for one in materials)}
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()


def digest_now(session: Session, case: Application) -> str:
    """The digest of the present form and documents."""
    return opened_form(session, case).digest(materials_now(session, case))
