"""The processes of a deployment, each in the foreground: `serve`, `worker`, `relay`, `broker`."""

import os
import signal
import sys
import threading
from collections.abc import Sequence
from types import FrameType
from typing import NoReturn

import click

from registration.cli.output import refuse
from registration.settings import settings


def web_command(*, host: str, port: int, workers: int) -> list[str]:
    """One blocking thread a worker: the database's pool and the interpreter's lock make a second one slower."""
    return [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port)),
        *("--workers", str(workers), "--blocking-threads", "1", "--no-ws", "--log-level", "warning"),
        # A worker that fails ends the server: whoever supervises it then sees that, and starts it again.
        *("--workers-kill-timeout", "10", "registration.wsgi:app"),
    ]


def worker_command(*, processes: int, queues: Sequence[str]) -> list[str]:
    return [
        *(sys.executable, "-m", "celery", "-q", "-A", "registration.worker:celery_app", "worker", "-l", "warning"),
        *("-P", "prefork", "-c", str(processes), "-Q", ",".join(queues)),
        *("--without-gossip", "--without-mingle", "--without-heartbeat"),
    ]


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1), help="进程数 Processes")
def serve(host: str, port: int, workers: int) -> None:
    """网页与接口服务。Serve the pages and the API."""
    require_prepared()
    _become(web_command(host=host, port=port, workers=workers))


@click.command()
@click.option("--processes", default=2, show_default=True, type=click.IntRange(1), help="进程数 Processes")
@click.option("--queue", "queues", multiple=True, help="只处理这些队列 Only these queues (default: all)")
def worker(processes: int, queues: tuple[str, ...]) -> None:
    """后台任务：生成与签署证照、通知、分送。Work on tasks: licences, notices, agencies."""
    require_prepared()
    _become(worker_command(processes=processes, queues=queues or all_queues()))


@click.command()
def relay() -> None:
    """转发发件箱中到期的任务，并定期巡检。Relay what is due in the outbox, and sweep."""
    require_prepared()
    from registration import db
    from registration import relay as relaying

    db.configure(settings())
    stop = threading.Event()

    def end(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    relaying.run(stop)
    db.dispose()


@click.command()
def broker() -> None:
    """内置消息服务，仅监听本机套接字。Run the embedded broker on a Unix socket, until stopped."""
    from registration import broker as embedded

    folder = settings().home.resolve() / "broker"
    embedded.prepare(folder)
    _become(embedded.command(folder))


def all_queues() -> tuple[str, ...]:
    from registration.tasks import TASKS, queue_of

    return tuple(sorted({queue_of(effect) for effect in TASKS}))


def require_prepared() -> None:
    """Refuses to start a process without its keys or on a schema that the program does not know."""
    from registration import keys, schema

    absent = keys.missing(settings().keys)
    if absent:
        refuse(f"缺少密钥 {absent[0]}，请运行 heyi keys init", f"no key at {absent[0]}: run `heyi keys init`")
    found, wanted = schema.current(settings().sqlalchemy_url), schema.head()
    if found != wanted:
        refuse(
            f"数据库结构为 {found}，程序需要 {wanted}，请运行 heyi db upgrade",
            f"the database is at {found}, the program wants {wanted}: run `heyi db upgrade`",
        )


def _become(command: list[str]) -> NoReturn:
    # The process itself, not a child of ours: whoever stops this command stops the server.
    sys.stdout.flush()
    os.execv(command[0], command)  # noqa: S606  the words are our own and pass through no shell
