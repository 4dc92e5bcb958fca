"""The forms of a case, opened, read and digested once in a session: rules and answers of a request share them."""

import json
from collections.abc import Iterable, Mapping
from functools import cached_property
from hashlib import sha256
from typing import Any

from sqlmodel import Session

from registration.keys.field_encryption import DecryptedForm
from registration.models import Application, Revision
from registration.rules.fields import sensitive_paths
from registration.rules.form import Form, ReadForm, read_both
from registration.rules.form.present_shape import in_present_shape
from registration.rules.form.sections import MODELS
from registration.rules.masking import masked_form


class OpenedForm:
    """The sections of a stored form. Callers share what is read here and must not change it.

    `beside` is another form of the case: what both have unchanged is read there.
    """

    def __init__(self, case: Application, sealed: Mapping[str, Any], *, beside: "OpenedForm | None" = None) -> None:
        self.sealed, self._beside = sealed, beside
        self.form = DecryptedForm(sealed, case=case.ref)
        self._kind = {"entity_type": case.entity_type, "regime": case.regime}
        self._digests: dict[tuple[tuple[str, str], ...], str] = {}

    @cached_property
    def read(self) -> ReadForm:
        return read_both(self.form, **self._kind, known=self._read_beside())

    def _read_beside(self) -> dict[str, Any]:
        """The valid sections of the form beside this one that have the same encrypted value here."""
        if self._beside is None:
            return {}
        alike = [name for name in MODELS if name in self.sealed and self.sealed[name] == self._beside.sealed.get(name)]
        found = {name: getattr(self._beside.answers, name) for name in alike}
        return {name: section for name, section in found.items() if section is not None}

    @cached_property
    def present(self) -> dict[str, Any]:
        """Every section in the clear and in today's shape, for reading and comparing."""
        return self.in_the_clear(self.sealed)

    def in_the_clear(self, sections: Iterable[str]) -> dict[str, Any]:
        """These sections in the clear and in today's shape."""
        return in_present_shape(self.form.as_stored(sections))

    @cached_property
    def masked(self) -> dict[str, Any]:
        """The same with sensitive values masked, as the office sees it."""
        return masked_form(self.present, sensitive_paths(self.present))

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
        known = session.info["opened"] = OpenedForm(case, case.form)
    return known


def unlike_sections(one: OpenedForm, other: OpenedForm) -> tuple[dict[str, Any], dict[str, Any]]:
    """Those of each form that the other has not, or has with other answers: in the clear and in today's shape.

    A section that was not saved again has the same encrypted value in both, and is not decrypted.
    """
    names = [name for name in {**one.sealed, **other.sealed} if one.sealed.get(name) != other.sealed.get(name)]
    found = tuple(form.in_the_clear(name for name in names if name in form.sealed) for form in (one, other))
    alike = {name for name in names if found[0].get(name) == found[1].get(name)}
    first, second = ({name: value for name, value in form.items() if name not in alike} for form in found)
    return first, second


def opened_revision(session: Session, case: Application, revision: Revision) -> OpenedForm:
    """That of a submitted revision; the case's own where nothing was changed since, as while the office has it."""
    read: dict[tuple[int, int], OpenedForm] = session.info.setdefault("opened_revisions", {})
    key = (revision.application_id, revision.number)
    if revision.form == case.form:
        return opened_form(session, case)
    if key not in read:
        read[key] = OpenedForm(case, revision.form, beside=opened_form(session, case))
    return read[key]


def form_digest(form: Mapping[str, Any], materials: list[dict[str, Any]]) -> str:
    """What a party signs: SHA-256 over the open form and the documents' digests, as canonical JSON."""
    content = {"form": dict(form), "materials": sorted((one["kind"], one["sha256"]) for one in materials)}
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()
