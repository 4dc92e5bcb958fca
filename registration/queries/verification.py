"""The runs of the checks of the records: what is next to be checked, results, and whom to tell of faults."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Select, func, select
from sqlmodel import Session, col

from registration import access
from registration.actor import Actor
from registration.clock import local
from registration.errors import NotFound
from registration.models import (
    Application,
    Entity,
    Licence,
    Message,
    Registrar,
    Verification,
    VerificationFault,
)
from registration.queries import log_integrity, replays, roots
from registration.queries.definition_checksums import recorded_definitions
from registration.queries.history import DaySpan
from registration.queries.integrity import Counted, HistoryFinding, broken_chains
from registration.queries.letters import Letter, keepers, mail_texts, mail_to
from registration.queries.log_integrity import Fetch, Key, LogFinding, Walked
from registration.queries.register_integrity import broken_register
from registration.queries.stored_files import numbered_files
from registration.rules.languages import known
from registration.rules.verification import FILE
from registration.settings import settings

EFFECT, ALERT = "verify.records", "notify.records_faulty"
CASES, SHEETS = 300, 50
AT_ONCE = 100


@dataclass(frozen=True)
class Fault:
    code: str
    place: Mapping[str, Any] = field(default_factory=dict)
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Batch:
    """A part of a check: how much was checked, its faults, and where the next one begins; None at the check's end."""

    checked: int
    faults: tuple[Fault, ...]
    position: int | None


@dataclass(frozen=True)
class Sources:
    """What the checks read beside the database."""

    fetch: Fetch
    keys: Sequence[Key]
    now: datetime
    last_due: date


def batch_of(session: Session, check: str, position: int, sources: Sources) -> Batch:
    """The batch of a check that begins after `position`."""
    return _CHECKS[check](session, position, sources)


def _tables(session: Session, _position: int, _sources: Sources) -> Batch:
    found = recorded_definitions(session)
    faults = (Fault("table_edited", {"table": one.key}, {"key": one.key}) for one in found if one.edited)
    return Batch(len(found), tuple(faults), None)


def _histories(session: Session, position: int, _sources: Sources) -> Batch:
    until, counted = _until(session, Application, position, CASES), Counted()
    found = broken_chains(session, DaySpan(after=position, until=until), counted=counted)
    faults = tuple(map(_of_history, found))
    return Batch(counted.cases, faults, until)


def _states(session: Session, position: int, _sources: Sources) -> Batch:
    until, counted = _until(session, Application, position, CASES), Counted()
    found = replays.differences(session, DaySpan(after=position, until=until), counted=counted)
    faults = tuple(
        Fault(
            "state_differs",
            _filled(case=one.ref, entry=one.seq),
            {"what": one.what, "expected": one.expected, "found": one.found},
        )
        for one in found
    )
    return Batch(counted.cases, faults, until)


def _roots(session: Session, position: int, sources: Sources) -> Batch:
    """One registrar at a time, by its place among them."""
    codes = session.scalars(select(col(Registrar.code)).order_by(col(Registrar.code))).all()
    counted = Counted()
    if position >= len(codes):
        return Batch(0, (), None)
    span = DaySpan(codes[position])
    faults = tuple(map(_of_history, roots.broken_roots(session, span, counted=counted, last_due=sources.last_due)))
    return Batch(counted.days, faults, position + 1 if position + 1 < len(codes) else None)


def _log(session: Session, _position: int, sources: Sources) -> Batch:
    walked = Walked()
    found = log_integrity.broken_entries(session, now=sources.now, keys=sources.keys, walked=walked)
    faults = tuple(map(_of_log, found))
    return Batch(walked.entries, faults, None)


def _licences(session: Session, position: int, sources: Sources) -> Batch:
    until, walked = _until(session, Licence, position, SHEETS), Walked()
    found = log_integrity.broken_licences(session, sources.fetch, walked, after=position, until=until)
    faults = tuple(map(_of_log, found))
    return Batch(walked.licences, faults, until)


def _register(session: Session, position: int, _sources: Sources) -> Batch:
    until, counted = _until(session, Entity, position, CASES), Counted()
    found = broken_register(session, after=position, until=until, counted=counted)
    faults = tuple(map(_of_history, found))
    return Batch(counted.cases, faults, until)


def _files(kind: str) -> Callable[[Session, int, Sources], Batch]:
    def check(session: Session, position: int, sources: Sources) -> Batch:
        files = numbered_files(session, kind, after=position, most=SHEETS)
        faults = []
        for _number, one in files:
            about = {"file": one.number}
            try:
                if sha256(sources.fetch(one.key)).hexdigest() != one.sha256:
                    faults.append(Fault("stored_altered", about, {"key": one.key}))
            except NotFound:
                faults.append(Fault("stored_missing", about, {"key": one.key}))
        return Batch(len(files), tuple(faults), files[-1][0] if len(files) == SHEETS else None)

    return check


_CHECKS: Mapping[str, Callable[[Session, int, Sources], Batch]] = {
    "tables": _tables,
    "histories": _histories,
    "states": _states,
    "roots": _roots,
    "log": _log,
    "licences": _licences,
    "register": _register,
    "papers": _files("paper"),
    "materials": _files("material"),
}


def _until(
    session: Session, model: type[Application] | type[Licence] | type[Entity], position: int, most: int
) -> int | None:
    """The number with which a batch ends; None where it is the last, which has no end, so that lost rows are in it."""
    query = select(col(model.id)).where(col(model.id) > position).order_by(col(model.id)).offset(most - 1).limit(1)
    return session.scalars(query).first()


def _of_history(one: HistoryFinding) -> Fault:
    place = _filled(registrar=one.registrar, case=one.ref, entry=one.seq, day=one.day.isoformat() if one.day else None)
    return Fault(one.code, place, _plain(one.data))


def _of_log(one: LogFinding) -> Fault:
    """Entries are numbered from 1 for people."""
    data = {**one.data, **({"last": one.data["last"] + 1} if "last" in one.data else {})}
    number = one.position + 1 if one.position is not None else None
    return Fault(one.code, _filled(log_entry=number, licence=one.serial), _plain(data))


def _filled(**place: Any) -> dict[str, Any]:
    return {name: value for name, value in place.items() if value is not None}


def _plain(data: Mapping[str, Any]) -> dict[str, Any]:
    """For JSON: times and days as text."""
    return {key: value if isinstance(value, int | str) else str(value) for key, value in data.items()}


def verifications(session: Session, *, actor: Actor, most: int = 20) -> Sequence[Verification]:
    """The latest runs, the newest first."""
    access.admit("records.verify", actor)
    return session.scalars(select(Verification).order_by(col(Verification.id).desc()).limit(most)).all()


def verification(session: Session, ref: str, *, actor: Actor) -> Verification:
    """Raises NotFound."""
    access.admit("records.verify", actor)
    found = session.scalars(select(Verification).where(col(Verification.ref) == ref)).one_or_none()
    if found is None:
        raise NotFound(verification=ref)
    return found


def faults_of(session: Session, run: Verification, *, after: int = 0, most: int | None = AT_ONCE) -> Iterable[Any]:
    """The faults of a run in the order in which they were found."""
    query = select(VerificationFault).where(
        col(VerificationFault.verification_id) == run.id, col(VerificationFault.id) > after
    )
    query = query.order_by(col(VerificationFault.id))
    return session.scalars(query if most is None else query.limit(most)).all()


def is_parked(session: Session) -> bool:
    """Whether the running one waits for a person: its message failed for good."""
    query = select(col(Message.id)).where(col(Message.effect) == EFFECT, col(Message.parked_at).is_not(None))
    return session.scalars(query.limit(1)).first() is not None


def faults_found() -> Select[int]:
    """The faults of the latest run that has ended."""
    query = select(col(Verification.faults)).where(col(Verification.status) == "done")
    return query.order_by(col(Verification.id).desc()).limit(1)


def letters_about_faults(session: Session, ref: str) -> Iterator[Letter]:
    """A mail to every system administrator and auditor with an address."""
    run = session.scalars(select(Verification).where(col(Verification.ref) == ref)).one()
    ended = f"{local(run.finished_at):%Y-%m-%d %H:%M}" if run.finished_at else ""
    values = {"faults": run.faults, "at": ended, "url": f"{settings().public_url}/admin/verify/{run.ref}"}
    for account in keepers(session, rule="records.verify"):
        yield mail_to(account, *mail_texts(FILE, ALERT, known(account.locale), values))


def kept_faults(session: Session, run: Verification) -> int:
    query = select(func.count()).where(col(VerificationFault.verification_id) == run.id)
    return session.scalars(query).one()
