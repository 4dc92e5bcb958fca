"""The invented office of a demonstration: the city's registrars and accounts, all with one password."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select

from registration.database import transaction
from registration.errors import Forbidden
from registration.keys.account_names import login_key, seal_address
from registration.models import Account, NumberPool, RegisteredName, Registrar
from registration.operations import names, registrar_profile_samples
from registration.operations.audit import note
from registration.operations.passwords import hashed
from registration.operations.registrars import registrar_row
from registration.rules.city import city
from registration.settings import settings

PASSWORD = "heyi-yanshi-2026"  # noqa: S105 (public on purpose: it opens nothing outside a demonstration)
DESKS = ("window", "examiner", "approver", "director", "licensing")


@dataclass(frozen=True)
class SampleAccount:
    """An account of the demonstration; without roles it is an applicant."""

    login: str
    name: str
    roles: tuple[str, ...] = ()
    registrar_code: str | None = None
    agency: str | None = None


APPLICANTS = (
    SampleAccount("lin@example.cn", "林知夏"),
    SampleAccount("zhou@example.cn", "周远舟"),
    SampleAccount("jiang@example.cn", "江暮云"),
)


def _desks(code: str, first: int) -> tuple[SampleAccount, ...]:
    return tuple(SampleAccount(f"{first + n:04}", f"{first + n:04}", (role,), code) for n, role in enumerate(DESKS))


def _officers() -> tuple[SampleAccount, ...]:
    """An officer of each agency at one registrar, where the samples name it."""
    chosen = city().samples.officers
    if chosen is None:
        return ()
    numbered = enumerate(city().agencies, chosen.first)
    return tuple(SampleAccount(f"{n:04}", f"{n:04}", (one.role,), chosen.registrar, one.key) for n, one in numbered)


_STAFF = tuple(account for code, first in city().samples.desks.items() for account in _desks(code, first))
# Two security administrators, since what one proposes another decides. They work for no registrar.
ADMINISTRATORS = (
    SampleAccount("0901", "0901", ("secadmin",)),
    SampleAccount("0902", "0902", ("secadmin",)),
    SampleAccount("0903", "0903", ("auditor",)),
    SampleAccount("0904", "0904", ("sysadmin",)),
)
# Closes the files of the first registrar with desks.
ARCHIVISTS = tuple(SampleAccount("0905", "0905", ("archivist",), code) for code in [*city().samples.desks][:1])
# The city's citizen desk works for no registrar.
HOTLINE = SampleAccount("0906", "0906", ("hotline",))
ACCOUNTS = (*APPLICANTS, *_STAFF, *_officers(), *ADMINISTRATORS, *ARCHIVISTS, HOTLINE)


def load_accounts(*, now: datetime) -> int:
    """Creates missing accounts and returns their number. Refuses outside a demonstration."""
    if not settings().demo:
        raise Forbidden("not_a_demonstration")
    with transaction() as session:
        known = set(session.exec(select(col(Registrar.code))).all())
        session.add_all(registrar_row(one, sample=True) for one in city().registrars if one.code not in known)
        session.flush()
        logins = set(session.exec(select(col(Account.login))).all())
        missing = [sample for sample in ACCOUNTS if login_key(sample.login) not in logins]
        # One hash for all: they share the password, and a first start need not hash it 23 times.
        password_hash = hashed(PASSWORD) if missing else ""
        session.add_all(_account(sample, password_hash, now) for sample in missing)
        if missing:
            note(session, "account:load_samples", subject="system", now=now, accounts=len(missing))
    return len(missing)


def _account(sample: SampleAccount, password_hash: str, now: datetime) -> Account:
    ref = secrets.token_hex(16)
    return Account(
        ref=ref,
        password_hash=password_hash,
        created_at=now,
        kind="staff" if sample.roles else "applicant",
        login=login_key(sample.login),
        email=None if sample.roles else seal_address(sample.login, ref=ref),
        name=sample.name,
        roles=list(sample.roles),
        registrar_code=sample.registrar_code,
        agency=sample.agency,
    )


# A pool for each registrar: its organization codes begin MAT0, far from what the code centre has issued.
POOL_PREFIX = "MAT0"
POOL = 90_000


def load(*, now: datetime) -> None:
    """The whole demonstration: accounts, a small register of names, and numbers to give out. Idempotent."""
    load_accounts(now=now)
    registrar_profile_samples.load(now=now)
    with transaction() as session:
        if session.exec(select(col(RegisteredName.id)).limit(1)).first() is None:
            prefecture = city().about.prefecture
            for one in city().samples.names:
                names.record(session, one.name, prefecture=prefecture, status=one.status, since_on=one.since)
        pooled = set(session.exec(select(col(NumberPool.registrar_code))).all())
        for number, registrar in enumerate(city().registrars):
            if registrar.code not in pooled:
                session.add_all(_pools(registrar.code, number * POOL + 1))


def _pools(code: str, first: int) -> list[NumberPool]:
    ranges = {
        "organization_code": (POOL_PREFIX, first, first + POOL - 1),
        "registration_company": ("", 20_000_001, 29_999_999),
        "registration_individual": ("", 60_000_001, 69_999_999),
        "social_insurance_number": ("", 1, 99_999_999),
    }
    return [
        NumberPool(registrar_code=code, scheme=scheme, prefix=prefix, first=low, last=high, next=low)
        for scheme, (prefix, low, high) in ranges.items()
    ]
