"""Changes by the applicant since a notice was sent: before and after, for the page of the correction."""

from sqlmodel import Session

from registration.models import Application
from registration.queries.case_rows import NOTICE_ITEMS, NOTICES
from registration.queries.changes import (
    Change,
    changed_documents,
    changed_targets,
    changes_between,
    materials_now,
    revision_of,
)
from registration.queries.file_contents import Correction
from registration.queries.opened_form import opened_form, opened_revision
from registration.rules.fields import sensitive_paths
from registration.rules.masking import masked_form


def changes_since(session: Session, case: Application, *, revision: int) -> list[Change]:
    """The differences of the present draft from that submitted revision, sensitive values masked.

    Documents are under `materials.<kind>`, by file name.
    """
    submitted = revision_of(session, case, revision)
    if submitted is None:
        return []
    opened = (opened_revision(session, case, submitted), opened_form(session, case))
    before, after = (masked_form(form, sensitive_paths(form)) for form in (one.form.as_stored() for one in opened))
    files = [_files(rows) for rows in (submitted.materials, materials_now(session, case))]
    return changes_between({**before, "materials": files[0]}, {**after, "materials": files[1]})


def last_answered(session: Session, case: Application) -> Correction | None:
    """The latest answered notice, and those of its items that were changed; None if there is none."""
    notice = next((one for one in NOTICES.all(session, case_id=case.id) if one.answered_at is not None), None)
    if notice is None:
        return None
    items = NOTICE_ITEMS.all(session, notice_id=notice.id)
    changed = changed_targets(session, case, since_revision=notice.revision)
    made = changed_documents(session, case, since_revision=notice.revision)
    return Correction(notice, tuple(items), changed | made)


def _files(rows: list[dict[str, str]]) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(row["kind"], []).append(row["filename"])
    return {kind: "、".join(names) for kind, names in found.items()}
