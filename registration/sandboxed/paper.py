"""Prints one paper or one plain text: its content as JSON on the standard input, the PDF on the standard output.

`python -m registration.sandboxed.paper`, run by `registration.gateways.printing`. Ends with REFUSED for a content that
cannot be printed.
"""

import json
import sys
from base64 import b64decode
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from certificates.errors import InvalidParticulars, MissingGlyph, RenderError
from certificates.paper.papers import Paper, render_paper
from certificates.paper.plain_text import PlainText, render_plain_text
from certificates.paper.render_limits import RenderLimits

REFUSED = 3


def main() -> int:
    asked = json.load(sys.stdin)
    limits = RenderLimits(seconds=asked["seconds"], megabytes=asked["megabytes"])
    try:
        pdf = _text(asked, limits) if "text" in asked else _paper(asked, limits)
    except (InvalidParticulars, MissingGlyph, RenderError):
        return REFUSED
    sys.stdout.buffer.write(pdf)
    return 0


def _paper(asked: Mapping[str, Any], limits: RenderLimits) -> bytes:
    own = Path(asked["own"]) if asked["own"] else None
    paper = Paper.model_validate(asked["content"])
    # This process prints no other, for which a compiled one would be kept.
    return render_paper(paper, design=asked["design"], own=own, limits=limits, compiled=False)


def _text(asked: Mapping[str, Any], limits: RenderLimits) -> bytes:
    text = PlainText(b64decode(asked["text"]), name=asked["name"], on=date.fromisoformat(asked["on"]))
    return render_plain_text(text, limits=limits)


if __name__ == "__main__":
    sys.exit(main())
