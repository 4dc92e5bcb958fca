"""The documents of a case, filled and laid out in one run: median milliseconds and kilobytes, unsigned.

    .venv/bin/python bench/papers.py [--rounds 25]

A receipt, a notice, an application, articles of thirty clauses, and an English summary. `new form` is the first of its
form: it is laid out, compiled and filled. Every document has another number, and every paper another applicant.
"""

import argparse
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

# Replaces this folder, whose transitions.py would hide the library of that name.
sys.path[0] = str(Path(__file__).resolve().parent.parent)

from bench._measure import Make, measure  # noqa: E402
from certificates.paper import english_summary, founding_document, papers, samples  # noqa: E402
from certificates.paper.compiled.documents import CompiledDocuments  # noqa: E402
from certificates.paper.design import find  # noqa: E402
from certificates.paper.english_summary import EnglishSummary  # noqa: E402
from certificates.paper.founding_document import FoundingDocument  # noqa: E402
from certificates.paper.papers import HEADINGS, Paper  # noqa: E402
from certificates.paper.pdf import Renderer, renderer  # noqa: E402

NAMES = ["苏知禾", "何望舒", "汤采薇", "周远舟", "沈听澜", "陆栖梧"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=25)
    asked = parser.parse_args()
    makes = {name: make for kind in ("receipt", "approval", "application") for name, make in of_paper(kind)}
    makes |= dict(of_founding_document())
    makes |= dict(of_english_summary())
    print("| document | ms median | ms p99 | KB |\n|---|---|---|---|")
    for name, found in measure(makes, asked.rounds).items():
        print(f"| {name} | {found['median_ms']} | {found['p99_ms']} | {found['kb']} |")


def of_paper(kind: papers.PaperKind) -> Iterator[tuple[str, Make]]:
    """A kind of paper in the three ways."""
    title, others = HEADINGS[kind].title, numbered(kind)
    yield f"{title}, filled", lambda: papers.printed(renderer("jinhua"), next(others))
    yield f"{title}, new form", lambda: papers.printed(forgetful(), next(others))
    yield f"{title}, laid out", lambda: papers.printed(renderer("jinhua"), next(others), compiled=False)


def numbered(kind: papers.PaperKind) -> Iterator[Paper]:
    for number in range(1000, 10**9):
        sample = samples.paper(kind, number=f"金华市监样〔2026〕第{number}号")
        yield sample.model_copy(update={"facts": {**sample.facts, "applicant": NAMES[number % len(NAMES)]}})


def of_founding_document() -> Iterator[tuple[str, Make]]:
    """Articles in the three ways."""

    def another() -> Iterator[FoundingDocument]:
        for number in range(1000, 10**9):
            yield samples.founding_document().model_copy(update={"number": f"JH-2026-00{number}-1"})

    others = another()
    printed = founding_document.printed
    yield "章程, filled", lambda: printed(renderer("jinhua"), next(others))
    yield "章程, new form", lambda: printed(forgetful(), next(others))
    yield "章程, laid out", lambda: printed(renderer("jinhua"), next(others), compiled=False)


def of_english_summary() -> Iterator[tuple[str, Make]]:
    """The English summary of a licence in the three ways."""

    def another() -> Iterator[EnglishSummary]:
        for number in range(1000, 10**9):
            yield samples.english_summary(serial=f"33070120261012{number}")

    others = another()
    printed = english_summary.printed
    yield "English summary, filled", lambda: printed(renderer("jinhua"), next(others))
    yield "English summary, new form", lambda: printed(forgetful(), next(others))
    yield "English summary, laid out", lambda: printed(renderer("jinhua"), next(others), compiled=False)


@cache
def other_renderer() -> Renderer:
    return Renderer(find("jinhua"))


def forgetful() -> Renderer:
    """A warm renderer that has compiled nothing yet."""
    ready = other_renderer()
    ready.documents = CompiledDocuments(ready.design, warm=ready.warm, record=ready.record)
    return ready


if __name__ == "__main__":
    main()
