"""Checks of the database: its schema, the tables in use, calendars, roots, the public log, letterheads."""

from collections.abc import Iterator
from hashlib import sha256
from typing import TYPE_CHECKING

from sqlalchemy.exc import SQLAlchemyError

from registration.cli.doctor.found import Found
from registration.cli.output import words
from registration.database import schema
from registration.errors import NotFound, Unavailable
from registration.runtime import definition_checksums
from registration.settings import settings

if TYPE_CHECKING:
    from registration.gateways.storage import Storage
    from registration.queries.stored_files import StoredFile

# Of each kind, the newest: all of an old deployment would take hours. `heyi log verify` reads every licence.
MOST_FILES = 2000


def database() -> Iterator[Found]:
    url = settings().sqlalchemy_url
    try:
        found = schema.current(url)
    except SQLAlchemyError as away:
        text = f"{type(away).__name__}: {str(away.__cause__ or away).strip()[:200]}"
        yield Found("database", "bad", text, "DATABASE_URL")
        return
    good = found == schema.head()
    kind = url.partition(":")[0]
    yield Found("database", "good" if good else "bad", f"{kind}, {found}", "" if good else "heyi db upgrade")


def tables() -> Iterator[Found]:
    """A table under which cases were opened must be unchanged; without a database this cannot be checked."""
    url = settings().sqlalchemy_url
    try:
        used = definition_checksums.all_recorded(url) if schema.current(url) else []
    except SQLAlchemyError:
        return
    fix = words("恢复原文件，改动写进新版本", "restore its file, and change a new version instead")
    for one in used:
        text = words(f"{one.key} 使用后被改动", f"{one.key} was edited after its first case")
        if one.edited:
            yield Found("tables", "bad", text, fix)
    if not any(one.edited for one in used):
        yield Found("tables", "good", ", ".join(one.key for one in used) or words("尚未使用", "none is in use yet"))


def demonstration() -> Iterator[Found]:
    """What production refuses to start with; a demonstration has all of it by design."""
    from registration.runtime.production_checks import complaints

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


def messages() -> Iterator[Found]:
    """Messages from the future: the clock was set back, or that of another machine is ahead."""
    from registration import clock, database
    from registration.queries.outbox import written_ahead

    try:
        if schema.current(settings().sqlalchemy_url) != schema.head():
            return
        database.configure(settings())
        with database.reading() as session:
            ahead = written_ahead(session, now=clock.now())
    except SQLAlchemyError:
        return
    if ahead:
        text = words(f"{ahead}项任务的时间在未来", f"{ahead} messages were written in the future")
        fix = words("检查各台机器的时钟；任务照常处理", "look at the clock of each machine; the work goes on")
        yield Found("outbox", "warning", text, fix)
    else:
        yield Found("outbox", "good", words("任务时间正常", "no message is due in the far future"))


def working_days() -> Iterator[Found]:
    """Without the year's calendar a case is accepted without a promise: a day is never guessed."""
    from registration import clock, database
    from registration.matters import calendar
    from registration.queries.calendars import missing_year
    from registration.queries.promises import lacking_years

    try:
        if schema.current(settings().sqlalchemy_url) != schema.head():
            return
        database.configure(settings())
        missing = missing_year(calendar(), today=clock.local_date(clock.now()))
        with database.reading() as session:
            waiting = dict(lacking_years(session))
    except SQLAlchemyError:
        return
    for year, count in waiting.items():
        text = words(
            f"{count}件没有承诺时间，因为缺{year}年的安排",
            f"{count} have no promise: the calendar of {year} is missing",
        )
        yield Found("calendar", "bad", text, _load(year))
    if missing and missing not in waiting:
        text = words(f"还没有{missing}年的安排", f"the calendar of {missing} is missing")
        yield Found("calendar", "warning", text, _load(missing))
    if not missing and not waiting:
        yield Found("calendar", "good", words("工作日安排齐全", "the working days are known"))


def parked_licences() -> Iterator[Found]:
    """Cases that were approved and have no licence: each waits for a person."""
    from registration import database
    from registration.queries.outbox import parked_licences as parked

    try:
        if schema.current(settings().sqlalchemy_url) != schema.head():
            return
        database.configure(settings())
        with database.reading() as session:
            found = parked(session)
    except SQLAlchemyError:
        return
    if found:
        text = words(f"执照没有制成：{', '.join(found)}", f"no licence could be made for {', '.join(found)}")
        fix = words(
            "在“待处理任务”里重试，或由核准人退回审查",
            "retry on the page of waiting tasks, or have an approver send them back",
        )
        yield Found("licences", "bad", text, fix)
    else:
        yield Found("licences", "good", words("没有停下的制照任务", "no licence waits for a person"))


def daily_roots() -> Iterator[Found]:
    """Days without a root: a change of their history would be visible in its chain only."""
    from registration import clock, database
    from registration.operations.roots import overdue

    try:
        if schema.current(settings().sqlalchemy_url) != schema.head():
            return
        database.configure(settings())
        late = overdue(now=clock.now())
    except SQLAlchemyError:
        return
    if late:
        since = min(late.values())
        text = words(f"自{since}起没有每日的根：{', '.join(late)}", f"no daily roots since {since}: {', '.join(late)}")
        yield Found("history", "warning", text, "heyi relay / heyi history seal")
    else:
        yield Found("history", "good", words("每日的根齐全", "every day has its root"))


def public_log() -> Iterator[Found]:
    """Licences that are not in a signed head of the public log yet."""
    from registration import clock, database
    from registration.queries.log import lateness

    try:
        if schema.current(settings().sqlalchemy_url) != schema.head():
            return
        database.configure(settings())
        with database.reading() as session:
            late = lateness(session, now=clock.now())
    except SQLAlchemyError:
        return
    texts = {
        "unlogged": words("有执照变动没有写入公开日志", "what became of a licence is not in the public log"),
        "head": words("公开日志超过两天没有签署", "the public log was not signed for more than two days"),
    }
    if late:
        yield Found("log", "warning", texts[late], "heyi relay / heyi log head --sign")
    else:
        yield Found("log", "good", words("公开日志已签署", "the public log is written and signed"))


def letterheads() -> Iterator[Found]:
    """Proposals that wait for a second person, or whose day has come; and letterheads that change soon."""
    from registration import clock, database
    from registration.queries.registrar_profiles import coming, proposed, without_remedies

    try:
        if schema.current(settings().sqlalchemy_url) != schema.head():
            return
        database.configure(settings())
        today = clock.local_date(clock.now())
        with database.reading() as session:
            waiting, soon = proposed(session), coming(session, today=today)
            bare = without_remedies(session, today=today)
    except SQLAlchemyError:
        return
    if bare:
        text = words(
            f"决定书没有写明行政复议机关和法院：{', '.join(bare)}",
            f"decisions name neither the reconsideration body nor the court: {', '.join(bare)}",
        )
        yield Found("letterheads", "warning", text, "/desk/letterheads")
    for row in waiting:
        late = words("，已经过期", ", and that day has come") if row.valid_from <= today else ""
        text = words(
            f"{row.registrar_code}有变更等待批准，{row.valid_from}起生效{late}",
            f"{row.registrar_code} has a change for {row.valid_from} that waits for approval{late}",
        )
        yield Found("letterheads", "warning", text, "/desk/letterheads")
    ends = ", ".join(f"{row.registrar_code} {row.valid_from}" for row in soon)
    if not waiting:
        text = (
            words(f"将要改变：{ends}", f"to change: {ends}") if ends else words("没有变更等待批准", "no change waits")
        )
        yield Found("letterheads", "good", text)


def number_pools() -> Iterator[Found]:
    """A registrar without numbers can approve, and no licence can be made."""
    from registration import database
    from registration.queries.number_pools import supplies

    try:
        if schema.current(settings().sqlalchemy_url) != schema.head():
            return
        database.configure(settings())
        with database.reading() as session:
            short = [one for one in supplies(session) if one.state() != "enough"]
    except SQLAlchemyError:
        return
    for one in short:
        text = {
            "missing": words(f"{one.registrar} 没有号段 {one.scheme}", f"{one.registrar} has no pool {one.scheme}"),
            "empty": words(f"{one.registrar} 的号段 {one.scheme} 已经用完", f"{one.registrar} used up {one.scheme}"),
            "low": words(
                f"{one.registrar} 的号段 {one.scheme} 只余{one.left}个",
                f"{one.registrar} has {one.left} numbers left of {one.scheme}",
            ),
        }[one.state()]
        fix = f"heyi numbers add {one.registrar} {one.scheme} FIRST LAST"
        yield Found("numbers", "warning" if one.state() == "low" else "bad", text, fix)
    if not short:
        yield Found("numbers", "good", words("每个登记机关都有号段", "every registrar has numbers to give out"))


def _load(year: int) -> str:
    return f"heyi calendar load FILE.csv --year {year}"


def stored_files() -> Iterator[Found]:
    """A stored file that differs from its record is not sent, so requests for it fail."""
    from registration import database
    from registration.gateways.storage import storage
    from registration.queries.stored_files import newest_files

    try:
        if schema.current(settings().sqlalchemy_url) != schema.head():
            return
        database.configure(settings())
        with database.reading() as session:
            files = list(newest_files(session, most=MOST_FILES))
    except SQLAlchemyError:
        return
    faults = [fault for fault in (_fault_of(one, storage(settings())) for one in files) if fault]
    fix = words("从备份恢复这个文件", "restore this file from the backup")
    for fault in faults:
        yield Found("files", "bad", fault, fix)
    if not faults:
        yield Found("files", "good", words(f"{len(files)} 个文件与记录一致", f"{len(files)} are what was recorded"))


def _fault_of(file: "StoredFile", kept: "Storage") -> str:
    """What is wrong with it in words; empty for nothing. A store that is away is not the file's fault."""
    try:
        content = kept.get(file.key)
    except NotFound:
        return words(f"{file.kind} {file.number}：文件不在（{file.key}）", f"{file.kind} {file.number}: no {file.key}")
    except Unavailable:
        return words(f"存储没有应答（{file.key}）", f"the store does not answer ({file.key})")
    if sha256(content).hexdigest() == file.sha256:
        return ""
    zh = f"{file.kind} {file.number}：文件与记录不一致（{file.key}）"
    return words(zh, f"{file.kind} {file.number}: {file.key} is not what was recorded")
