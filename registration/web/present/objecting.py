"""Where an agency's officer can object on the page of a part: at each field, person and document that it shows."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from flask_babel import gettext as _

from registration.http.context import say
from registration.models import Application
from registration.queries.casefile import CaseFile
from registration.rules.marks import Mark, part_of, whole_of
from registration.web.present.answers import AnswerRow, Block, Chapter
from registration.web.present.desk import Document
from registration.web.present.objection_words import label_of_target
from registration.web.present.targets import target_label


@dataclass(frozen=True)
class Places:
    """Target of an objection by the path of the answer, the key of the block or the file where its form stands.

    `labels` has every target with its name.
    """

    rows: Mapping[str, str] = field(default_factory=dict)
    blocks: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)


def places_of(chapters: Iterable[Chapter], documents: Iterable[Document], *, case: Application, lang: str) -> Places:
    """A person is one target, any other answer its own field; a field of several answers has its form at the first."""
    rows, blocks, files, labels = dict[str, str](), dict[str, str](), dict[str, str](), dict[str, str]()
    for chapter in chapters:
        for block in chapter.blocks:
            if block.key:
                at = f"{chapter.target}.{block.key}"
                blocks[at], labels[at] = (
                    at,
                    _("%(whole)s · %(part)s", whole=say(chapter.section.label), part=block.heading),
                )
                continue
            for row in _first_rows(chapter, block, labels):
                at = _target_of(chapter, row)
                rows[row.path], labels[at] = at, label_of_target(at, case=case, lang=lang)
    for document in documents:
        at = f"material.{document.material.kind}.{document.material.ref}"
        files[document.material.ref] = at
        labels[at] = _("%(whole)s · %(part)s", whole=document.label, part=document.material.filename)
    return Places(rows, blocks, files, labels)


def _first_rows(chapter: Chapter, block: Block, known: Mapping[str, str]) -> list[AnswerRow]:
    seen, found = set(known), []
    for row in block.rows:
        if (at := _target_of(chapter, row)) not in seen:
            seen.add(at)
            found.append(row)
    return found


def _target_of(chapter: Chapter, row: AnswerRow) -> str:
    """`section.domicile.street`; the whole section for the rows of a list, and for an answer that is the section."""
    _section, name = [*row.path.split(".", 2), ""][:2]
    return f"{chapter.target}.{name}" if name and not name.isdigit() else chapter.target


def name_of_target(file: CaseFile, target: str, *, lang: str) -> str:
    """The same with the name of a person or a file, where the case still has it."""
    part, whole = part_of(target), whole_of(target)
    rows = file.form.get(whole.partition(".")[2]) if target.startswith("section.") else ()
    if part and isinstance(rows, list | tuple):
        names = [str(one.get("name") or "") for one in rows if isinstance(one, Mapping) and one.get("key") == part]
        named = target_label(whole, case=file.case)
        return _("%(whole)s · %(part)s", whole=named, part=names[0]) if names and names[0] else named
    return label_of_target(target, case=file.case, lang=lang)


def reason_from(marks: Sequence[Mark], labels: Mapping[str, str]) -> str:
    """The reason of an objection whose points say all: it is kept in the history and read by the office."""
    return "；".join(f"{labels.get(mark.target, mark.target)}：{mark.problem}" for mark in marks)
