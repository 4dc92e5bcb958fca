"""Steps of every form page: open the draft, save a section, show problems, go to the next page."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

from flask import request, url_for
from sqlmodel import Session

from registration import database
from registration.clock import now
from registration.errors import ActionRefused, InvalidInput, NotFound, StaleVersion
from registration.http.context import lang_here, say, the_actor
from registration.models import Application
from registration.operations import apply
from registration.queries.casefile import CaseFile, casefile
from registration.queries.file_contents import TaskState
from registration.rules.form import DOCUMENTS, LAST_STEP, NAMING_PERSONS, Group, groups_of
from registration.rules.languages import formatted
from registration.rules.problems import DONE_AFTERWARDS, Problem
from workflows.errors import Blocker

ReadAhead = Callable[[Session, Application], None]


@dataclass(frozen=True, slots=True)
class FormPlace:
    """The position of a section in the form: its heading, page number and number of pages."""

    group: Group
    number: int
    count: int

    @property
    def heading(self) -> str:
        """一、企业的基本情况: the numeral belongs to Chinese headings alone."""
        return formatted("heading", lang_here(), numeral=self.group.number, label=say(self.group.label))


class Overtaken(Exception):
    """The section was changed elsewhere after this page was opened; nothing was written."""


def open_case(ref: str) -> CaseFile:
    """The applicant's own case."""
    with database.reading() as session:
        return casefile(session, ref, actor=the_actor(), now=now(), rule="application.edit")


def open_section(ref: str, section: str, *, ahead: ReadAhead | None = None) -> tuple[CaseFile, TaskState]:
    """The case and one page of its form; ActionRefused while that page cannot be edited. `ahead` reads what a page
    shows as one statement.

    Also where the page is saved, its parts are read when they are used. A write ends that reading: who has written
    opens the case again, and takes nothing from the file of before.
    """
    database.share_reading()
    file = open_case(ref)
    if ahead is not None:
        with database.reading() as session:
            ahead(session, file.case)
    task = next((task for task in file.tasks if task.section.key == section), None)
    if task is None:
        raise NotFound(section=section)
    if not is_editable(file, task):
        raise ActionRefused([Blocker("not_editable", {})], ref=ref)
    return file, task


def is_editable(file: CaseFile, task: TaskState) -> bool:
    """The persons open with every section that names some."""
    names_people = any(other.open and other.section.key in NAMING_PERSONS for other in file.tasks)
    return task.open or (task.section.key == "people" and names_people)


def shown_groups(file: CaseFile) -> list[Group]:
    """The headings of the case's task list, numbered through: one whose sections the choice leaves shut is left out."""
    every, used = groups_of(file.case.matter), {task.section.group for task in file.tasks}
    shown = [group for group in every if group.key in (*used, DOCUMENTS, LAST_STEP)]
    return [replace(group, number=one.number) for group, one in zip(shown, every, strict=False)]


def place_of(file: CaseFile, task: TaskState) -> FormPlace:
    group = next(group for group in shown_groups(file) if group.key == task.section.group)
    beside = [one.section.key for one in file.tasks if one.section.group == group.key]
    return FormPlace(group, beside.index(task.section.key) + 1, len(beside))


def mark_of(value: Any) -> str:
    """A short checksum of a section, to detect changes made elsewhere meanwhile."""
    return sha256(json.dumps(value, ensure_ascii=False, sort_keys=True, default=str).encode()).hexdigest()[:16]


def check_mark(file: CaseFile, section: str) -> None:
    """Raises Overtaken when the page was opened on another content than the section has now."""
    seen = request.form.get("seen")
    if seen is not None and seen != mark_of(file.form.get(section)):
        raise Overtaken


def save(file: CaseFile, section: str, raw: Any) -> tuple[CaseFile, list[Problem]]:
    """Saves a section; returns the case as it is then, and the section's problems, also those across sections.

    The input is kept in any case. What can only be done after this page is no problem of it.

    Raises Overtaken if the section was changed between opening and saving.
    """
    try:
        apply.save_section(file.case.ref, section, raw, actor=the_actor(), now=now(), version=file.case.version)
    except InvalidInput as invalid:
        return open_case(file.case.ref), _of_page(invalid.problems)
    except StaleVersion:
        raise Overtaken from None
    saved = open_case(file.case.ref)
    return saved, _of_page(problem for task in saved.tasks if task.section.key == section for problem in task.problems)


def _of_page(problems: Iterable[Problem]) -> list[Problem]:
    return [one for one in problems if one.code not in DONE_AFTERWARDS]


def keep(file: CaseFile, section: str, raw: Any) -> str:
    """Saves the page without checks, or clears the section for None; returns its new mark."""
    if raw is not None:
        apply.keep_typed(file.case.ref, section, raw, actor=the_actor(), now=now())
    elif section in file.form:
        apply.clear_section(file.case.ref, section, actor=the_actor(), now=now())
    return mark_of(open_case(file.case.ref).form.get(section))


def onward(file: CaseFile, section: str) -> str:
    """Where a saved page leads: to the next one that is not done yet, or back to the list. `file` is what was saved."""
    keys = [task.section.key for task in file.tasks]
    # A section with a condition is gone once it is left out.
    after = file.tasks[keys.index(section) + 1 :] if section in keys else ()
    following = next((task for task in after if task.open and task.state != "done" and not task.section.optional), None)
    if following is None or file.correction is not None:
        return url_for("apply.show", ref=file.case.ref)
    return address_of(file.case.ref, following.section.key)


SPECIAL = {
    "chosen": "businesses.choose",
    "name": "naming.edit",
    "scope": "scope.edit",
    "documents": "documents.edit",
    "people": "people.listed",
    "shareholders": "shareholders.listed",
}


def address_of(ref: str, section: str) -> str:
    endpoint = SPECIAL.get(section)
    return url_for(endpoint, ref=ref) if endpoint else url_for("sections.edit", ref=ref, section=section)


def raw_mapping(file: CaseFile, section: str) -> Mapping[str, Any] | None:
    raw = file.form.get(section)
    return raw if isinstance(raw, Mapping) else None


def raw_rows(file: CaseFile, section: str) -> list[dict[str, Any]]:
    raw = file.form.get(section)
    rows: Sequence[Any] = raw if isinstance(raw, list) else ()
    return [dict(row) for row in rows if isinstance(row, Mapping)]
