"""The items of a notice and their changes: for the clerk who checks them, and on the pages to be corrected."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from registration.models import Material
from registration.queries.casefile import CaseFile
from registration.queries.file_contents import Correction
from registration.web.present.changes import Pair
from registration.web.present.targets import target_label
from registration.web.wording import agency_words


@dataclass(frozen=True)
class AskedItem:
    """One item of a notice; `changed`: its target has changed since; `pairs`: the changes; `agency`: who asked."""

    target: str
    title: str
    problem: str
    remedy: str
    changed: bool
    pairs: tuple[Pair, ...] = ()
    agency: str = ""


@dataclass(frozen=True)
class AskedInputs:
    """A notice that was answered."""

    number: str
    at: datetime
    opinion: str
    items: tuple[AskedItem, ...]


def asked_of(file: CaseFile, correction: Correction | None, pairs: Sequence[Pair]) -> AskedInputs | None:
    """The notice beside its answer; None where there was none."""
    if correction is None:
        return None
    notice = correction.notice
    items = tuple(
        AskedItem(
            item.target,
            target_label(item.target, case=file.case),
            item.problem,
            item.remedy,
            item.target in correction.answered,
            pairs_at(item.target, pairs),
            agency_words(item.agency),
        )
        for item in correction.items
    )
    return AskedInputs(notice.number.partition("-")[2], notice.issued_at, notice.opinion, items)


def pairs_at(target: str, pairs: Iterable[Pair]) -> tuple[Pair, ...]:
    """Those of the changes that lie within the target of an item."""
    chapter, _dot, key = target.partition(".")
    within = f"materials.{key}." if chapter == "material" else f"{key}."
    return tuple(pair for pair in pairs if f"{pair.key}.".startswith(within))


def open_items(file: CaseFile, target: str) -> list[AskedItem]:
    """The items of the open notice for one page of the form or one kind of document."""
    if file.correction is None:
        return []
    return [
        AskedItem(
            item.target,
            target_label(item.target, case=file.case),
            item.problem,
            item.remedy,
            item.target in file.correction.answered,
            agency=agency_words(item.agency),
        )
        for item in file.correction.items
        if item.target == target
    ]


def to_replace(file: CaseFile, kind: str, files: Sequence[Material]) -> str | None:
    """The file that a correction replaces: reference, empty for an additional file, None if it is unknown.

    It is the file that the notice names, or the file that has replaced it since.
    """
    if file.correction is None or not files:
        return ""
    notice = file.correction.notice
    named = {item.material_ref for item in file.correction.items if item.target == f"material.{kind}"}
    if not named:
        return ""
    present = [one.ref for one in files if one.ref in named]
    since = [one.ref for one in files if one.uploaded_at > notice.issued_at]
    if present or since:
        return (present or since)[-1]
    return files[0].ref if len(files) == 1 else None
