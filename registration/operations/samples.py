"""The invented office of a demonstration: Jinhua's registrars and people who can sign in, all with one password."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import select

from registration.db import transaction
from registration.errors import Forbidden
from registration.models import Account, Registrar
from registration.operations.audit import note
from registration.operations.passwords import hashed
from registration.settings import settings

PASSWORD = "heyi-yanshi-2026"  # noqa: S105 (public on purpose: it opens nothing outside a demonstration)
CITY = "330701"
PREFECTURE = "330700"

REGISTRARS = (
    ("330701", "金华市市场监督管理局", "Jinhua Administration for Market Regulation"),
    ("330702", "金华市婺城区市场监督管理局", "Wucheng District Administration for Market Regulation"),
    ("330703", "金华市金东区市场监督管理局", "Jindong District Administration for Market Regulation"),
    ("330723", "武义县市场监督管理局", "Wuyi County Administration for Market Regulation"),
    ("330726", "浦江县市场监督管理局", "Pujiang County Administration for Market Regulation"),
    ("330727", "磐安县市场监督管理局", "Pan'an County Administration for Market Regulation"),
    ("330781", "兰溪市市场监督管理局", "Lanxi City Administration for Market Regulation"),
    ("330782", "义乌市市场监督管理局", "Yiwu City Administration for Market Regulation"),
    ("330783", "东阳市市场监督管理局", "Dongyang City Administration for Market Regulation"),
    ("330784", "永康市市场监督管理局", "Yongkang City Administration for Market Regulation"),
)
DESKS = ("window", "examiner", "approver", "director", "licensing")
AGENCIES = (
    ("quality", "agency_q"),
    ("national_tax", "agency_t"),
    ("local_tax", "agency_t"),
    ("social", "agency_h"),
    ("statistics", "agency_n"),
)
REGIMES = {"330784": "five_numbers_2015"}


@dataclass(frozen=True)
class SampleAccount:
    """Somebody of the demonstration; without roles an applicant."""

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
    return tuple(SampleAccount(f"{first + n:04}", f"{first + n:04}号", (role,), code) for n, role in enumerate(DESKS))


OFFICERS = tuple(
    SampleAccount(str(3301 + n), f"{3301 + n}号", (role,), "330784", agency)
    for n, (agency, role) in enumerate(AGENCIES)
)
ACCOUNTS = (*APPLICANTS, *_desks("330701", 217), *_desks("330702", 317), *_desks("330784", 417), *OFFICERS)


def load_accounts(*, now: datetime) -> int:
    """Adds what is missing and returns how many accounts that were. Refuses outside a demonstration."""
    if not settings().demo:
        raise Forbidden("not_a_demonstration")
    with transaction() as session:
        known = set(session.exec(select(Registrar.code)).all())
        session.add_all(_registrar(*row) for row in REGISTRARS if row[0] not in known)
        session.flush()
        logins = set(session.exec(select(Account.login)).all())
        missing = [sample for sample in ACCOUNTS if sample.login not in logins]
        # One hash for all: they share the password anyway, and a first start need not hash it 23 times.
        password_hash = hashed(PASSWORD) if missing else ""
        session.add_all(_account(sample, password_hash, now) for sample in missing)
        if missing:
            note(session, "account:load_samples", subject="system", now=now, accounts=len(missing))
    return len(missing)


def _registrar(code: str, name_zh: str, name_en: str) -> Registrar:
    return Registrar(
        code=code,
        name_zh=name_zh,
        name_en=name_en,
        prefecture=PREFECTURE,
        # The city's own office has no district of its own: it registers in the two of the city proper.
        regions=["330702", "330703"] if code == CITY else [code],
        regime=REGIMES.get(code, "company_law_2024"),
        approval="two_person" if code == CITY else "one_person",
        sample=True,
    )


def _account(sample: SampleAccount, password_hash: str, now: datetime) -> Account:
    return Account(
        ref=secrets.token_hex(16),
        password_hash=password_hash,
        created_at=now,
        kind="staff" if sample.roles else "applicant",
        login=sample.login,
        name=sample.name,
        roles=list(sample.roles),
        registrar_code=sample.registrar_code,
        agency=sample.agency,
    )
