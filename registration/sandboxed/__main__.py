"""The helper and its children."""

import gc
import json
import os
import resource
import signal
import socket
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

from registration.sandboxed import codes, document, licence, page, phone, pictures

# A task takes parameters and the files; it returns its result as JSON, and bytes.
Task = Callable[[dict[str, Any], list[bytes]], tuple[Any, bytes]]
TASKS: dict[str, Task] = {
    "licence": licence.examine,
    "document": document.judge,
    "page": page.draw,
    "codes": codes.read,
    "combine": pictures.combine,
    "turn": pictures.turn,
    "phone": phone.draw,
}
# People who wait for a page come before files that are examined.
NICENESS = 10
OPEN_FILES = 64


def serve(line: socket.socket) -> None:
    """Forks a child for each work until the other end is closed. Children that ended are not kept."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    os.nice(NICENESS)
    gc.freeze()
    while True:
        request, files, _, _ = socket.recv_fds(line, 1, 2)
        if not request:
            return
        _fork(line, files)
        for file in files:
            os.close(file)


def _fork(line: socket.socket, files: list[int]) -> None:
    work, answer = files
    try:
        pid = os.fork()
    except OSError as full:
        os.write(answer, json.dumps({"state": "failed", "kind": type(full).__name__, "at": []}).encode())
        return
    if pid == 0:
        line.close()
        _work(work, answer)


def _work(work: int, answer: int) -> NoReturn:
    """The life of a child."""
    try:
        with open(work, "rb") as file:
            head = json.loads(_from_start(file))
            parts = [file.read(size) for size in head["sizes"]]
        _limit(head["limits"])
        said = _said(head["task"], head["told"], parts)
        with open(answer, "wb") as pipe:
            pipe.write(said)
    finally:
        # Nothing of the helper's own end is a child's business.
        os._exit(0)


def _from_start(file: Any) -> bytes:
    file.seek(0)
    line: bytes = file.readline()
    return line


def _limit(limits: dict[str, Any]) -> None:
    """Beyond the limits the kernel ends it or refuses memory; memory that the helper has loaded is not counted."""
    loaded = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * resource.getpagesize()
    for what, most in (
        (resource.RLIMIT_CPU, limits["cpu_seconds"]),
        (resource.RLIMIT_AS, loaded + limits["memory"]),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
    ):
        resource.setrlimit(what, (most, most))
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, limits["seconds"])
    # Libraries write their complaints about a file here, and its words belong into no log.
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, sys.stderr.fileno())


def _said(task: str, parameters: dict[str, Any], parts: list[bytes]) -> bytes:
    try:
        answer, content = TASKS[task](parameters, parts)
    except MemoryError:
        return json.dumps({"state": "too_costly"}).encode()
    except Exception as fault:  # noqa: BLE001  (the parent says it: here nothing else would hear of it)
        # Where it happened, and no word of the file.
        at = [f"{frame.filename}:{frame.lineno}" for frame in traceback.extract_tb(fault.__traceback__)[-3:]]
        return json.dumps({"state": "failed", "kind": type(fault).__name__, "at": at}).encode()
    head = {"state": "done", "length": len(content), "answer": answer}
    return json.dumps(head, default=str).encode() + b"\n" + content


if __name__ == "__main__":
    with socket.socket(fileno=int(sys.argv[1])) as channel:
        serve(channel)
