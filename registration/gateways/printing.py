"""Prints a paper that is only looked at, or a text that was handed in, in a child process: WeasyPrint and its fonts
stay out of a process of pages.

The child knows no secret, and stores nothing.
"""

import json
import subprocess
import sys
from base64 import b64encode
from collections.abc import Mapping
from datetime import date
from typing import Any

import structlog

from registration.errors import Unavailable
from registration.gateways.sandbox import ROOT, a_place, environment
from registration.http.request_queue import out_of_turn
from registration.settings import settings

# Most of it is the start of an interpreter and its fonts.
SECONDS = 30.0
REFUSED = 3

log = structlog.get_logger(__name__)


class NotPrintable(Exception):
    """The text cannot be printed: a character without a glyph, or too much of it."""


def printed_paper(content: Mapping[str, Any]) -> bytes:
    """The PDF of a paper, without a signature. `content` is that of `certificates.paper.papers.Paper`.

    Raises NotPrintable; Unavailable: `sandbox_busy` where others have the room, `sandbox_failed` for anything else.
    """
    here = settings()
    own = str(here.designs) if here.designs else None
    return _printed({"content": dict(content), "design": here.design, "own": own})


def printed_text(data: bytes, *, name: str, on: date) -> bytes:
    """The PDF of a plain text of this name, with the text attached. Raises as `printed_paper` does."""
    return _printed({"text": b64encode(data).decode("ascii"), "name": name, "on": on.isoformat()})


def _printed(what: Mapping[str, Any]) -> bytes:
    here = settings()
    limits = {"seconds": here.render_seconds, "megabytes": here.render_megabytes}
    with out_of_turn(), a_place():
        try:
            done = subprocess.run(
                [sys.executable, "-m", "registration.sandboxed.paper"],
                input=json.dumps({**what, **limits}).encode(),
                capture_output=True,
                cwd=ROOT,
                env=environment(),
                timeout=SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired as late:
            raise Unavailable("sandbox_failed") from late
    if done.returncode == REFUSED:
        raise NotPrintable
    if done.returncode:
        # The last line names the error, and no word of what was to be printed.
        log.error("printing.failed", at=done.stderr.decode(errors="replace").strip().rpartition("\n")[2][:200])
        raise Unavailable("sandbox_failed")
    return done.stdout
