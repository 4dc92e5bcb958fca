"""The letterhead of a registrar on a day, and its prepared, decided and past changes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Select, bindparam, func, select
from sqlmodel import Session, col

from registration import access
from registration.access import ObjectFacts
from registration.actor import Actor
from registration.clock import local_date
from registration.errors import NotFound
from registration.models import Application, Licence, Paper, Registrar, RegistrarProfile
from registration.queries.case_rows import Ahead, PageRows
from registration.settings import settings

_IN_FORCE = PageRows(
    RegistrarProfile,
    col(RegistrarProfile.registrar_code) == bindparam("registrar_code"),
    col(RegistrarProfile.status) == "approved",
    col(RegistrarProfile.valid_from) <= bindparam("on"),
    order=[
        col(RegistrarProfile.valid_from).desc(),
        col(RegistrarProfile.decided_at).desc(),
        col(RegistrarProfile.id).desc(),
    ],
    limit=1,
)


@dataclass(frozen=True)
class PrintedProfile:
    """The letterhead of one day. Without `ref` none was set: then it has the registrar's name only."""

    registrar_code: str
    name_zh: str
    name_en: str
    number_prefix: str
    officer_title: str = ""
    officer_name: str = ""
    address: str = ""
    phone: str = ""
    reconsideration_body: str = ""
    court: str = ""
    seal_place: str = ""
    seal_sha256: str | None = None
    valid_from: date | None = None
    ref: str | None = None

    @property
    def seal(self) -> str | None:
        """Digest of the picture to print; None in a deployment without its own design and key."""
        return self.seal_sha256 if may_print_seals() else None


@dataclass(frozen=True)
class Overview:
    """One registrar's letterheads: `now` in force, `coming` approved for later, `open` undecided, `past` ended."""

    now: PrintedProfile
    since: RegistrarProfile | None
    coming: tuple[RegistrarProfile, ...]
    open: tuple[RegistrarProfile, ...]
    past: tuple[RegistrarProfile, ...]
    earliest: date


def may_print_seals() -> bool:
    return settings().design_is_own and not settings().demo


def profile_ahead(registrar_code: str, *, on: date) -> list[Ahead]:
    """What `profile_on` asks."""
    return [(_IN_FORCE, {"registrar_code": registrar_code, "on": on})]


def profile_on(session: Session, registrar: Registrar, *, on: date) -> PrintedProfile:
    """The letterhead for papers of this day: the latest approved one that is valid then."""
    found = _in_force(session, registrar.code, on=on)
    return shown(found) if found else _bare(registrar)


def shown(row: RegistrarProfile) -> PrintedProfile:
    """The texts of a letterhead, whatever its status."""
    return PrintedProfile(**{name: getattr(row, name) for name in PrintedProfile.__dataclass_fields__})


def seal_picture(session: Session, sha256: str | None) -> bytes | None:
    """The picture with this digest. A letterhead in force is never changed, so the picture stays."""
    if sha256 is None:
        return None
    query = select(col(RegistrarProfile.seal_image)).where(col(RegistrarProfile.seal_sha256) == sha256).limit(1)
    return session.scalars(query).one_or_none()


def earliest_day(session: Session, registrar_code: str, *, today: date) -> date:
    """The first day on which a new letterhead can begin: today, or the day after the last issued paper."""
    at = [session.scalars(query).one() for query in _last_issued(registrar_code)]
    days = [local_date(moment) + timedelta(days=1) for moment in at if moment]
    return max([today, *days])


def one(session: Session, ref: str, *, actor: Actor | None, rule: str = "letterhead.read") -> RegistrarProfile:
    """The letterhead, if the access rule allows it. NotFound also for another registrar's."""
    row = session.scalars(select(RegistrarProfile).where(col(RegistrarProfile.ref) == ref)).one_or_none()
    if row is None:
        raise NotFound(letterhead=ref)
    access.require(rule, actor, ObjectFacts(registrar_code=row.registrar_code))
    return row


def before(session: Session, row: RegistrarProfile) -> PrintedProfile:
    """The letterhead of the day before this one takes effect, for the comparison."""
    registrar = session.get_one(Registrar, row.registrar_code)
    return profile_on(session, registrar, on=row.valid_from - timedelta(days=1))


def overview(session: Session, registrar_code: str, *, now: datetime) -> Overview:
    """All letterheads of one registrar, the newest first."""
    today = local_date(now)
    registrar = session.get_one(Registrar, registrar_code)
    rows = list(session.scalars(_newest_first(registrar_code)))
    since = _in_force(session, registrar_code, on=today)
    coming = [row for row in rows if row.status == "approved" and row.valid_from > today]
    waiting = [row for row in rows if row.status in ("draft", "proposed")]
    past = [row for row in rows if row not in (*coming, *waiting, since)]
    return Overview(
        now=shown(since) if since else _bare(registrar),
        since=since,
        coming=tuple(reversed(coming)),
        open=tuple(waiting),
        past=tuple(past),
        earliest=earliest_day(session, registrar_code, today=today),
    )


def next_after(session: Session, row: RegistrarProfile) -> RegistrarProfile | None:
    """The approved letterhead that ends this one; None if there is none."""
    later = (
        select(RegistrarProfile)
        .where(
            col(RegistrarProfile.registrar_code) == row.registrar_code,
            col(RegistrarProfile.status) == "approved",
            (col(RegistrarProfile.valid_from) > row.valid_from)
            | (
                (col(RegistrarProfile.valid_from) == row.valid_from)
                & (col(RegistrarProfile.decided_at) > row.decided_at)
            ),
        )
        .order_by(col(RegistrarProfile.valid_from), col(RegistrarProfile.decided_at))
        .limit(1)
    )
    return session.scalars(later).one_or_none()


def proposed(session: Session) -> Sequence[RegistrarProfile]:
    """Every proposal that waits for a second person, at any registrar."""
    query = (
        select(RegistrarProfile)
        .where(col(RegistrarProfile.status) == "proposed")
        .order_by(col(RegistrarProfile.valid_from))
    )
    return session.scalars(query).all()


def coming(session: Session, *, today: date) -> Sequence[RegistrarProfile]:
    """Every approved letterhead that is not in force yet; each will end the one before it."""
    query = select(RegistrarProfile).where(
        col(RegistrarProfile.status) == "approved", col(RegistrarProfile.valid_from) > today
    )
    return session.scalars(query.order_by(col(RegistrarProfile.valid_from))).all()


def without_remedies(session: Session, *, today: date) -> list[str]:
    """The registrars without a body for reconsideration or a court, which their decisions must name."""
    registrars = session.scalars(select(Registrar).order_by(col(Registrar.code)))
    heads = [profile_on(session, one, on=today) for one in registrars]
    return [head.registrar_code for head in heads if not (head.reconsideration_body and head.court)]


def _in_force(session: Session, registrar_code: str, *, on: date) -> RegistrarProfile | None:
    return _IN_FORCE.first(session, registrar_code=registrar_code, on=on)


def _newest_first(registrar_code: str) -> Select[RegistrarProfile]:
    return (
        select(RegistrarProfile)
        .where(col(RegistrarProfile.registrar_code) == registrar_code)
        .order_by(col(RegistrarProfile.valid_from).desc(), col(RegistrarProfile.id).desc())
    )


def _last_issued(registrar_code: str) -> Iterator[Select[datetime]]:
    for kind in (Paper, Licence):
        yield (
            select(func.max(kind.created_at))
            .join(Application, col(Application.id) == col(kind.application_id))
            .where(col(Application.registrar_code) == registrar_code)
        )


def _bare(registrar: Registrar) -> PrintedProfile:
    short = registrar.name_zh.removesuffix("市场监督管理局").removesuffix("市").removesuffix("区").removesuffix("县")
    return PrintedProfile(registrar.code, registrar.name_zh, registrar.name_en, number_prefix=f"{short}市监")
