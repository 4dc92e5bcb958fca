"""How the registrars in the database differ from those of the city's folder."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import Session, col, select

from registration.access import admit
from registration.actor import Actor
from registration.models import Registrar, RegistrarProfile
from registration.rules.city import CityRegistrar, city
from workflows.definition.values import CHINESE, ENGLISH


@dataclass(frozen=True)
class FolderDifference:
    """A registrar that is new in the folder (`before` is empty), or that it describes otherwise: values by column."""

    code: str
    before: dict[str, Any]
    after: dict[str, Any]

    @property
    def is_new(self) -> bool:
        return not self.before


@dataclass(frozen=True)
class RegistrarOverview:
    """`in_folder` is false for one that the folder no longer has; it stays, because cases name it.

    `profile_from` is the first day of the letterhead in force, None without one; `profiles_open` are undecided.
    """

    row: Registrar
    in_folder: bool
    profile_from: date | None
    profiles_open: int


def described(one: CityRegistrar) -> dict[str, Any]:
    """The columns of a registrar as its row of the folder says."""
    return {
        "name_zh": one.name[CHINESE],
        "name_en": one.name[ENGLISH],
        "prefecture": city().about.prefecture,
        "regions": list(one.regions),
        "regime": one.regime.value,
        "approval": one.approval,
        "declared_domicile": one.declared_domicile,
    }


def folder_differences(session: Session) -> list[FolderDifference]:
    """What loading the folder would do, in its order; the folder is as this process read it at its start."""
    known = {row.code: row for row in session.exec(select(Registrar))}
    return list(_differences(known))


def registrars_shown(session: Session, *, actor: Actor, today: date) -> Sequence[RegistrarOverview]:
    admit("system.manage", actor)
    of_folder = {one.code for one in city().registrars}
    profiles = session.exec(select(RegistrarProfile)).all()
    return [
        RegistrarOverview(
            row,
            in_folder=row.code in of_folder,
            profile_from=max(
                (
                    one.valid_from
                    for one in profiles
                    if one.registrar_code == row.code and one.status == "approved" and one.valid_from <= today
                ),
                default=None,
            ),
            profiles_open=sum(one.registrar_code == row.code and one.status == "proposed" for one in profiles),
        )
        for row in session.exec(select(Registrar).order_by(col(Registrar.code)))
    ]


def _differences(known: dict[str, Registrar]) -> Iterator[FolderDifference]:
    for one in city().registrars:
        said, row = described(one), known.get(one.code)
        if row is None:
            yield FolderDifference(one.code, {}, said)
            continue
        differing = {name: value for name, value in said.items() if getattr(row, name) != value}
        if differing:
            yield FolderDifference(one.code, {name: getattr(row, name) for name in differing}, differing)
