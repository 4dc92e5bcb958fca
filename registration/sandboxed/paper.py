"""Prints one paper: its content as JSON on the standard input, the PDF on the standard output.

`python -m registration.sandboxed.paper`, run by `registration.gateways.paper_preview`. Ends with REFUSED for a content
that cannot be printed.
"""

import json
import sys
from pathlib import Path

from certificates.errors import InvalidParticulars, MissingGlyph, RenderError
from certificates.paper.papers import Paper, render_paper
from certificates.paper.render_limits import RenderLimits

REFUSED = 3


def main() -> int:
    asked = json.load(sys.stdin)
    own = Path(asked["own"]) if asked["own"] else None
    limits = RenderLimits(seconds=asked["seconds"], megabytes=asked["megabytes"])
    try:
        paper = Paper.model_validate(asked["content"])
        # This process prints no other, for which a compiled one would be kept.
        pdf = render_paper(paper, design=asked["design"], own=own, limits=limits, compiled=False)
    except (InvalidParticulars, MissingGlyph, RenderError):
        return REFUSED
    sys.stdout.buffer.write(pdf)
    return 0


if __name__ == "__main__":
    sys.exit(main())
