"""The faults of the documents that a matter makes: names in them that do not exist, and matters that nothing covers."""

import string
from collections.abc import Callable, Collection, Iterable, Iterator

from registration.rules.entity_types import entity_types
from registration.rules.folder_files import FolderFault
from registration.rules.founding_documents.answers import ANSWERS, TABLES
from registration.rules.founding_documents.conditions import CHOSEN_ITEM, CONDITIONS
from registration.rules.matter_folders import DOCUMENTS, Matter
from registration.rules.matter_shapes import ClauseRow, DocumentRow
from registration.rules.norms import is_citation
from registration.rules.signers import CAPACITIES

# Key in the file, code, and the data of its sentence.
Found = Iterator[tuple[str, str, dict[str, str]]]


def document_faults(found: Matter, *, at: Callable[..., FolderFault]) -> Iterator[FolderFault]:
    """Every fault; `at` makes one from file, key, code and data."""
    for key, row in found.documents.items():
        for place, code, data in (*_head(row, found), *_clauses(row, found), *_required(row)):
            yield at(f"{DOCUMENTS}/{key}.yaml", place, code, **data)


def _head(row: DocumentRow, found: Matter) -> Found:
    yield from _unknown("replaces", row.replaces, {**found.form.materials, **found.materials}, "no_material")
    yield from _unknown("for", row.named, _types(), "no_type")
    yield from _unknown("when", row.when, _conditions(found), "no_condition")
    yield from _unknown("signers", row.signers, CAPACITIES, "no_capacity")
    yield from _placeholders("title", row.title, ANSWERS)


def _types() -> set[str]:
    return {name for one in entity_types() for name in (one.key, one.family)}


def _conditions(found: Matter) -> list[str]:
    """Those of the form, and that an item of the matter is chosen."""
    items = found.register.items if found.register else {}
    return [*CONDITIONS, *(f"{CHOSEN_ITEM}{item}" for item in items)]


def _clauses(row: DocumentRow, found: Matter) -> Found:
    seen: set[str] = set()
    for number, chapter in enumerate(row.chapters):
        for place, clause in enumerate(chapter.clauses):
            at = f"chapters.{number}.clauses.{place}"
            if clause.key in seen:
                yield f"{at}.key", "twice", {}
            seen.add(clause.key)
            yield from _clause(at, clause, found)


def _clause(at: str, clause: ClauseRow, found: Matter) -> Found:
    yield from _unknown(f"{at}.for", clause.named, _types(), "no_type")
    yield from _unknown(f"{at}.when", clause.when, _conditions(found), "no_condition")
    yield from _unknown(f"{at}.table", [clause.table] if clause.table else [], TABLES, "no_document_table")
    yield from _placeholders(f"{at}.text", clause.text, () if clause.marked else ANSWERS)


def _required(row: DocumentRow) -> Found:
    known = {clause.key for clause in row.clauses}
    for citation, matter in row.required.items():
        yield from _unknown(f"required.{citation}.clauses", matter.clauses, known, "no_clause")
        yield from _unknown(f"required.{citation}.for", matter.named, _types(), "no_type")
    for citation in (*row.basis, *row.required):
        if not is_citation(citation):
            yield "basis", "no_norm", {"citation": citation}


def _unknown(at: str, names: Iterable[str], known: Collection[str], code: str) -> Found:
    for name in names:
        if name not in known:
            yield at, code, {"name": name, "known": ", ".join(sorted(known))}


def _placeholders(at: str, text: str, known: Collection[str]) -> Found:
    try:
        names = [name for _, name, _, _ in string.Formatter().parse(text) if name is not None]
    except ValueError:
        names = [""]
    yield from ((at, "placeholder", {"name": "{" + name + "}"}) for name in names if name not in known)
