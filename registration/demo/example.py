"""The example applications, as files that a person can read and change."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[2] / "examples"
ORDER = ("individual", "company", "five-numbers", "sole-proprietorship", "partnership", "cooperative")
FIVE_NUMBERS = "window"


@dataclass(frozen=True)
class Example:
    """One application file. `accounts` maps a role or an agency's part to the login of who acts in it."""

    key: str
    title: Mapping[str, str]
    entity_type: str
    registrar: str
    accounts: Mapping[str, str]
    form: Mapping[str, Any]
    materials: Mapping[str, Path]
    correction: Mapping[str, Any] | None = None
    # The applications about the founded business that follow, each with its `matter` and the state in which it `ends`.
    later: Sequence[Mapping[str, Any]] = ()

    @property
    def region(self) -> str:
        return str(self.form["domicile"]["region"])

    @property
    def is_five_numbers(self) -> bool:
        return FIVE_NUMBERS in self.accounts


def examples(folder: Path = FOLDER) -> list[Example]:
    """The examples of a folder, the well-known ones in their order first. FileNotFoundError when it has none."""
    paths = sorted(folder.glob("*.json"), key=lambda path: (ORDER.index(path.stem) if path.stem in ORDER else 9, path))
    if not paths:
        raise FileNotFoundError(folder)
    return [_read(path) for path in paths]


def _read(path: Path) -> Example:
    content = json.loads(path.read_text(encoding="utf-8"))
    correction = content.pop("correction", None)
    if correction is not None:
        correction = {**correction, "materials": _paths(path.parent, correction.get("materials", {}))}
    materials = _paths(path.parent, content.pop("materials"))
    return Example(key=path.stem, materials=materials, correction=correction, **content)


def _paths(folder: Path, named: Mapping[str, str]) -> dict[str, Path]:
    return {kind: folder / name for kind, name in named.items()}
