"""Compiles the sheet of every kind of licence, and a sample of every other document, that a design serves, and measures
them: `heyi designs compile`."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

from certificates.paper import english_summary, founding_document, samples
from certificates.paper.compiled.writer import FilledFile
from certificates.paper.english_summary import unwritten_summary
from certificates.paper.founding_document import unwritten_document
from certificates.paper.papers import HEADINGS, unwritten_paper
from certificates.paper.pdf import filled, licence, renderer

Made = TypeVar("Made")


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


@dataclass(frozen=True)
class CompiledPaper:
    """Another document: whether one like it is filled, and the times of the first and of the next."""

    paper: str
    filled: bool
    compiling_ms: float
    making_ms: float


def compiled_kinds(design: str, *, own: Path | None) -> Iterator[CompiledKind]:
    """Every kind of a design with invented facts. Raises DesignError, RenderError."""
    ready = renderer(design, own=own)
    ready.warm()
    for style, entity_type, copy_kind in samples.kinds(ready.design.manifest.serves):
        facts = samples.particulars(entity_type, style=style, copy_kind=copy_kind)
        is_filled, compiling = _timed(partial(filled, ready, facts))
        _, making = _timed(partial(licence, ready, facts))
        yield CompiledKind(style, entity_type, copy_kind, is_filled is not None, compiling, making)


def compiled_papers(design: str, *, own: Path | None) -> Iterator[CompiledPaper]:
    """A sample of every other document of a design: of founding documents a signed one. Raises DesignError,
    RenderError."""
    for kind in renderer(design, own=own).design.manifest.papers:
        if kind in HEADINGS:
            make = partial(unwritten_paper, samples.paper(kind), design=design, own=own)
        elif kind == founding_document.PAPER:
            make = partial(unwritten_document, samples.founding_document(), design=design, own=own)
        elif kind == english_summary.PAPER:
            make = partial(unwritten_summary, samples.english_summary(), design=design, own=own)
        else:
            continue
        made, compiling = _timed(make)
        _, making = _timed(make)
        yield CompiledPaper(kind, isinstance(made, FilledFile), compiling, making)


def _timed(make: Callable[[], Made]) -> tuple[Made, float]:
    """What is made, and the milliseconds of processor time."""
    start = time.process_time()
    made = make()
    return made, round(1000 * (time.process_time() - start), 2)
