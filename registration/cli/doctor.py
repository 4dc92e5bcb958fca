"""`heyi doctor`: what a deployment needs, looked at one by one, each with the line that mends it."""

import ctypes
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Literal

import click
import redis
from sqlalchemy.exc import SQLAlchemyError

from registration import broker, keys, offline_keys, pins, schema
from registration.cli.output import as_json, words
from registration.errors import RegistrationError
from registration.settings import settings

LIBRARIES = {
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    "libharfbuzz-subset.so.0": "libharfbuzz-subset0",
}
DISK_BYTES = 1024**3


@dataclass(frozen=True)
class Found:
    """`fix` is a command line or a sentence; a warning does not make the command fail."""

    check: str
    state: Literal["good", "warning", "bad"]
    told: str
    fix: str = ""


@click.command()
@click.option("--json", "json_", is_flag=True)
def doctor(json_: bool) -> None:
    """检查运行环境；有问题时以状态 1 结束。Check this machine; exit status 1 when something is wrong."""
    found = [one for check in CHECKS for one in check()]
    if json_:
        as_json([asdict(one) for one in found])
    else:
        for one in found:
            _show(one)
    raise SystemExit(1 if any(one.state == "bad" for one in found) else 0)


def _show(one: Found) -> None:
    mark, colour = {"good": ("✓", "green"), "warning": ("!", "yellow"), "bad": ("✗", "red")}[one.state]
    click.echo(f"{click.style(mark, fg=colour)} {one.check}: {one.told}")
    if one.fix:
        click.echo(f"    → {one.fix}")


def python() -> Iterator[Found]:
    version = sys.version.split()[0]
    good = (3, 11) <= sys.version_info[:2] <= (3, 14)
    yield Found("python", "good" if good else "bad", version, "" if good else "Python 3.11 - 3.14")


def libraries() -> Iterator[Found]:
    """WeasyPrint's system libraries. The last one is its fast way to embed fonts: without it licences take seconds."""
    missing = [package for library, package in LIBRARIES.items() if sys.platform == "linux" and not _loads(library)]
    if missing:
        line = f"apt-get install -y --no-install-recommends {' '.join(missing)}"
        yield Found("libraries", "bad", words(f"缺少 {' '.join(missing)}", f"missing {' '.join(missing)}"), line)
    else:
        yield Found("libraries", "good", words("Pango 与 HarfBuzz 齐全", "Pango and HarfBuzz are there"))


def fonts() -> Iterator[Found]:
    """Common characters, and rare ones of real names: a font without its far planes would still print most licences."""
    from certificates.glyphs import missing

    absent = missing("营业执照统一社会信用代码喆犇堃㛃𬭎䶮鿏𬭚")
    if absent:
        yield Found("fonts", "bad", words(f"字体缺字 {absent}", f"no glyph for {absent}"))
    else:
        yield Found("fonts", "good", words("执照字体齐全", "the licence's fonts are complete"))


def own_keys() -> Iterator[Found]:
    folder = settings().keys
    missing = keys.missing(folder) + offline_keys.missing(folder)
    exposed = keys.exposed(folder) + offline_keys.exposed(folder)
    if missing:
        yield Found("keys", "bad", words(f"缺少 {missing[0]}", f"missing {missing[0]}"), "heyi keys init")
    elif exposed:
        told = words(f"他人可读 {exposed[0]}", f"others can read {exposed[0]}")
        yield Found("keys", "bad", told, f"chmod 600 {exposed[0]}")
    else:
        yield Found("keys", "good", str(folder))


def permissions() -> Iterator[Found]:
    """Files and folders of the home that other accounts of this machine can read: personal data lies in them."""
    home = settings().home
    database = [home / f"heyi.sqlite3{ending}" for ending in ("", "-wal", "-shm")]
    private = [home, *database, *settings().keys.rglob("*.key"), *settings().keys.rglob("*.p12")]
    exposed = [path for path in private if path.exists() and path.stat().st_mode & 0o077]
    for path in exposed:
        told = words(f"本机其他账户可读 {path}", f"other accounts of this machine can read {path}")
        yield Found("permissions", "bad", told, f"chmod {'700' if path.is_dir() else '600'} {path}")
    if not exposed:
        yield Found("permissions", "good", words("其他账户读不到数据和密钥", "no other account reads data or keys"))


def signing() -> Iterator[Found]:
    from certificates.errors import CertificateError
    from registration import clock, keyring

    try:
        signer = keys.signing_key(settings())
    except (RegistrationError, CertificateError) as refused:
        yield Found("signing", "bad", f"{refused.args[0]} {refused.data}", _fix_of_key(refused.args[0]))
        return
    state, left = keyring.state_of(signer.facts, now=clock.now()), keyring.days_left(signer.facts, now=clock.now())
    told = f"{signer.common_name}, {signer.facts.algorithm}, {signer.facts.valid_until:%Y-%m-%d}"
    if state == "good":
        yield Found("signing", "warning" if signer.sample else "good", told)
        return
    why = {
        "expires_soon": words(f"还有{left}天到期", f"expires in {left} days"),
        "expired": words("已到期，不能签章", "expired: it signs nothing any more"),
        "not_yet_valid": words("尚未生效", "not valid yet"),
    }[state]
    yield Found("signing", "warning" if state == "expires_soon" else "bad", f"{told}: {why}", "heyi keys rotate")


def _fix_of_key(code: str) -> str:
    if settings().demo:
        return "heyi keys init"
    if code == "signing_key_is_sample":
        # What `heyi run` has made, looked at afterwards: that it is a demonstration only that command knew.
        return words(
            "演示请用 HEYI_MODE=demo heyi doctor；正式使用见 docs/keys.md",
            "for a demonstration HEYI_MODE=demo heyi doctor; for a key of your own docs/keys.md",
        )
    return words("见 docs/operating.md 中的“签章密钥”", "see the signing key in docs/operating.md")


def timestamps() -> Iterator[Found]:
    """Only where an authority is set: whose stamps nobody believes, and one that does not answer."""
    from registration.signing import away_since

    if not settings().timestamp_url:
        return
    since = away_since(settings())
    if not keys.timestamp_roots(settings()):
        told = words("没有时间戳机构的根证书", "no root of a timestamp authority")
        yield Found("timestamps", "bad", told, f"{settings().keys / keys.STAMP_ROOTS}/NAME.pem")
    elif since is not None:
        told = words(f"时间戳机构自{since:%Y-%m-%d %H:%M}起没有应答", f"no answer since {since:%Y-%m-%d %H:%M} UTC")
        yield Found("timestamps", "warning", told, settings().timestamp_url)
    else:
        yield Found("timestamps", "good", settings().timestamp_url)


def database() -> Iterator[Found]:
    url = settings().sqlalchemy_url
    try:
        found = schema.current(url)
    except SQLAlchemyError as away:
        told = f"{type(away).__name__}: {str(away.__cause__ or away).strip()[:200]}"
        yield Found("database", "bad", told, "DATABASE_URL")
        return
    good = found == schema.head()
    kind = url.partition(":")[0]
    yield Found("database", "good" if good else "bad", f"{kind}, {found}", "" if good else "heyi db upgrade")


def tables() -> Iterator[Found]:
    """A table that cases were opened under must say what it said then; without a database nothing is known of it."""
    url = settings().sqlalchemy_url
    try:
        used = pins.all_pinned(url) if schema.current(url) else []
    except SQLAlchemyError:
        return
    fix = words("恢复原文件，改动写进新版本", "restore its file, and change a new version instead")
    for one in used:
        told = words(f"{one.key} 使用后被改动", f"{one.key} was edited after its first case")
        if one.edited:
            yield Found("tables", "bad", told, fix)
    if not any(one.edited for one in used):
        yield Found("tables", "good", ", ".join(one.key for one in used) or words("尚未使用", "none is in use yet"))


def demonstration() -> Iterator[Found]:
    """What production refuses to start with; a demonstration has all of it by design."""
    from registration.production import complaints

    if settings().demo:
        return
    try:
        if schema.current(settings().sqlalchemy_url) != schema.head():
            return
        found = complaints(settings())
    except SQLAlchemyError:
        return
    for one in found:
        yield Found(one.check, "bad", words(one.zh, one.en), one.fix)
    if not found:
        yield Found("production", "good", words("没有演示账号、密钥和号段", "no sample account, key or pool"))


def working_days() -> Iterator[Found]:
    """Without the year's calendar a case is accepted and promised nothing: nobody is given a guessed day."""
    from registration import clock, db
    from registration.matters import calendar
    from registration.queries.calendars import missing_year
    from registration.queries.promises import lacking_years

    try:
        if schema.current(settings().sqlalchemy_url) != schema.head():
            return
        db.configure(settings())
        missing = missing_year(calendar(), today=clock.local_date(clock.now()))
        with db.reading() as session:
            waiting = dict(lacking_years(session))
    except SQLAlchemyError:
        return
    for year, count in waiting.items():
        told = words(
            f"{count}件没有承诺时间，因为缺{year}年的安排",
            f"{count} have no promise: the calendar of {year} is missing",
        )
        yield Found("calendar", "bad", told, _load(year))
    if missing and missing not in waiting:
        told = words(f"还没有{missing}年的安排", f"the calendar of {missing} is missing")
        yield Found("calendar", "warning", told, _load(missing))
    if not missing and not waiting:
        yield Found("calendar", "good", words("工作日安排齐全", "the working days are known"))


def daily_roots() -> Iterator[Found]:
    """Days that nothing binds yet: whoever changes their history now leaves no trace but in its chain."""
    from registration import clock, db
    from registration.operations.roots import overdue

    try:
        if schema.current(settings().sqlalchemy_url) != schema.head():
            return
        db.configure(settings())
        late = overdue(now=clock.now())
    except SQLAlchemyError:
        return
    if late:
        since = min(late.values())
        told = words(f"自{since}起没有每日的根：{', '.join(late)}", f"no daily roots since {since}: {', '.join(late)}")
        yield Found("history", "warning", told, "heyi relay / heyi history seal")
    else:
        yield Found("history", "good", words("每日的根齐全", "every day has its root"))


def public_log() -> Iterator[Found]:
    """Licences that nobody outside can hold the office to yet."""
    from registration import clock, db
    from registration.queries.log import lateness

    try:
        if schema.current(settings().sqlalchemy_url) != schema.head():
            return
        db.configure(settings())
        with db.reading() as session:
            late = lateness(session, now=clock.now())
    except SQLAlchemyError:
        return
    told = {
        "unlogged": words("有执照变动没有写入公开日志", "what became of a licence is not in the public log"),
        "head": words("公开日志超过两天没有签署", "the public log was not signed for more than two days"),
    }
    if late:
        yield Found("log", "warning", told[late], "heyi relay / heyi log head --sign")
    else:
        yield Found("log", "good", words("公开日志已签署", "the public log is written and signed"))


def letterheads() -> Iterator[Found]:
    """A proposal that waits for a second person, or whose day has come; and what will soon be printed otherwise."""
    from registration import clock, db
    from registration.queries.letterheads import coming, proposed

    try:
        if schema.current(settings().sqlalchemy_url) != schema.head():
            return
        db.configure(settings())
        today = clock.local_date(clock.now())
        with db.reading() as session:
            waiting, soon = proposed(session), coming(session, today=today)
    except SQLAlchemyError:
        return
    for row in waiting:
        late = words("，已经过期", ", and that day has come") if row.valid_from <= today else ""
        told = words(
            f"{row.registrar_code}有变更等待批准，{row.valid_from}起生效{late}",
            f"{row.registrar_code} has a change for {row.valid_from} that waits for approval{late}",
        )
        yield Found("letterheads", "warning", told, "/desk/letterheads")
    ends = ", ".join(f"{row.registrar_code} {row.valid_from}" for row in soon)
    if not waiting:
        told = (
            words(f"将要改变：{ends}", f"to change: {ends}") if ends else words("没有变更等待批准", "no change waits")
        )
        yield Found("letterheads", "good", told)


def _load(year: int) -> str:
    return f"heyi calendar load FILE.csv --year {year}"


def message_broker() -> Iterator[Found]:
    url = settings().broker_url
    try:
        policy = broker.eviction_policy(url)
    except redis.RedisError as away:
        # The embedded one lives only as long as `heyi run` or `heyi broker`; an address that was given must answer.
        state: Literal["bad", "warning"] = "bad" if settings().redis_url else "warning"
        told = f"{type(away).__name__}: {broker.without_password(url)}"
        yield Found("broker", state, told, "REDIS_URL / heyi broker")
        return
    good = policy == "noeviction"
    fix = "" if good else "CONFIG SET maxmemory-policy noeviction"
    yield Found("broker", "good" if good else "bad", f"maxmemory-policy {policy}", fix)


def disk() -> Iterator[Found]:
    home = settings().home.resolve()
    place = next(folder for folder in (home, *home.parents) if folder.exists())
    free = shutil.disk_usage(place).free
    told = f"{free / 1024**3:.1f} GiB {words('可用', 'free')} ({place})"
    yield Found("disk", "good" if free >= DISK_BYTES else "warning", told)


CHECKS: tuple[Callable[[], Iterator[Found]], ...] = (
    python,
    libraries,
    fonts,
    own_keys,
    permissions,
    signing,
    timestamps,
    database,
    tables,
    demonstration,
    working_days,
    daily_roots,
    public_log,
    letterheads,
    message_broker,
    disk,
)


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True
