"""Compiles the sheet of every kind of licence that a design serves, and measures it: `heyi designs compile`."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from certificates.paper import samples
from certificates.paper.pdf import filled, licence, renderer


@dataclass(frozen=True)
class CompiledKind:
    """A kind of sheet: whether licences of it are filled, the processor time of compiling it and of making a licence,
    in milliseconds."""

    style: str
    entity_type: str
    copy_kind: str
    filled: bool
    compiling_ms: float
    making_ms: float


def compiled_kinds(design: str, *, own: Path | None) -> Iterator[CompiledKind]:
    """Every kind of a design with invented facts. Raises DesignError, RenderError."""
    ready = renderer(design, own=own)
    ready.warm()
    for style, entity_type, copy_kind in samples.kinds(ready.design.manifest.serves):
        facts = samples.particulars(entity_type, style=style, copy_kind=copy_kind)
        start = time.process_time()
        is_filled = filled(ready, facts) is not None
        compiled = time.process_time()
        licence(ready, facts)
        times = (compiled - start, time.process_time() - compiled)
        yield CompiledKind(style, entity_type, copy_kind, is_filled, *(round(1000 * one, 2) for one in times))
