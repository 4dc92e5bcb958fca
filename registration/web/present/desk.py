"""What the clerks' pages show: lines of the inbox, the head of a file, its checks, its documents."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from registration.actor import Actor
from registration.http.context import say
from registration.matters import definition_of
from registration.models import Application, Material, Part
from registration.queries.casefile import CaseFile
from registration.queries.inbox import InboxRow, PartRow, TakenOver
from registration.rules.kinds import is_five_numbers
from registration.rules.reasons import offered_corrections
from registration.rules.regions import region
from registration.web.present.alerts import alert_mark, alert_marks
from registration.web.present.answers import chapters
from registration.web.present.choices import Choices
from registration.web.present.kinds import entity_type_words, regime_words
from registration.web.present.objection_words import points_words
from registration.web.present.part_waits import PartWait
from registration.web.present.states import (
    Mark,
    case_due,
    due_badge,
    holder_words,
    is_objected,
    part_tag,
    state_tag,
)
from registration.web.present.story import HistoryEvent, story
from workflows.definition import Row, Table

MOST_PAGES = 40


@dataclass(frozen=True)
class TakeButton:
    """The action with which staff claims a case or a part without a holder."""

    action: str
    label: str


@dataclass(frozen=True)
class CaseLine:
    """One row of the inbox; `points` say which agency objects to what."""

    case: Application
    name: str
    kind: str
    district: str
    state: Mark
    holder: str
    due: Mark | None
    alerts: tuple[Mark, ...]
    take: TakeButton | None
    points: tuple[str, ...] = ()


@dataclass(frozen=True)
class PartLine:
    """One row of an agency's inbox."""

    case: Application
    part: Part
    name: str
    label: str
    state: Mark
    holder: str
    due: Mark | None
    alerts: tuple[Mark, ...]
    take: TakeButton | None


@dataclass(frozen=True)
class Document:
    """A file in the viewer; `pages` are the numbers of the pages that are shown."""

    material: Material
    label: str
    pages: range


def first_view(shown: Sequence[str], counts: Mapping[str, int], *, claims: bool) -> str:
    """The view on which a desk opens: the first with work for this person now, else where such work would come.

    `claims`: the person may claim a case that has no holder.
    """
    own = [view for view in ("mine", "overdue", "approval") if view in shown]
    with_work = next((view for view in (*own, "unclaimed") if counts[view] and (claims or view != "unclaimed")), None)
    return with_work or next((view for view in ("mine", "approval") if view in shown), shown[0])


def line_of(row: InboxRow, *, actor: Actor, now: datetime) -> CaseLine:
    case = row.case
    place = region(case.district)
    return CaseLine(
        case=case,
        name=name_of(case),
        kind=_kind(case),
        district=say(place.short_name) if place else "—",
        state=state_tag(case),
        holder=holder_words(row.holder, own=actor.staff_no),
        due=case_due(case, now=now),
        alerts=(*alert_marks(case, row.alerts), *_marks(row)),
        points=tuple(points_words(case, row.points)),
        take=take_case(case, actor) if row.holder is None and not case.decision_delayed else None,
    )


@dataclass(frozen=True)
class PlainLine:
    """What a list of the office says of a case, whoever holds it."""

    name: str
    kind: str
    state: Mark
    due: Mark | None


def plain_line(case: Application, *, now: datetime) -> PlainLine:
    return PlainLine(name_of(case), _kind(case), state_tag(case), case_due(case, now=now))


def _marks(row: InboxRow) -> Iterator[Mark]:
    """What stops the case beside its promise, and a decision that has not left yet."""
    if row.case.decision_delayed:
        yield _("已作决定，即将送出"), "ok"
    if row.objected:
        yield _("部门有异议"), "warn"
    if row.ordered:
        yield _("督办"), "bad"
    if row.asked:
        yield _("有留言"), "warn"
    if row.notes:
        yield _("备注%(count)s条", count=row.notes), ""
    if row.case.misuse_reported_at is not None:
        yield _("冒用报告，暂停"), "bad"


def name_of(case: Application) -> str:
    """The firm's name, or a substitute: an individual business may have no name."""
    return case.name or _("（没有名称的%(kind)s）", kind=entity_type_words(case.entity_type))


def take_case(case: Application, actor: Actor) -> TakeButton | None:
    """What this actor would take the file with, as the table has it for this regime."""
    five = is_five_numbers(case.regime)
    table = definition_of(case.definition)
    rows = [
        row
        for row in table.rows_from(case.state)
        if set(row.by) & actor.roles
        and all(condition.holds == five for condition in row.conditions if condition.name == "five_numbers")
    ]
    return _take_button(table, case.state, rows)


def take_part(case: Application, part: Part) -> TakeButton | None:
    """What an officer would take the part with, while the case's agencies work."""
    parts = definition_of(case.definition).parts
    if parts is None or case.state not in parts.runs_in:
        return None
    return _take_button(parts, part.state, parts.rows_from(part.state))


def _take_button(table: Table, state: str, rows: Iterable[Row]) -> TakeButton | None:
    """The first main action of the rows that needs nothing but a click, and is not the end."""
    for row in rows:
        action = table.actions[row.action]
        ends = table.states[row.target_from(state)].kind == "final"
        if action.style == "main" and not action.asks and not ends:
            return TakeButton(row.action, say(action.label))
    return None


def pressing(today: int, overdue: int) -> str:
    """How many files are due today and overdue, in words; empty when none is."""
    said = []
    if today:
        said.append(_("今天到期%(count)s件", count=today))
    if overdue:
        said.append(_("超期%(count)s件", count=overdue))
    return _("，").join(said)


@dataclass(frozen=True)
class TakeoverText:
    ref: str
    words: str


def taken_words(one: TakenOver) -> TakeoverText:
    """What a former holder reads of a file that a colleague took."""
    who = _("%(number)s号", number=one.by.removeprefix("staff:"))
    values = {"who": who, "name": one.name or one.ref, "reason": one.reason}
    return TakeoverText(one.ref, _("%(who)s接办了您经办的“%(name)s”，理由：%(reason)s。", **values))


def head_of(file: CaseFile, *, now: datetime) -> dict[str, Any]:
    """The title, tag, due badge, holder and versions above every tab of a file."""
    holder = (file.facts.holder or "").removeprefix("staff:") or None
    return {
        "name": name_of(file.case),
        "kind": _matter(file.case),
        "state": state_tag(file.case),
        "due": case_due(file.case, now=now),
        "holder": holder_words(holder, own=None),
        "regime": regime_words(file.case.regime),
        "seen": file.history[-1].seq if file.history else 0,
        "target_words": file_words,
    }


def reading_of(file: CaseFile) -> dict[str, Any]:
    """Form and documents of a file, ready to be set side by side."""
    case = file.case
    sections = chapters(file.form, case=case)
    answered = [chapter for chapter in sections if chapter.blocks]
    return {
        "chapters": answered,
        # Documents that are made need no answer.
        "left_out": [chapter for chapter in sections if not chapter.blocks and chapter.section.key != "documents"],
        "documents": documents_of(file),
        "may_mark": may_mark(file),
        "codes": correction_choices(file.case),
        "decided": decided(file),
    }


def documents_of(file: CaseFile) -> list[tuple[str, str, list[Document]]]:
    """(target, label, files) of each kind of document, in the order of the list; without files where it is missing."""
    listed: list[tuple[str, str, list[Document]]] = [
        (f"material.{one.kind}", say(one.needs[0].need.label), []) for one in file.documents
    ]
    for need in file.needs:
        if need.files or need.need.required:
            label = say(need.need.label)
            files = [Document(one, label, range(1, min(one.pages, MOST_PAGES) + 1)) for one in need.files]
            listed.append((f"material.{need.need.kind}", label, files))
    return listed


def files_of(file: CaseFile) -> list[Document]:
    """The files that the reader may see, in the order of the list."""
    return [document for _target, _label, files in documents_of(file) for document in files]


def part_lines(rows: Iterable[PartRow], *, actor: Actor, now: datetime) -> list[PartLine]:
    """The rows of an agency's inbox as texts; a colleague who holds one is shown by number."""
    lines = []
    for row in rows:
        parts = definition_of(row.case.definition).parts
        lines.append(
            PartLine(
                case=row.case,
                part=row.part,
                name=name_of(row.case),
                label=say(parts.graph[row.part.key].label) if parts else row.part.key,
                state=part_tag(row.case, row.part),
                holder=holder_words(row.holder, own=actor.staff_no),
                due=due_badge(row.part.due_at, now=now),
                alerts=(alert_mark(row.alert, ""),) if row.alert else (),
                take=take_part(row.case, row.part) if row.part.holder_id is None else None,
            )
        )
    return lines


def part_rows(file: CaseFile, waits: Mapping[str, PartWait], *, now: datetime) -> list[dict[str, Any]]:
    """The agencies as a table: the graph's alternative."""
    parts = definition_of(file.case.definition).parts
    if parts is None:
        return []
    return [
        {
            "label": say(parts.graph[view.part.key].label),
            "waits": waits[view.part.key].whom or "—",
            "since": waits[view.part.key].since,
            "state": part_tag(file.case, view.part),
            "number": view.part.number or "—",
            "due": due_badge(view.part.due_at, now=now),
            "decided_at": view.part.decided_at,
        }
        for view in file.parts
    ]


def objections(file: CaseFile) -> list[tuple[str, str]]:
    """(part, reason) of each objection that waits for the office's decision."""
    parts = definition_of(file.case.definition).parts
    return [
        (say(parts.graph[view.part.key].label) if parts else view.part.key, view.part.objection or "")
        for view in file.parts
        if parts is not None and is_objected(parts, view.part)
    ]


def file_words(material: Material) -> str:
    return _("%(name)s，共%(pages)s页", name=material.filename, pages=material.pages)


def correction_choices(case: Application) -> Choices:
    """(code, words) of the reasons for a correction that the case's registrar can choose."""
    offered = offered_corrections(case.matter, registrar=case.registrar_code)
    return Choices((code, f"{code} {say(row.words)}") for code, row in offered.items())


def decided(file: CaseFile) -> list[HistoryEvent]:
    """The text of the action that led to the present state, if there is one."""
    came = [entry for entry in file.history if entry.target == file.case.state != entry.source]
    return story(file.case, [entry for entry in came[-1:] if {"opinion", "reason", "paper"} & entry.data.keys()])


def may_mark(file: CaseFile) -> bool:
    """Whether marks are shown: only if a notice can be sent from here."""
    actions = definition_of(file.case.definition).actions
    return any("items" in actions[offer.action].asks for offer in file.offers)


def _kind(case: Application) -> str:
    """设立登记 · 有限责任公司, and the revision once it was corrected."""
    words = _matter(case)
    return _("%(kind)s · 第%(number)s版", kind=words, number=case.revision) if case.revision > 1 else words


def _matter(case: Application) -> str:
    return f"{say(definition_of(case.definition).title)} · {entity_type_words(case.entity_type)}"
