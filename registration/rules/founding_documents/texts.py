"""The documents that the system makes from the answers: which ones a case has, and their text.

A text is a function of the answers alone, so that who signs these signs it.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from certificates.chinese import counted
from certificates.paper.founding_document import DocumentChapter, DocumentClause, DocumentText
from registration.rules.entity_types import type_row
from registration.rules.form import ESTABLISHMENT, Form, sections_for
from registration.rules.founding_documents.answers import TABLES, answers_in
from registration.rules.founding_documents.conditions import apply_all
from registration.rules.kinds import Regime
from registration.rules.matter_folders import matter_data
from registration.rules.matter_shapes import ChapterRow, ClauseRow, DocumentRow
from workflows.definition.values import Text

# The section of the form with the clauses in other words.
SECTION = "documents"


@dataclass(frozen=True, slots=True)
class MarkedClause:
    """A clause that may be put in other words: its name in the form, label, number, standard and present text."""

    name: str
    label: Text
    number: str
    standard: str
    text: str

    @property
    def is_own(self) -> bool:
        return self.text != self.standard


def rows_for(
    form: Form, *, entity_type: str, regime: str, matter: str = ESTABLISHMENT, uploaded: Collection[str] = ()
) -> dict[str, DocumentRow]:
    """The documents that are made for these answers, by key: a kind of each is asked for, and no file is there."""
    asked = {kind for kind, material in matter_data(matter).materials.items() if form.chooses(material.items)}
    return {
        key: row
        for key, row in offered_rows(entity_type=entity_type, regime=regime, matter=matter).items()
        if row.kind not in uploaded and not asked.isdisjoint(row.replaces) and apply_all(row.when, form)
    }


def offered_rows(*, entity_type: str, regime: str, matter: str = ESTABLISHMENT) -> dict[str, DocumentRow]:
    """The documents that a case of this type may have under the regime, by key, in the order of the materials.

    Where its form has no section for them, none is made.
    """
    if SECTION not in {section.key for section in sections_for(entity_type, regime, matter)}:
        return {}
    kind, data = type_row(entity_type), matter_data(matter)
    order = list(data.materials)
    rows = sorted(data.documents.items(), key=lambda item: order.index(item[1].kind))
    return {key: row for key, row in rows if kind.answers_to(row.named) and Regime(regime) in row.under}


def offered_kinds(*, entity_type: str, regime: str, matter: str = ESTABLISHMENT) -> frozenset[str]:
    """The kinds of materials for which a case may have documents that are made."""
    rows = offered_rows(entity_type=entity_type, regime=regime, matter=matter).values()
    return frozenset(kind for row in rows for kind in row.replaces)


def text_of(key: str, row: DocumentRow, form: Form, *, entity_type: str) -> DocumentText:
    """The whole text of a document; answers that are missing are blanks."""
    kind = type_row(entity_type)
    answers, own = answers_in(form), form.documents.own() if form.documents else {}
    numbers = _numbers(row.numbering)
    chapters, used = [], 0
    for chapter in row.chapters:
        # Articles are counted through, the points of a resolution within it.
        numbers = numbers if row.numbering == "articles" else _numbers(row.numbering)
        applying = [one for one in chapter.clauses if kind.answers_to(one.named)]
        clauses = tuple(_clauses(key, applying, form, answers, own, numbers))
        if clauses:
            used += 1
            chapters.append(DocumentChapter(heading=_heading(chapter, row, used), clauses=clauses))
    return DocumentText(
        kind=row.kind,
        title=row.title.format_map(answers),
        numbering=row.numbering,
        chapters=tuple(chapters),
        signers=row.signers,
    )


def texts_for(
    form: Form, *, entity_type: str, regime: str, matter: str = ESTABLISHMENT, uploaded: Collection[str] = ()
) -> list[DocumentText]:
    """The text of every document that is made for these answers."""
    rows = rows_for(form, entity_type=entity_type, regime=regime, matter=matter, uploaded=uploaded)
    return [text_of(key, row, form, entity_type=entity_type) for key, row in rows.items()]


def marked_clauses(key: str, row: DocumentRow, form: Form, *, entity_type: str) -> list[MarkedClause]:
    """The clauses of the document that may be put in other words, in its order."""
    marked = {clause.key: (clause.marked, clause.text.strip()) for clause in row.clauses if clause.marked}
    text = text_of(key, row, form, entity_type=entity_type)
    shown = (clause for chapter in text.chapters for clause in chapter.clauses)
    return [
        MarkedClause(f"{key}.{clause.key}", label, clause.number, standard, "\n".join(clause.paragraphs))
        for clause in shown
        for label, standard in ((marked[clause.key],) if clause.key in marked else ())
    ]


def clause_label(name: str, *, matter: str) -> Text | None:
    """The label of a marked clause by its name in the form."""
    document, _, key = name.partition(".")
    row = matter_data(matter).documents.get(document)
    return next((clause.marked for clause in row.clauses if clause.key == key), None) if row else None


def _clauses(
    key: str,
    clauses: Iterable[ClauseRow],
    form: Form,
    answers: Mapping[str, str],
    own: Mapping[str, str],
    numbers: Iterator[str],
) -> Iterator[DocumentClause]:
    for clause in clauses:
        if apply_all(clause.when, form):
            words = own.get(f"{key}.{clause.key}") if clause.marked else None
            yield DocumentClause(
                key=clause.key,
                number=next(numbers),
                paragraphs=tuple((words or _standard(clause, answers)).splitlines()),
                table=TABLES[clause.table](form) if clause.table else None,
                own=words is not None,
            )


def _standard(clause: ClauseRow, answers: Mapping[str, str]) -> str:
    """A marked clause has no placeholder; its braces would be text."""
    text = clause.text.strip()
    return text if clause.marked else text.format_map(answers)


def _numbers(numbering: str) -> Iterator[str]:
    count = 0
    while True:
        count += 1
        yield f"第{counted(count)}条" if numbering == "articles" else f"{counted(count)}、"


def _heading(chapter: ChapterRow, row: DocumentRow, number: int) -> str:
    if row.numbering != "articles" or not chapter.title:
        return chapter.title
    return f"第{counted(number)}章　{chapter.title}"
