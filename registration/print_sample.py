"""Run as a program by `sample_sheets`: the content of a sheet on standard input, its PDF on standard output.

It limits its own time and memory, and knows no key and no database.
"""

import json
import resource
import sys
from pathlib import Path

from certificates.papers import Paper, render_paper
from certificates.particulars import Particulars
from certificates.render import render

SECONDS = 20
BYTES = 2 * 1024**3


def main() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))
    head = json.loads(sys.stdin.buffer.read(int(sys.stdin.buffer.readline())))
    seal = sys.stdin.buffer.read() or None
    own = Path(head["own"]) if head["own"] else None
    if head["kind"] == "licence":
        pdf = render(Particulars.model_validate(head["content"]), design=head["design"], seal=seal, own=own)
    else:
        pdf = render_paper(Paper.model_validate(head["content"]), design=head["design"], seal=seal, own=own)
    sys.stdout.buffer.write(pdf)


if __name__ == "__main__":
    main()
