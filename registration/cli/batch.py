"""Many licences from a file of particulars, one JSON object a line: away from any register, and so mostly samples."""

import json
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any, Literal

from pydantic import ValidationError

from certificates.errors import CertificateError
from certificates.paper.pdf import renderer, unwritten
from certificates.particulars import Particulars
from registration import clock
from registration.documents.signing import sign, signer
from registration.runtime.stop_flag import StopFlag
from registration.settings import Settings
from registration.verification import look_into


@dataclass(frozen=True)
class BatchRow:
    """The result of one line. `code` and `field` are the problem of one that `failed`."""

    line: int
    state: Literal["made", "kept", "failed"]
    file: str | None = None
    code: str | None = None
    field: str | None = None
    data: dict[str, Any] | None = None


def lines_of(file: Path) -> list[tuple[int, str]]:
    """The lines that are not blank, with their numbers from 1. Invalid UTF-8 stays in its line, which is refused:
    one bad line must not stop the others."""
    texts = file.read_text(encoding="utf-8-sig", errors="surrogateescape").split("\n")
    return [(number, text) for number, text in enumerate(texts, 1) if text.strip()]


@contextmanager
def interruptible() -> Iterator[Callable[[], bool]]:
    """Whether Ctrl-C was pressed since; the renderer would catch the exception and report its line as refused.
    A second one ends the program at once."""
    pressed = StopFlag()

    def press(_number: int, _frame: object) -> None:
        pressed.set()
        signal.signal(signal.SIGINT, signal.SIG_DFL)

    before = signal.signal(signal.SIGINT, press)
    try:
        yield pressed.is_set
    finally:
        signal.signal(signal.SIGINT, before)


def issue(
    lines: list[tuple[int, str]], *, out: Path, settings: Settings, stopped: Callable[[], bool]
) -> Iterator[BatchRow]:
    """Makes the licence of each line as `out/<line>-<number>.pdf`; an existing genuine one is kept.

    A refused line is reported and the rest continues; when `stopped` is true, this line is the last. A key that cannot
    sign stops everything: SigningError, Unavailable.
    """
    out.mkdir(parents=True, exist_ok=True)
    real = settings.design_is_own and not settings.demo and not signer().sample
    for number, text in lines:
        if stopped():
            return
        yield _attempt(number, partial(_made, number, text, out, settings, real))


def _attempt(number: int, make: Callable[[], BatchRow]) -> BatchRow:
    try:
        return make()
    except UnicodeEncodeError as error:
        return BatchRow(number, "failed", code="line.not_utf8", data={"column": error.start + 1})
    except json.JSONDecodeError as error:
        return BatchRow(number, "failed", code="line.not_json", data={"column": error.colno})
    except RecursionError:
        return BatchRow(number, "failed", code="line.not_json", data={"column": 1})
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        return BatchRow(number, "failed", code=first["type"], field=".".join(map(str, first["loc"])), data={})
    except CertificateError as error:
        data = {name: value for name, value in error.data.items() if name != "field"}
        return BatchRow(
            number, "failed", code=error.code, field=error.data.get("field", error.data.get("scheme")), data=data
        )


def _made(number: int, text: str, out: Path, settings: Settings, real: bool) -> BatchRow:
    text.encode()
    content = json.loads(text)
    if not isinstance(content, dict):
        return BatchRow(number, "failed", code="line.not_an_object")
    given = Particulars.model_validate({**content, "sample": not real})
    file = out / f"{number:06}-{given.code}.pdf"
    if file.is_file() and _holds(file.read_bytes(), given, settings):
        return BatchRow(number, "kept", file.name)
    made = unwritten(renderer(settings.design), given)
    signed = sign(made, now=clock.now(), reason="核发营业执照", location=given.registrar)
    part = file.with_suffix(".part")
    part.write_bytes(signed)
    os.replace(part, file)
    return BatchRow(number, "made", file.name)


def _holds(pdf: bytes, given: Particulars, settings: Settings) -> bool:
    """Whether the file is the licence of this line, and was not replaced."""
    found = look_into(pdf, settings=settings)
    return not found.problems and found.particulars == given


def summary(rows: list[BatchRow]) -> dict[str, Any]:
    """The number of lines by result, and the failed lines."""
    counts = {state: sum(row.state == state for row in rows) for state in ("made", "kept", "failed")}
    return {**counts, "failures": [asdict(row) for row in rows if row.state == "failed"]}
