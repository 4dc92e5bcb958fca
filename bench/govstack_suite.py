"""GovStack's own scenarios for the Registration Building Block, against a running demonstration: how many pass.

    .venv/bin/python bench/govstack_suite.py FOLDER [--at http://127.0.0.1:8000]

FOLDER is `test/openAPI` of https://github.com/GovStackWorkingGroup/bb-registration with its packages installed
(`npm i`); it is copied and not changed. The suite's ids are those of its mock, so two files are opened here by the
suite's own client, and their ids take the place of the suite's in the copy. docs/govstack.md has the file of services.
"""

import argparse
import json
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"
PREFIX = "/govstack/registration/0.1.1"
# As in the suite: its client, its address, and the ids that it expects to be there.
HEADERS = {"Information-Mediator-Client": "eGovStack/GOV/90000009/eregistrations-dev"}
ADDRESS = "http://localhost:3333"
OPENED, CHANGED = "81c4445c-bff6-11ed-afa1-0242ac120002", "b8508d35-c2f3-442b-88a1-267ca25e85c0"
COMPLETED = "d1e33d56-c5c7-4272-aeb6-bc2732cce1f2"
# The suite reads a file and a task by the same id; in the feature of the task it is to be that of a task.
TASK = f"{OPENED} as taskId"
SERVICE = "P2c9280957e579ad7017e58a3399f0068"


def example() -> dict[str, Any]:
    """The form of an individual business as GovStack sends it, where every value is an object, and its documents.

    Without the name, which such a business need not have, and which an earlier run has reserved.
    """
    read = json.loads((EXAMPLES / "individual.json").read_text(encoding="utf-8"))
    sections = {key: value for key, value in read["form"].items() if key != "name"}
    form = {key: {"items": value} if isinstance(value, list) else value for key, value in sections.items()}
    return {"form": form, "materials": read["materials"]}


def seeded(client: httpx.Client) -> dict[str, str]:
    """The suite's id -> ours: a file with nothing in it to read and to change, and a complete one to be sent on."""
    given = example()
    bare = opened(client, {"applicantId": "suite"})
    whole = opened(client, {"applicantId": "suite", "formData": {"data": given["form"]}})
    urls = []
    for kind, path in given["materials"].items():
        files = {"file": (EXAMPLES / path).open("rb")}
        urls.append(answered(client.post("/documents", params={"additionalMetadata": kind}, files=files))["url"])
    answered(client.put(f"/applications/{whole}", json={"applicantId": "suite", "documentUrls": urls}))
    return {OPENED: bare, CHANGED: bare, COMPLETED: task_of(client, whole), TASK: task_of(client, bare)}


def opened(client: httpx.Client, content: dict[str, Any]) -> str:
    """A file of its own for each run: what was sent before is answered with the file from then."""
    content = content | {"applicationName": datetime.now(UTC).isoformat()}
    return str(answered(client.post(f"/services/{SERVICE}/applications", json=content))["fileId"])


def task_of(client: httpx.Client, ref: str) -> str:
    return str(answered(client.get("/tasks", params={"fileId": ref}))[0]["taskId"])


def answered(answer: httpx.Response) -> Any:
    if answer.is_error:
        sys.exit(f"{answer.request.method} {answer.request.url}: {answer.status_code} {answer.text}")
    return answer.json()


def adapted(folder: Path, base: str, ids: dict[str, str]) -> None:
    """Puts our address into the helpers of a copy, and our ids into its features."""
    helpers = folder / "features" / "support" / "helpers" / "helpers.js"
    helpers.write_text(helpers.read_text(encoding="utf-8").replace(ADDRESS, base), encoding="utf-8")
    for feature in folder.glob("features/*.feature"):
        text = feature.read_text(encoding="utf-8")
        if "@endpoint=/tasks/{taskId}" in text:
            text = text.replace(OPENED, ids[TASK])
        for was, is_now in ids.items():
            text = text.replace(was, is_now)
        feature.write_text(text, encoding="utf-8")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--at", default="http://127.0.0.1:8000")
    chosen = parser.parse_args()
    base = chosen.at.rstrip("/") + PREFIX
    with TemporaryDirectory() as made, httpx.Client(base_url=base, headers=HEADERS, timeout=60) as client:
        copy = Path(made) / "suite"
        shutil.copytree(chosen.folder, copy, ignore=shutil.ignore_patterns("node_modules"))
        (copy / "node_modules").symlink_to((chosen.folder / "node_modules").resolve())
        adapted(copy, base, seeded(client))
        command = ["npx", "--no-install", "cucumber-js", "--publish-quiet", "--format", "summary"]
        return subprocess.run(command, cwd=copy, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
