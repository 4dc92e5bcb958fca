"""Child processes of one command: started, read, restarted when they die, and all stopped, by id, at the end."""

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field

import click

from registration.cli.output import words

COLOURS = ("cyan", "green", "yellow", "magenta")
QUICK_SECONDS = 10.0
QUICK_DEATHS = 5
STOP_SECONDS = 8.0
_PR_SET_PDEATHSIG = 1


class KeepsDying(Exception):
    """A child that lives only seconds, again and again; its name and its last status."""

    def __init__(self, name: str, status: int) -> None:
        super().__init__(name, status)
        self.name, self.status = name, status


@dataclass
class Child:
    """`quick` counts the deaths in a row that came too soon after the start."""

    name: str
    command: list[str]
    colour: str
    process: subprocess.Popen[bytes]
    started: float
    quick: int = 0


@dataclass
class Supervisor:
    """Call `tick()` often from the thread that started the children, and `stop()` in a `finally`."""

    environment: Mapping[str, str]
    children: dict[str, Child] = field(default_factory=dict)

    def start(self, name: str, command: list[str]) -> None:
        colour = COLOURS[len(self.children) % len(COLOURS)]
        self.children[name] = Child(name, command, colour, self._open(name, command, colour), time.monotonic())

    def tick(self) -> None:
        """Restarts whoever died; raises `KeepsDying` when that has become pointless."""
        for child in self.children.values():
            status = child.process.poll()
            if status is not None:
                self._restart(child, status)

    def stop(self) -> None:
        """Asks all but the first, which the others may need to finish; then the first; then insists."""
        first, *others = self.children.values() or [None]
        for group in (others, [first] if first else []):
            for child in group:
                child.process.terminate()
            end = time.monotonic() + STOP_SECONDS
            for child in group:
                _wait_or_kill(child.process, until=end)
        self.children.clear()

    def _restart(self, child: Child, status: int) -> None:
        quick = time.monotonic() - child.started < QUICK_SECONDS
        child.quick = child.quick + 1 if quick else 1
        if child.quick >= QUICK_DEATHS:
            raise KeepsDying(child.name, status)
        self.say(child.name, child.colour, words(f"已退出（{status}），重新启动", f"ended ({status}), starting again"))
        child.process, child.started = self._open(child.name, child.command, child.colour), time.monotonic()

    def _open(self, name: str, command: list[str], colour: str) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(  # noqa: S603  the words are our own and pass through no shell
            command,
            env=dict(self.environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            # A group of its own: Ctrl-C in the terminal reaches us, and we end the children in their order.
            start_new_session=True,
            preexec_fn=_end_with_parent if sys.platform == "linux" else None,
        )
        threading.Thread(target=self._read, args=(process, name, colour), daemon=True).start()
        return process

    def _read(self, process: subprocess.Popen[bytes], name: str, colour: str) -> None:
        assert process.stdout is not None
        with process.stdout as lines:
            for line in lines:
                self.say(name, colour, line.decode(errors="replace").rstrip())

    def say(self, name: str, colour: str, line: str) -> None:
        click.echo(f"{click.style(f'{name:>6} |', fg=colour)} {line}")


_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def _end_with_parent() -> None:
    # If we are killed outright there is nobody left to stop the children, so the kernel does.
    assert _libc is not None
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _wait_or_kill(process: subprocess.Popen[bytes], *, until: float) -> None:
    with suppress(subprocess.TimeoutExpired):
        process.wait(max(0.1, until - time.monotonic()))
    with suppress(ProcessLookupError):
        # What is left of its group is either deaf or orphaned: nobody will ask it again.
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
