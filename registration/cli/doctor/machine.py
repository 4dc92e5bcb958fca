"""What the machine and the settings must have: Python, libraries, fonts, keys, broker, disk."""

import ctypes
import shutil
import sys
from collections.abc import Iterator
from itertools import islice
from typing import Literal

import redis

from registration import keys
from registration.cli.doctor.found import Found
from registration.cli.output import words
from registration.errors import RegistrationError
from registration.keys import offline
from registration.runtime import broker, private_files
from registration.settings import settings

LIBRARIES = {
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    "libharfbuzz-subset.so.0": "libharfbuzz-subset0",
}
DISK_BYTES = 1024**3
# The first ones are enough to show the problem; `heyi prepare` corrects all.
MOST_PATHS = 10


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


def matters() -> Iterator[Found]:
    """The folders of the matters; the office's own may be edited at any time, and no process starts on a faulty one."""
    from registration.queries.matter_faults import all_faults
    from registration.rules.matter_folders import matter_keys

    faults = all_faults()
    for fault in faults:
        text = words(fault.sentence("zh"), fault.sentence("en"))
        yield Found("matters", "bad", f"{fault.place} {text}", "heyi workflows check")
    if not faults:
        yield Found("matters", "good", ", ".join(matter_keys()))


def providers() -> Iterator[Found]:
    """The file of HEYI_OIDC, where people sign in by providers; no process starts on a faulty one."""
    from registration.rules.sign_in_providers import read

    path = settings().oidc
    if path is None:
        return
    found, faults = read(path)
    for fault in faults:
        text = words(fault.sentence("zh"), fault.sentence("en"))
        yield Found("providers", "bad", f"{fault.place} {text}", "docs/sign-in.md")
    if found:
        yield Found("providers", "good", ", ".join(found.providers))


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def fonts() -> Iterator[Found]:
    """Common characters, and rare ones of real names: a font without its far planes would still print most licences."""
    from certificates.paper.glyphs import missing

    absent = missing("营业执照统一社会信用代码喆犇堃㛃𬭎䶮鿏𬭚")
    if absent:
        yield Found("fonts", "bad", words(f"字体缺字 {absent}", f"no glyph for {absent}"))
    else:
        yield Found("fonts", "good", words("执照字体齐全", "the licence's fonts are complete"))


def own_keys() -> Iterator[Found]:
    folder = settings().keys
    missing = keys.missing(folder) + offline.missing(folder)
    exposed = keys.exposed(folder) + offline.exposed(folder)
    if missing:
        yield Found("keys", "bad", words(f"缺少 {missing[0]}", f"missing {missing[0]}"), "heyi keys init")
    elif exposed:
        text = words(f"他人可读 {exposed[0]}", f"others can read {exposed[0]}")
        yield Found("keys", "bad", text, f"chmod 600 {exposed[0]}")
    else:
        yield Found("keys", "good", str(folder))


def permissions() -> Iterator[Found]:
    """Files and folders of the home that other accounts of this machine can read: they have personal data."""
    exposed = list(islice(private_files.exposed(settings().home), MOST_PATHS))
    for path in exposed:
        text = words(f"本机其他账户可读 {path}", f"other accounts of this machine can read {path}")
        yield Found("permissions", "bad", text, f"chmod {'700' if path.is_dir() else '600'} {path}")
    if not exposed:
        yield Found("permissions", "good", words("其他账户读不到数据和密钥", "no other account reads data or keys"))


def mail() -> Iterator[Found]:
    """A demonstration shows its mails on the page."""
    if settings().mail == "folder" and not settings().demo:
        text = words(
            "邮件只写进文件夹，申请人收不到验证码，不能新建账户",
            "mail goes into a folder: no applicant gets the code of a sign-up",
        )
        yield Found("mail", "warning", text, "HEYI_MAIL=smtp")


def signing() -> Iterator[Found]:
    from certificates.errors import CertificateError
    from registration import clock
    from registration.keys import rotation

    try:
        signer = keys.signing_key(settings())
    except (RegistrationError, CertificateError) as refused:
        yield Found("signing", "bad", f"{refused.args[0]} {refused.data}", _fix_of_key(refused.args[0]))
        return
    state, left = rotation.state_of(signer.facts, now=clock.now()), rotation.days_left(signer.facts, now=clock.now())
    text = f"{signer.common_name}, {signer.facts.algorithm}, {signer.facts.valid_until:%Y-%m-%d}"
    if state == "good":
        yield Found("signing", "warning" if signer.sample else "good", text)
        return
    why = {
        "expires_soon": words(f"还有{left}天到期", f"expires in {left} days"),
        "expired": words("已到期，不能签章", "expired: it signs nothing any more"),
        "not_yet_valid": words("尚未生效", "not valid yet"),
    }[state]
    yield Found("signing", "warning" if state == "expires_soon" else "bad", f"{text}: {why}", "heyi keys rotate")


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
    """Only if an authority is set: whether its timestamps are trusted, and whether it answers."""
    from registration.documents.signing import away_since

    if not settings().timestamp_url:
        return
    since = away_since(settings())
    if not keys.timestamp_roots(settings()):
        text = words("没有时间戳机构的根证书", "no root of a timestamp authority")
        yield Found("timestamps", "bad", text, f"{settings().keys / keys.TIMESTAMP_ROOTS}/NAME.pem")
    elif since is not None:
        text = words(f"时间戳机构自{since:%Y-%m-%d %H:%M}起没有应答", f"no answer since {since:%Y-%m-%d %H:%M} UTC")
        yield Found("timestamps", "warning", text, settings().timestamp_url)
    else:
        yield Found("timestamps", "good", settings().timestamp_url)


def message_broker() -> Iterator[Found]:
    url = settings().broker_url
    try:
        policy = broker.eviction_policy(url)
    except redis.RedisError as away:
        # The embedded one runs only during `heyi run` or `heyi broker`; a configured address must answer.
        state: Literal["bad", "warning"] = "bad" if settings().redis_url else "warning"
        text = f"{type(away).__name__}: {broker.without_password(url)}"
        yield Found("broker", state, text, "REDIS_URL / heyi broker")
        return
    good = policy == "noeviction"
    fix = "" if good else "CONFIG SET maxmemory-policy noeviction"
    yield Found("broker", "good" if good else "bad", f"maxmemory-policy {policy}", fix)


def disk() -> Iterator[Found]:
    home = settings().home.resolve()
    place = next(folder for folder in (home, *home.parents) if folder.exists())
    free = shutil.disk_usage(place).free
    text = f"{free / 1024**3:.1f} GiB {words('可用', 'free')} ({place})"
    yield Found("disk", "good" if free >= DISK_BYTES else "warning", text)
