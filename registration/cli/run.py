"""`heyi run`: a whole deployment from one terminal, made for looking and trying."""

import fcntl
import gc
import os
import signal
import socket
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from itertools import groupby
from pathlib import Path

import click

from certificates.errors import CertificateError
from registration import settings as configuration
from registration.cli import main
from registration.cli.output import refuse, say, words
from registration.cli.supervise import REFUSED_TO_START, KeepsDying, RefusesToStart, Supervisor
from registration.errors import RegistrationError
from registration.runtime import broker
from registration.runtime.fork import Forked, fork, load_for_all
from registration.runtime.stop_flag import StopFlag, stopped_by


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1), help="网页进程数 Web processes")
@click.option("--empty", is_flag=True, help="不填演示案卷 No example cases in the office")
def run(host: str, port: int, workers: int, empty: bool) -> None:
    """演示：准备并启动全部服务，按 Ctrl-C 停止。Prepare and start everything; Ctrl-C ends it."""
    chosen_port = free_port(host, port)
    os.environ.setdefault("HEYI_MODE", "demo")
    os.environ.setdefault("HEYI_PUBLIC_URL", f"http://{host}:{chosen_port}")
    configuration.settings.cache_clear()
    home = configuration.settings().home
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    with only_one(home):
        click.echo(words("准备密钥、数据库与演示数据……", "preparing keys, database and samples ..."))
        prepare()
        if chosen_port != port:
            click.echo(words(f"端口 {port} 已被占用，改用 {chosen_port}", f"port {port} is taken, using {chosen_port}"))
        example_office = configuration.settings().demo and not empty
        supervise(host=host, port=chosen_port, workers=workers, example_office=example_office)


def prepare() -> None:
    """Imports what `heyi prepare` needs, runs it in a child, and meanwhile imports what else the processes will share;
    then makes the pages, which are there before the processes begin.

    What only a worker needs it imports itself, beside the start of the pages, which would carry it otherwise.
    """
    # Nearly all that is imported stays, and looking for garbage is a seventh of the time.
    gc.disable()
    # Nearly all of it is shared by the others, and importing it a second time would take longer than waiting for it.
    load_for_all("registration.cli.prepare", "registration.database.schema", "registration.operations.samples")
    child = _fork(["prepare"])
    load_for_all("registration.app")
    assert child.stdout is not None
    output = child.stdout.read()
    if output:
        click.echo(output.decode(errors="replace"), nl=False, err=True)
    if child.wait():
        sys.exit(child.returncode)
    # A refusal is left to the processes, which say it as ever.
    with suppress(RegistrationError, CertificateError):
        load_for_all("registration.runtime.wsgi")


def supervise(*, host: str, port: int, workers: int, example_office: bool = False) -> None:
    supervisor = Supervisor(os.environ)
    stop = stopped_by(signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    try:
        start(supervisor, host=host, port=port, workers=workers, example_office=example_office)
        watch(supervisor, stop, url=f"http://{host}:{port}")
    except KeepsDying as death:
        refuse(
            f"{death.name} 反复退出（{death.status}），全部停止。请看上面的输出，或运行 heyi doctor",
            f"{death.name} keeps ending ({death.status}), so everything stops. See its lines above, or `heyi doctor`",
        )
    except RefusesToStart as refused:
        refuse(
            f"{refused.name} 不能启动，全部停止。请按上面说的改好，再运行 heyi run；heyi doctor 逐项检查",
            f"{refused.name} cannot start, so everything stops. Mend what it says above; see also `heyi doctor`",
            status=REFUSED_TO_START,
        )
    finally:
        click.echo(words("正在停止……", "stopping ..."))
        supervisor.stop()


def start(supervisor: Supervisor, *, host: str, port: int, workers: int, example_office: bool) -> None:
    """Starts the broker, then forks the processes of the program, which share the imported modules."""
    if not configuration.settings().redis_url:
        folder = configuration.settings().home.resolve() / "broker"
        supervisor.start("broker", broker.command(folder), process=broker.start(folder).process)
    plan = (
        ("web", ["serve", "--host", host, "--port", str(port), "--workers", str(workers)]),
        ("worker", ["worker"]),
        ("relay", ["relay", *(["--example-office"] if example_office else [])]),
    )
    forked = [(name, arguments, _fork(arguments)) for name, arguments in plan]
    # The threads that read the children's output start only now: a process with threads must not fork.
    for name, arguments, process in forked:
        supervisor.start(name, [sys.executable, "-m", "registration.cli", *arguments], process=process)


def _fork(arguments: list[str]) -> Forked:
    return fork(partial(main, arguments, prog_name="heyi"))


def watch(supervisor: Supervisor, stop: StopFlag, *, url: str) -> None:
    """Supervises the children until `stop`, and reports once that all is ready."""
    announced = False
    while not stop.wait(0.1):
        supervisor.tick()
        if not announced and is_ready(url):
            announced = True
            announce(url)


def is_ready(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/readyz", timeout=2) as answer:  # noqa: S310  our own address, http
            return int(answer.status) == 200
    except (urllib.error.URLError, OSError):
        return False


def announce(url: str) -> None:
    click.echo()
    click.echo(click.style(f"  合一 Heyi  {configuration.settings().public_url}", bold=True))
    if url != configuration.settings().public_url:
        click.echo(f"  ({url})")
    if configuration.settings().demo:
        for line in sample_lines():
            click.echo(f"  {line}")
    click.echo(words("  按 Ctrl-C 停止", "  Ctrl-C stops it"))
    click.echo()


def sample_lines() -> Iterator[str]:
    from registration.operations import samples
    from registration.rules.city import city

    yield words(
        "这是演示：登记机关、账号和数据均为虚构，证照带“演示样本”水印，没有法律效力。",
        "This is a demonstration: office, accounts and data are invented; licences are marked as samples.",
    )
    yield words(f"所有演示账号的密码：{samples.PASSWORD}", f"password of every sample account: {samples.PASSWORD}")
    names = {one.code: say(one.name) for one in city().registrars}
    for (code, is_staff), accounts in groupby(samples.ACCOUNTS, key=lambda one: (one.registrar_code, bool(one.roles))):
        people = " · ".join(f"{one.login} {'/'.join(one.roles) or one.name}" for one in accounts)
        elsewhere = words("管理和审计", "administration and audit") if is_staff else words("申请人", "applicants")
        yield f"{names[code] if code else elsewhere}: {people}"


def free_port(host: str, wanted: int) -> int:
    """The first free port from `wanted` on."""
    free = next((port for port in range(wanted, min(wanted + 100, 65536)) if _is_free(host, port)), None)
    return free or refuse(f"{wanted} 起的一百个端口都被占用", f"a hundred ports from {wanted} on are taken")


def _is_free(host: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
        return True


@contextmanager
def only_one(home: Path) -> Iterator[None]:
    """Two of them in one home would share a database and fight for the broker's socket."""
    with (home / "run.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            refuse(f"{home} 已有一个 heyi run 在运行", f"another `heyi run` is using {home}")
        yield
