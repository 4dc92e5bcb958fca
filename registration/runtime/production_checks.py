"""What a production deployment must not have: samples of the demonstration, and a public address without encryption.

Production refuses to start while there is any of it; `heyi doctor` lists the same.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlmodel import Session, col

from registration import database, keys
from registration.keys.account_names import login_key
from registration.models import Account, NumberPool, Registrar
from registration.operations import samples
from registration.operations.passwords import matches
from registration.settings import Settings

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True)
class Complaint:
    """One thing that keeps a deployment out of production. `fix` is a command line or the name of a setting."""

    check: str
    zh: str
    en: str
    fix: str


def complaints(settings: Settings) -> list[Complaint]:
    """Everything that a deployment with these settings has of a demonstration; its database must be up to date."""
    engine = database.make_engine(settings.sqlalchemy_url)
    try:
        with Session(engine.execution_options(postgresql_readonly=True, heyi_reading=True)) as session:
            stored = [*_accounts(session), *_registrars(session), *_pools(session)]
    finally:
        engine.dispose()
    return [*stored, *_signing_key(settings), *_identity_check(settings), *_address(settings)]


def _accounts(session: Session) -> Iterator[Complaint]:
    """Accounts of the demonstration that still open with its printed password."""
    logins = {login_key(sample.login): sample.login for sample in samples.ACCOUNTS}
    query = select(col(Account.login), col(Account.password_hash)).where(
        col(Account.login).in_(logins),
        col(Account.disabled_at).is_(None),
    )
    found = session.execute(query).all()
    # The samples share few hashes, and checking one takes a noticeable part of a second.
    open_hashes = {one for one in {row.password_hash for row in found} if matches(one, samples.PASSWORD)}
    for key, password_hash in sorted(found, key=lambda row: logins[row.login]):
        if password_hash in open_hashes:
            login = logins[key]
            zh, en = (
                f"演示账号 {login} 仍可用公开的密码登录",
                f"the sample account {login} opens with the printed password",
            )
            yield Complaint("sample_account", zh, en, f"heyi users disable {login}")


def _registrars(session: Session) -> Iterator[Complaint]:
    query = select(col(Registrar.code), col(Registrar.name_zh)).where(col(Registrar.sample).is_(True))
    for code, name in session.execute(query.order_by(col(Registrar.code))):
        yield Complaint(
            "sample_registrar", f"登记机关 {code}（{name}）是演示数据", f"the registrar {code} is a sample", _DATABASE
        )


def _pools(session: Session) -> Iterator[Complaint]:
    query = select(col(NumberPool.registrar_code), col(NumberPool.scheme)).where(
        col(NumberPool.prefix) == samples.POOL_PREFIX
    )
    for code, scheme in session.execute(query.order_by(col(NumberPool.registrar_code))):
        zh = f"{code} 的号段（{scheme}）是演示号段 {samples.POOL_PREFIX}"
        en = f"the pool of numbers of {code} ({scheme}) is the sample pool {samples.POOL_PREFIX}"
        yield Complaint("sample_pool", zh, en, _DATABASE)


def _signing_key(settings: Settings) -> Iterator[Complaint]:
    for path in keys.sample_certificates(settings):
        zh, en = f"签章密钥 {path} 是演示密钥", f"the signing key at {path} is the sample key"
        yield Complaint("sample_key", zh, en, "docs/keys.md")


def _identity_check(settings: Settings) -> Iterator[Complaint]:
    """Signers must be identified. A deployment that checks identities at the window may set the sample check."""
    if not settings.identity:
        zh = "没有指定实名核验服务：演示核验什么也证明不了"
        en = "no identity check is chosen, and the sample check proves nothing"
        yield Complaint("identity_check", zh, en, "HEYI_IDENTITY=package.module:name")


def _address(settings: Settings) -> Iterator[Complaint]:
    """Over plain http cookies are not marked Secure, and a password crosses the network readable to others."""
    parts = urlsplit(settings.public_url)
    on_this_machine = parts.scheme == "http" and parts.hostname in LOOPBACK
    if not (parts.scheme == "https" and parts.hostname) and not on_this_machine:
        zh = f"公开地址 {settings.public_url} 不是 https，登录信息会以明文传输"
        en = f"the public address {settings.public_url} is not https: sign-ins would cross the network unencrypted"
        yield Complaint("http_address", zh, en, "HEYI_PUBLIC_URL=https://…")


_DATABASE = "DATABASE_URL / HEYI_HOME"
