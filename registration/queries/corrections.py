"""What an applicant has changed since a notice was sent: before and after, for the page of the correction."""

from sqlmodel import Session

from registration.models import Application
from registration.queries.changes import Change, changes_between, materials_now, revision_of
from registration.rules.fields import sensitive_paths
from registration.rules.masking import masked_form
from registration.sealing import open_form


def changes_since(session: Session, case: Application, *, revision: int) -> list[Change]:
    """The present draft against what was submitted as that revision, sensitive values masked.

    Documents stand under `materials.<kind>` by their file names.
    """
    submitted = revision_of(session, case, revision)
    if submitted is None:
        return []
    forms = [open_form(form, case=case.ref) for form in (submitted.form, case.form)]
    before, after = (masked_form(form, sensitive_paths(form)) for form in forms)
    files = [_files(rows) for rows in (submitted.materials, materials_now(session, case))]
    return changes_between({**before, "materials": files[0]}, {**after, "materials": files[1]})


def _files(rows: list[dict[str, str]]) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(row["kind"], []).append(row["filename"])
    return {kind: "、".join(names) for kind, names in found.items()}
