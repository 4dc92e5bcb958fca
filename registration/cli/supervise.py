"""Child processes of one command: started, read, restarted when they die, and all stopped, by id, at the end."""

import os
import signal
import subprocess
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import BinaryIO

import click

from registration.cli.output import words
from registration.runtime.fork import Forked, end_with_parent

COLOURS = ("cyan", "green", "yellow", "magenta")
QUICK_SECONDS = 10.0
QUICK_DEATHS = 5
# Of a process that found its settings or its data faulty before it began.
REFUSED_TO_START = os.EX_CONFIG
STOP_SECONDS = 8.0
# A process that left its group may hold the pipe open for longer.
LAST_WORDS_SECONDS = 1.0

Process = subprocess.Popen[bytes] | Forked


class KeepsDying(Exception):
    """A child that lives only seconds, again and again; its name and its last status."""

    def __init__(self, name: str, status: int) -> None:
        super().__init__(name, status)
        self.name, self.status = name, status


class RefusesToStart(Exception):
    """A child that would refuse its next start, too; its name."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


@dataclass
class Child:
    """`quick` counts the deaths in a row that came too soon after the start."""

    name: str
    command: list[str]
    colour: str
    process: Process
    started: float
    quick: int = 0


@dataclass
class Supervisor:
    """Call `tick()` often from the thread that started the children, and `stop()` in a `finally`."""

    environment: Mapping[str, str]
    children: dict[str, Child] = field(default_factory=dict)
    _listeners: list[threading.Thread] = field(default_factory=list, init=False)

    def start(self, name: str, command: list[str], *, process: Process | None = None) -> None:
        """Starts `command`, or takes over a `process` that does the same work already."""
        colour = COLOURS[len(self.children) % len(COLOURS)]
        child = Child(name, command, colour, process or self._open(command), time.monotonic())
        self.children[name] = child
        self._listen(child)

    def tick(self) -> None:
        """Restarts ended processes; raises `KeepsDying` after repeated early deaths, and `RefusesToStart`."""
        for child in self.children.values():
            status = child.process.poll()
            if status == REFUSED_TO_START:
                # Why it did is printed before what follows from it.
                self._hear_out()
                raise RefusesToStart(child.name)
            if status is not None:
                self._restart(child, status)

    def stop(self) -> None:
        """Stops all but the first, which the others may need to finish; then the first; then kills."""
        children = list(self.children.values())
        for group in (children[1:], children[:1]):
            for child in group:
                child.process.terminate()
            end = time.monotonic() + STOP_SECONDS
            for child in group:
                _wait_or_kill(child.process, until=end)
        self.children.clear()
        self._hear_out()
        self._listeners.clear()

    def _hear_out(self) -> None:
        """Waits until the last lines of the children that have ended are printed."""
        end = time.monotonic() + LAST_WORDS_SECONDS
        for listener in self._listeners:
            listener.join(max(0.0, end - time.monotonic()))

    def _restart(self, child: Child, status: int) -> None:
        quick = time.monotonic() - child.started < QUICK_SECONDS
        child.quick = child.quick + 1 if quick else 1
        if child.quick >= QUICK_DEATHS:
            raise KeepsDying(child.name, status)
        self.say(child.name, child.colour, words(f"已退出（{status}），重新启动", f"ended ({status}), starting again"))
        child.process, child.started = self._open(child.command), time.monotonic()
        self._listen(child)

    def _open(self, command: list[str]) -> subprocess.Popen[bytes]:
        return subprocess.Popen(  # noqa: S603  the words are our own and pass through no shell
            command,
            env=dict(self.environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            # A group of its own: Ctrl-C in the terminal reaches us, and we end the children in their order.
            start_new_session=True,
            preexec_fn=end_with_parent,
        )

    def _listen(self, child: Child) -> None:
        if child.process.stdout is None:
            return
        said = (child.process.stdout, child.name, child.colour)
        listener = threading.Thread(target=self._read, args=said, daemon=True)
        self._listeners = [one for one in self._listeners if one.is_alive()] + [listener]
        listener.start()

    def _read(self, lines: BinaryIO, name: str, colour: str) -> None:
        with lines:
            for line in lines:
                self.say(name, colour, line.decode(errors="replace").rstrip())

    def say(self, name: str, colour: str, line: str) -> None:
        click.echo(f"{click.style(f'{name:>6} |', fg=colour)} {line}")


def _wait_or_kill(process: Process, *, until: float) -> None:
    with suppress(subprocess.TimeoutExpired):
        process.wait(max(0.1, until - time.monotonic()))
    with suppress(ProcessLookupError):
        # Remaining processes of its group ignored the signal or are orphans: they are killed.
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
