"""The processes of a deployment, each in the foreground: `serve`, `worker`, `relay`, `broker`."""

import gc
import os
import signal
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from typing import Any, NoReturn

import click

from certificates.errors import CertificateError
from registration.cli import refusal
from registration.cli.output import refuse, words
from registration.cli.supervise import REFUSED_TO_START
from registration.errors import RegistrationError
from registration.runtime.fork import end_with_parent, fork_beside, load_for_all
from registration.runtime.stop_flag import StopFlag, stopped_by
from registration.settings import settings

# Two seconds less than `heyi run` waits for the server itself.
KILL_SECONDS = 6
SWEEPS_AGAIN_SECONDS = 2.0
ENDS = (signal.SIGTERM, signal.SIGINT)


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1), help="进程数 Processes")
def serve(host: str, port: int, workers: int) -> None:
    """网页与接口服务。Serve the pages and the API."""
    with before_the_start():
        require_prepared()
        # Loaded before the server forks its workers: a fault shows here and once, and the workers share the memory.
        load_for_all("registration.runtime.wsgi")
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    from registration.gateways.sandbox import AT_ONCE, WAITING
    from registration.operations import passwords

    server = Granian(
        "registration.runtime.wsgi:app",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        # One request runs at a time, since a second thread makes the interpreter slower (http/request_queue.py).
        # The others are for those that have stepped aside while a file is examined or a password is hashed, and for
        # one more that can run.
        blocking_threads=AT_ONCE + WAITING + passwords.AT_ONCE + 2,
        websockets=False,
        log_level=LogLevels.warning,
        # A worker ignores a stop signal during its start, so the wait for it is limited.
        workers_kill_timeout=KILL_SECONDS,
        # If one is killed the others continue, and a new one replaces it at once.
        respawn_failed_workers=True,
    )
    # Its own event can block in its signal handler, and the server then never ends (StopFlag).
    server.main_loop_interrupt = StopFlag()  # type: ignore[assignment]
    server.serve(target_loader=_load_pages, wrap_loader=False)


def _load_pages() -> Callable[..., Any]:
    """The first step of each worker of the server. If the server was killed, its workers must not keep the port."""
    end_with_parent()
    pages: Callable[..., Any] = import_module("registration.runtime.wsgi").app
    return pages


@click.command()
@click.option("--processes", default=2, show_default=True, type=click.IntRange(1), help="进程数 Processes")
@click.option("--queue", "queues", multiple=True, help="只处理这些队列 Only these queues (default: all)")
def worker(processes: int, queues: tuple[str, ...]) -> None:
    """后台任务：生成与签署证照、通知、分送。Work on tasks: licences, notices, agencies."""
    with before_the_start():
        require_prepared()
        from registration.runtime.matter_checks import effects_known, require_sound

        require_sound(effects_known())
        from celery.platforms import SecurityWarning

        from registration.outbox import QUEUES
        from registration.runtime.worker import celery_app

    if settings().demo:
        # A demonstration in a container runs as root, and ten lines of warning would bury its address.
        warnings.filterwarnings("ignore", category=SecurityWarning)
    celery_app.worker_main(
        [
            *("--quiet", "worker", "--loglevel", "warning", "--pool", "prefork", "--concurrency", str(processes)),
            *("--queues", ",".join(queues or QUEUES)),
            *("--without-gossip", "--without-mingle", "--without-heartbeat"),
        ]
    )


@click.command()
@click.option("--example-office", is_flag=True, hidden=True, help="先填好演示机关 Fill the example office first")
def relay(example_office: bool) -> None:
    """转发发件箱中到期的任务，并定期巡检。Relay what is due in the outbox, and sweep in a process beside it."""
    with before_the_start():
        require_prepared()
        from registration import database
        from registration.runtime import relay as relaying

        # Loaded before the process beside this one is forked, which so shares the memory.
        import_module("registration.runtime.sweeper")
    stop = stopped_by(*ENDS)
    if example_office:
        _fill_example_office(stop)
    sweeps = Sweeps()
    database.configure(settings())
    try:
        relaying.run(stop, between=sweeps.tend)
    finally:
        sweeps.stop()
        database.dispose()


def _fill_example_office(stop: StopFlag) -> None:
    """In a child process, to release its memory. After an error the office is left partly filled."""
    process = fork_beside(_fill)
    while process.poll() is None and not stop.wait(0.2):
        pass
    process.terminate()
    status = process.wait()
    if status and not stop.is_set():
        zh, en = "演示案卷没有填完（{}），见上文", "the example office was left unfinished ({}), see above"
        click.echo(words(zh.format(status), en.format(status)), err=True)


def _fill() -> None:
    """Before the relay and the sweeps start: the effects of past steps are carried out at past times."""
    from registration import database, logs
    from registration.demo.office.fill import fill

    # The pages come first.
    os.nice(5)
    logs.configure()
    stop = stopped_by(*ENDS)
    database.configure(settings())
    fill(stop)
    database.dispose()


class Sweeps:
    """The process of the sweeps beside the relay, which starts it again when it dies."""

    def __init__(self) -> None:
        self._process = fork_beside(_sweep)
        self._started = time.monotonic()

    def tend(self) -> None:
        from registration import database

        status = self._process.poll()
        if status is None or time.monotonic() - self._started < SWEEPS_AGAIN_SECONDS:
            return
        click.echo(words(f"巡检已退出（{status}），重新启动", f"the sweeps ended ({status}), starting again"), err=True)
        # A connection must not cross a fork.
        database.dispose()
        self._process, self._started = fork_beside(_sweep), time.monotonic()
        database.configure(settings())

    def stop(self) -> None:
        """Waits for the batch at hand, which takes seconds."""
        self._process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(KILL_SECONDS)
            return
        with suppress(ProcessLookupError):
            os.kill(self._process.pid, signal.SIGKILL)
        self._process.wait()


def _sweep() -> None:
    from registration import database
    from registration.runtime import sweeper

    stop = stopped_by(*ENDS)
    database.configure(settings())
    sweeper.run(stop)
    database.dispose()


@click.command()
def broker() -> None:
    """内置消息服务，仅监听本机套接字。Run the embedded broker on a Unix socket, until stopped."""
    from registration.runtime import broker as embedded

    folder = settings().home.resolve() / "broker"
    embedded.prepare(folder)
    _become(embedded.command(folder))


class NotStarted(click.ClickException):
    exit_code = REFUSED_TO_START


@contextmanager
def before_the_start() -> Iterator[None]:
    """What is refused here would be refused at the next start, too: `heyi run` knows it by the status, however long it
    took, and does not try again. A database that is away is no such refusal.

    Garbage is not looked for meanwhile: nearly all that is imported stays, and looking is a seventh of the time.
    """
    gc.disable()
    try:
        yield
    except SystemExit as refused:
        raise SystemExit(REFUSED_TO_START if refused.code else 0) from refused
    except (RegistrationError, CertificateError) as refused:
        raise refusal(refused, kind=NotStarted) from refused
    finally:
        gc.enable()


def require_prepared() -> None:
    """Refuses to start a process on a faulty folder of a matter, file of providers or of GovStack's services, without
    its keys, on a schema that it does not know, or with an edited table.

    In production also with anything that belongs to a demonstration (registration/runtime/production_checks.py).
    """
    from registration import keys
    from registration.database import schema
    from registration.keys import offline
    from registration.rules.sign_in_providers import providers_in
    from registration.runtime import definition_checksums, govstack_checks, matter_checks

    matter_checks.require_sound()
    providers_in(settings().oidc)
    absent = keys.missing(settings().keys) + offline.missing(settings().keys)
    if absent:
        refuse(f"缺少密钥 {absent[0]}，请运行 heyi keys init", f"no key at {absent[0]}: run `heyi keys init`")
    found, wanted = schema.current(settings().sqlalchemy_url), schema.head()
    if found != wanted:
        refuse(
            f"数据库结构为 {found}，程序需要 {wanted}，请运行 heyi db upgrade",
            f"the database is at {found}, the program wants {wanted}: run `heyi db upgrade`",
        )
    for table in definition_checksums.edited(settings().sqlalchemy_url):
        refuse(
            f"流程表 {table.key} 已有申请使用，却被改动或删除：请恢复原文件，改动写进新版本",
            f"the table {table.key} is in use and was edited or removed: restore it, and change a new version",
        )
    govstack_checks.require_sound(settings())
    if not settings().demo:
        _refuse_what_belongs_to_a_demonstration()


def _refuse_what_belongs_to_a_demonstration() -> None:
    from registration.runtime.production_checks import complaints

    found = complaints(settings())
    if found:
        zh = "\n".join(f"  {one.zh} → {one.fix}" for one in found)
        en = "\n".join(f"  {one.en} → {one.fix}" for one in found)
        refuse(f"正式运行前须处理以下各项：\n{zh}", f"production does not start with these:\n{en}")


def _become(command: list[str]) -> NoReturn:
    # In this process, not in a child: stopping this command stops the server.
    sys.stdout.flush()
    os.execv(command[0], command)  # noqa: S606  the words are our own and pass through no shell
