"""The invented office of a demonstration: Jinhua's registrars and people who can sign in, all with one password."""

import secrets
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import col, select

from registration.database import transaction
from registration.errors import Forbidden
from registration.keys.account_names import login_key, seal_address
from registration.models import Account, NumberPool, RegisteredName, Registrar
from registration.operations import names, registrar_profile_samples
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
    ("organization_code", "agency_q"),
    ("national_tax", "agency_t"),
    ("local_tax", "agency_t"),
    ("social_insurance", "agency_h"),
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
    return tuple(SampleAccount(f"{first + n:04}", f"{first + n:04}", (role,), code) for n, role in enumerate(DESKS))


OFFICERS = tuple(
    SampleAccount(str(3301 + n), str(3301 + n), (role,), "330784", agency) for n, (agency, role) in enumerate(AGENCIES)
)
ACCOUNTS = (*APPLICANTS, *_desks("330701", 217), *_desks("330702", 317), *_desks("330784", 417), *OFFICERS)


def load_accounts(*, now: datetime) -> int:
    """Adds what is missing and returns how many accounts that were. Refuses outside a demonstration."""
    if not settings().demo:
        raise Forbidden("not_a_demonstration")
    with transaction() as session:
        known = set(session.exec(select(col(Registrar.code))).all())
        session.add_all(_registrar(*row) for row in REGISTRARS if row[0] not in known)
        session.flush()
        logins = set(session.exec(select(col(Account.login))).all())
        missing = [sample for sample in ACCOUNTS if login_key(sample.login) not in logins]
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


NAMES = (
    ("金华市红光酒业有限公司", "registered", None),
    ("金华万青房地产有限公司", "registered", None),
    ("义乌市牛栏山贸易有限公司", "registered", None),
    ("金华市尖峰实业有限公司", "registered", None),
    ("金华市槐安物业服务有限公司", "registered", None),
    ("金华市听泉旅游开发有限公司", "registered", None),
    ("金华市远山木业有限公司", "registered", None),
    ("金华市婺城区小满面馆", "registered", None),
    ("东阳横星影视文化有限公司", "reserved", None),
    ("金华市双龙旅游开发有限公司", "deregistered", date(2026, 4, 1)),
    ("金华市八咏旅游有限公司", "deregistered", date(2025, 8, 1)),
    ("金华市婺江信息科技有限公司", "renamed", date(2026, 1, 5)),
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
            for name, status, since_on in NAMES:
                names.record(session, name, prefecture=PREFECTURE, status=status, since_on=since_on)
        pooled = set(session.exec(select(col(NumberPool.registrar_code))).all())
        for place, (code, *_) in enumerate(REGISTRARS):
            if code not in pooled:
                session.add_all(_pools(code, place * POOL + 1))


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
