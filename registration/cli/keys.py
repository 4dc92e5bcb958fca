"""`heyi keys`: the secrets of a deployment, made once and shown by name, never by content."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from sqlalchemy.exc import SQLAlchemyError

from registration import clock
from registration import keys as own
from registration.cli.output import as_json, words
from registration.settings import settings

if TYPE_CHECKING:
    from certificates.signatures.signer import CertificateFacts

STATES = {
    "good": ("可用", "good"),
    "expires_soon": ("即将到期", "expires soon"),
    "expired": ("已到期", "expired"),
    "not_yet_valid": ("尚未生效", "not yet valid"),
}


@click.group()
def keys() -> None:
    """密钥。Keys."""


@keys.command()
def init() -> None:
    """生成缺少的密钥，演示模式下另有签章密钥；已有的不动。Make missing keys, in demo mode also one that signs."""
    made = own.make(settings().keys)
    signing = own.make_sample_signing_key(settings(), now=clock.now()) if settings().demo else None
    for path in (*made, *([signing] if signing else [])):
        click.echo(f"{words('已生成', 'made')} {path}")
    if not made and not signing:
        click.echo(words("密钥齐全", "all keys are there"))


@keys.command()
@click.option("--json", "json_", is_flag=True)
def show(json_: bool) -> None:
    """列出密钥及状态，从不显示内容；有问题时以状态 1 结束。The keys and their state; status 1 when one is not good."""
    from registration.keys import offline, rotation

    folder, now = settings().keys, clock.now()
    missing = {*own.missing(folder), *offline.missing(folder)}
    exposed = {*own.exposed(folder), *offline.exposed(folder)}
    paths = [*(folder / f"{name}.key" for name in own.NAMES), *offline.files(folder)]
    files = [_file(path, missing, exposed) for path in paths]
    signing = _signing(now)
    roots = [{"path": str(path), **_describe(facts, now)} for path, facts in rotation.former_roots(settings())]
    if json_:
        as_json({"files": files, "signing": signing, "former_roots": roots})
    else:
        _print(files, signing, roots)
    good = all(row["state"] == "good" for row in files) and signing["state"] in ("good", "expires_soon")
    raise SystemExit(0 if good else 1)


@keys.command()
@click.option(
    "--from",
    "given",
    type=click.Path(exists=True, path_type=Path),
    help="新密钥的文件夹，或 .p12 文件 The new key's folder, or a .p12 file",
)
@click.option(
    "--key",
    "which",
    type=click.Choice(["signing", "qr", "credential"]),
    default="signing",
    help="更换哪一个 Which key to replace",
)
@click.option("--json", "json_", is_flag=True)
def rotate(given: Path | None, which: str, json_: bool) -> None:
    """更换密钥，原公钥或根证书留存，旧证照仍可验证。Replace a key; what it signed before goes on verifying."""
    from registration.keys import rotation

    now = clock.now()
    if which != "signing":
        _rotate_offline(which, given, now, json_)
        return
    done = rotation.rotate(settings(), given=given, now=now)
    former = done.former_root.fingerprint if done.former_root else None
    recorded = _record("signing", former, done.present.fingerprint, now)
    if json_:
        report = {"signing": _describe(done.present, now), "former_root": former, "put_aside": done.put_aside}
        as_json({**report, "recorded": recorded})
        return
    click.echo(f"{words('现用', 'signing now')}: {done.present.subject} {done.present.fingerprint}")
    if done.put_aside:
        click.echo(words(f"原密钥移至 {done.put_aside}，确认无误后销毁", f"the former key lies in {done.put_aside}"))
    _say_what_follows(recorded)


def _rotate_offline(which: str, given: Path | None, now: datetime, json_: bool) -> None:
    """The key of QR codes or of credentials: always made here, because no other authority certifies it."""
    from registration.keys import offline

    if given is not None:
        raise click.UsageError(words("--from 只用于签章密钥", "--from is for the signing key only"))
    former, present = offline.rotate(settings().keys, offline.purpose_of(which), now=now)
    recorded = _record(which, former, present, now)
    if json_:
        as_json({"key": which, "former": former, "present": present, "recorded": recorded})
        return
    click.echo(f"{words('现用', 'signing now')}: {which} {present}")
    _say_what_follows(recorded)


def _say_what_follows(recorded: bool) -> None:
    if not recorded:
        click.echo(words("数据库不可用，未记入审计", "no database: the audit has no line about it"))
    click.echo(
        words(
            "请重启 worker 和网页服务：运行中的进程仍用原密钥",
            "restart workers and pages: those that run still sign with the old key",
        )
    )


def _record(key: str, former: str | None, present: str, now: datetime) -> bool:
    from registration import database
    from registration.database import schema
    from registration.operations.keys import record_rotation

    try:
        if schema.current(settings().sqlalchemy_url) != schema.head():
            return False
        database.configure(settings())
        record_rotation(key, former=former, present=present, by="command line", now=now)
    except SQLAlchemyError:
        return False
    return True


def _file(path: Path, missing: set[Path], exposed: set[Path]) -> dict[str, str]:
    return {"path": str(path), "state": "exposed" if path in exposed else "missing" if path in missing else "good"}


def _signing(now: datetime) -> dict[str, Any]:
    """Loads the key to check that it signs; a refusal is reported by its code."""
    from certificates.errors import CertificateError
    from registration.errors import RegistrationError

    try:
        signer = own.signing_key(settings())
    except (RegistrationError, CertificateError) as refused:
        return {"state": refused.args[0], "data": refused.data}
    return _describe(signer.facts, now)


def _describe(facts: "CertificateFacts", now: datetime) -> dict[str, Any]:
    from registration.keys.rotation import days_left, state_of

    return {
        "state": state_of(facts, now=now),
        "subject": facts.subject,
        "algorithm": facts.algorithm,
        "valid_from": facts.valid_from,
        "valid_until": facts.valid_until,
        "days_left": days_left(facts, now=now),
        "fingerprint": facts.fingerprint,
        "sample": facts.sample,
    }


def _print(files: list[dict[str, str]], signing: dict[str, Any], roots: list[dict[str, Any]]) -> None:
    for row in files:
        click.echo(f"{row['path']}  {row['state']}")
    for title, facts in [
        (words("签章密钥", "signing"), signing),
        *((words("原根证书", "former root"), one) for one in roots),
    ]:
        click.echo(f"{title}  {words(*STATES.get(facts['state'], (facts['state'], facts['state'])))}")
        for name, value in facts.items():
            if name != "state":
                click.echo(f"  {name}: {value}")
