"""Checks a licence as a stranger would: the signature on the own machine, the register by token, code and file."""

from pathlib import Path
from typing import Any

import httpx

from certificates.signatures.verify import verify
from registration.demo.client import Caller

# Everything that a demonstration issues is a sample, and says so.
HOLDS = ("valid", "sample")


class NotGenuine(Exception):
    """A licence that did not pass one of the checks."""


def download(caller: Caller, ref: str, sheet: dict[str, Any], folder: Path) -> Path:
    """Fetches one sheet into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{ref}-{sheet['edition']}-{sheet['paper']}-{sheet['copy_no']}.pdf"
    path.write_bytes(caller.fetch(f"/applications/{ref}/licences/{sheet['licence']}"))
    return path


def check(http: httpx.Client, sheet: dict[str, Any], path: Path) -> int:
    """How many checks the sheet passed; raises NotGenuine at the first that it does not."""
    public, content = Caller(http, ""), path.read_bytes()
    roots = public.fetch("/trust-roots")
    verdict = verify(content, trust_roots=[roots])
    if not verdict.genuine or verdict.sha256 != sheet["sha256"]:
        raise NotGenuine(f"{path.name}: {', '.join(verdict.problems) or 'another digest'}")
    answers = {
        "token": public.get(f"/checks/{sheet['licence']}"),
        "code": public.get("/checks", code=sheet["code"]),
        "file": public.hand_in("/checks/file", {}, path.name, content),
    }
    for means, answer in answers.items():
        if answer["verdict"] not in HOLDS:
            raise NotGenuine(f"{path.name} by {means}: {answer['verdict']}")
    page = http.get(f"/v/{sheet['licence']}")
    if not page.is_success or sheet["code"] not in page.text.replace(" ", ""):
        raise NotGenuine(f"{path.name}: the public page answers {page.status_code}")
    return len(answers) + 2
