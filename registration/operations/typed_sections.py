"""What was typed in a section of the form, as it is kept: completed from the register, normalized, with its faults."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session

from registration.clock import local_date
from registration.errors import InvalidInput
from registration.models import Application
from registration.queries.parents import registered_organization
from registration.queries.public_notices import as_published
from registration.rules.check_firm import asked_of
from registration.rules.entity_types import type_row
from registration.rules.form import Reading, read_section, refuse_unknown
from registration.rules.form.parties import with_parent
from registration.rules.masked_input import restore_masked
from registration.rules.printing import section_problems
from registration.rules.problems import InvalidForm, Problem
from registration.rules.registered_parent import filled_in


def read_typed(session: Session, case: Application, section: str, raw: Any, opened: Mapping[str, Any]) -> Reading:
    """The section of a case whose form is `opened`, with masked texts as they are stored.

    InvalidInput for data of another shape than the form: no page could show it.
    """
    raw = _with_what_is_known(session, case, section, raw, opened)
    return _read(case, section, raw, kept=opened.get(section))


def problems_of_typed(case: Application, section: str, read: Reading, *, now: datetime) -> list[Problem]:
    """Every fault of the section by itself, and what no licence could print."""
    return [*_faults(case, section, read), *_unprintable(case, section, read, now=now)]


def _with_what_is_known(session: Session, case: Application, section: str, raw: Any, opened: Mapping[str, Any]) -> Any:
    """Organizations as the register has them; in the name of a branch the parent's name; the day of an own notice."""
    if section == "people" and isinstance(raw, list):
        return [_as_registered(session, row) for row in raw]
    raw = as_published(session, case, section, raw)
    if not isinstance(raw, Mapping) or not type_row(case.entity_type).naming.of_parent:
        return raw
    if section == "parent":
        return filled_in(raw, registered_organization(session, raw))
    return with_parent(raw, opened) if section == "name" else raw


def _as_registered(session: Session, row: Any) -> Any:
    """A person; an organization by its code with the blank fields that the register knows."""
    if not isinstance(row, Mapping) or row.get("kind") != "legal" or (row.get("name") and row.get("representative")):
        return row
    return filled_in(row, registered_organization(session, row), asks_type=False)


def _faults(case: Application, section: str, read: Reading) -> list[Problem]:
    """The faults of the section; of a branch's name without its parent, that the parent is missing."""
    faults = asked_of(read.problems, type_row(case.entity_type))
    lacks_parent = section == "name" and len(faults) < len(read.problems)
    return [*faults, Problem("name.form", "name.parent_missing")] if lacks_parent else faults


def _read(case: Application, section: str, raw: Any, *, kept: Any) -> Reading:
    """Normalizes a section that was sent and restores its masked texts from the stored ones."""
    try:
        refuse_unknown(section, entity_type=case.entity_type, regime=case.regime, matter=case.matter)
    except InvalidForm as invalid:
        raise InvalidInput(invalid.problems, ref=case.ref, version=case.version) from None
    sent = read_section(section, raw)
    if sent.is_misshapen:
        raise InvalidInput(sent.problems, ref=case.ref, version=case.version)
    return read_section(section, restore_masked(raw, kept))


def _unprintable(case: Application, section: str, read: Reading, *, now: datetime) -> list[Problem]:
    """The problems of a complete section that no licence could print."""
    if read.problems:
        return []
    kind = {"entity_type": case.entity_type, "regime": case.regime}
    return section_problems(section, read.value, today=local_date(now), **kind)
