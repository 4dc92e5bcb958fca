"""Writes the registrars of the city's folder to the database. They are changed only in the folder."""

from datetime import datetime

from registration.access import admit
from registration.actor import Actor
from registration.database import transaction
from registration.models import Registrar
from registration.operations.audit import note
from registration.operations.setting_changes import changed_since
from registration.queries.registrar_folder import FolderDifference, described, folder_differences
from registration.rules.city import CityRegistrar


def load(*, now: datetime, by: str = "command line") -> tuple[list[str], list[str]]:
    """Creates missing registrars and updates the others; returns the codes of both.

    One that is no longer in the folder stays, because cases name it. The folder does not say which tables it uses.
    """
    return _load(by=by, now=now, seen=None)


def load_seen(seen: list[FolderDifference], *, actor: Actor, now: datetime) -> tuple[list[str], list[str]]:
    """The same for an administrator who has looked at what would change. InvalidInput if it is other."""
    admit("system.manage", actor)
    return _load(by=actor.tag, now=now, seen=seen)


def registrar_row(one: CityRegistrar, *, sample: bool) -> Registrar:
    """A new row of the table for a registrar of the folder."""
    return Registrar(code=one.code, sample=sample, **described(one))


def _load(*, by: str, now: datetime, seen: list[FolderDifference] | None) -> tuple[list[str], list[str]]:
    with transaction() as session:
        found = folder_differences(session)
        if seen is not None and seen != found:
            raise changed_since()
        new, changed = [one for one in found if one.is_new], [one for one in found if not one.is_new]
        session.add_all(Registrar(code=one.code, sample=False, **one.after) for one in new)
        for one in changed:
            row = session.get_one(Registrar, one.code)
            for name, value in one.after.items():
                setattr(row, name, value)
        codes = [one.code for one in new], [one.code for one in changed]
        if found:
            before, after = {one.code: one.before for one in found}, {one.code: one.after for one in found}
            note(
                session,
                "registrar:load",
                subject=by,
                now=now,
                new=codes[0],
                changed=codes[1],
                before=before,
                after=after,
            )
    return codes
