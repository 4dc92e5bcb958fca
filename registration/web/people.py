"""The persons of an application: the list, and one page for each."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from registration import database
from registration.access import access
from registration.clock import now
from registration.errors import NotFound
from registration.http.context import say, the_actor
from registration.operations import apply
from registration.queries.casefile import CaseFile
from registration.queries.file_contents import TaskState
from registration.queries.known_people import KnownPerson, known_people
from registration.rules.entity_types import type_row
from registration.rules.problems import Problem
from registration.rules.whole_numbers import whole_number
from registration.web.forms import section as pages
from registration.web.forms.anchors import field_errors
from registration.web.forms.binding import bind_person
from registration.web.forms.controls import controls, ids_of
from registration.web.forms.layout import PERSON, intro_of, title_of
from registration.web.forms.registered_name import control_with_button, with_registered_name
from registration.web.present.people import listed_people, number_of
from registration.web.sections import kept

blueprint = Blueprint("people", __name__, url_prefix="/applications/<ref>/people")

Page = str | Response | tuple[str, int]
KEY = re.compile(r"p[1-9][0-9]{0,3}")


@blueprint.get("")
@access("application.edit")
def listed(ref: str) -> Page:
    file, task = pages.open_section(ref, "people")
    return _list_page(file, task, problems=task.problems if "check" in request.args else ())


@blueprint.post("")
@access("application.edit")
def finish(ref: str) -> Page:
    """`Save and continue` of the list: checks every person, and shows the next page if all are complete."""
    file, task = pages.open_section(ref, "people")
    saved, problems = pages.save(file, "people", pages.raw_rows(file, "people"))
    if problems:
        return _list_page(saved, task, problems=problems), 422
    return redirect(pages.onward(saved, "people"), 303)


@blueprint.post("/known")
@access("application.edit")
def add_known(ref: str) -> Response:
    """Adds a person who was entered in an earlier application; of the applicant only the account's data is there."""
    file, _task = pages.open_section(ref, "people")
    wanted = request.form.get("source")
    chosen = next((one for one in _known(file) if one.source == wanted), None)
    if chosen is None:
        # Somebody who was added a moment ago in another window, or an entry that is older than all that are offered.
        return redirect(url_for("people.listed", ref=ref), 303)
    row = {**chosen.person, "key": next_key(file.form)}
    apply.keep_typed(ref, "people", _with(file, row), actor=the_actor(), now=now())
    if not chosen.is_whole:
        return redirect(url_for("people.edit", ref=ref, key=row["key"]), 303)
    flash(_("已添加%(name)s，请核对是否仍然正确", name=row.get("name")), "ok")
    return redirect(url_for("people.listed", ref=ref), 303)


def _known(file: CaseFile) -> tuple[KnownPerson, ...]:
    with database.reading() as session:
        return known_people(session, file.case)


@blueprint.get("/<key>")
@access("application.edit")
def edit(ref: str, key: str) -> Page:
    file, task = pages.open_section(ref, "people")
    person = _person(file, key)
    problems = [problem for problem in task.problems if person is not None and "check" in request.args]
    return _page(file, task, key, raw=person or {"kind": _kind_asked()}, problems=problems)


@blueprint.post("/<key>")
@access("application.edit")
def save(ref: str, key: str) -> Page:
    file, task = pages.open_section(ref, "people")
    _person(file, key)
    raw = with_registered_name(bind_person(key, request.form))
    rows = _with(file, raw)
    try:
        pages.check_mark(file, "people")
        saved, found = pages.save(file, "people", rows)
    except pages.Overtaken:
        return _page(pages.open_case(ref), task, key, raw=raw, problems=(), overtaken=True), 409
    if problems := _own(found, place=_place(rows, key)):
        return _page(saved, task, key, raw=raw, problems=problems), 422
    return redirect(url_for("people.listed", ref=ref), 303)


@blueprint.post("/<key>/draft")
@access("application.edit")
def keep(ref: str, key: str) -> Response:
    file, _task = pages.open_section(ref, "people")
    _person(file, key)
    return kept(file, "people", _with(file, bind_person(key, request.form)))


@blueprint.post("/<key>/remove")
@access("application.edit")
def remove(ref: str, key: str) -> Response:
    file, _task = pages.open_section(ref, "people")
    person = _person(file, key)
    rows = [row for row in pages.raw_rows(file, "people") if row.get("key") != key]
    apply.keep_typed(ref, "people", rows, actor=the_actor(), now=now())
    flash(_("已移除%(name)s", name=(person or {}).get("name") or _("没有写姓名的人")), "ok")
    return redirect(url_for("people.listed", ref=ref), 303)


def _person(file: CaseFile, key: str) -> dict[str, Any] | None:
    """The person of that key; None for the next free key, which is that of a new one."""
    rows = pages.raw_rows(file, "people")
    found = next((row for row in rows if row.get("key") == key), None)
    if found is None and key != next_key(file.form):
        raise NotFound(person=key)
    return found


def next_key(form: Mapping[str, Any]) -> str:
    """The first number after all that are used in the form: another page may still refer to a removed person."""
    return f"p{max(_numbers_in(form), default=0) + 1}"


def _numbers_in(value: Any) -> Iterator[int]:
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from _numbers_in(item)
    elif isinstance(value, str) and KEY.fullmatch(value):
        yield whole_number(value[1:]) or 0


def _with(file: CaseFile, raw: dict[str, Any]) -> list[dict[str, Any]]:
    rows = pages.raw_rows(file, "people")
    return [raw if row.get("key") == raw["key"] else row for row in rows] + (
        [] if any(row.get("key") == raw["key"] for row in rows) else [raw]
    )


def _place(rows: Sequence[dict[str, Any]], key: str) -> int:
    return next(place for place, row in enumerate(rows) if row.get("key") == key)


def _own(problems: Sequence[Problem], *, place: int) -> list[Problem]:
    """The problems of this person only: those of the others are shown on their own pages.

    Nobody is asked for the sex because of a wrong number, which would tell it.
    """
    own = [problem for problem in problems if f"{problem.path}.".startswith(f"people.{place}.")]
    number_is_wrong = any(problem.path == f"people.{place}.id_no" for problem in own)
    return [problem for problem in own if not (number_is_wrong and problem.path == f"people.{place}.sex")]


def _kind_asked() -> str:
    return "legal" if request.args.get("kind") == "legal" else "natural"


def _list_page(file: CaseFile, task: TaskState, *, problems: Sequence[Problem]) -> str:
    rows = listed_people(file, problems=task.problems or tuple(problems))
    ids = [row.anchor for row in rows] or ["people"]
    moved = {problem.path: _row_of(problem.path) for problem in problems}
    return render_template(
        "apply/people.html",
        file=file,
        task=task,
        place=pages.place_of(file, task),
        heading=title_of("people", entity_type=file.case.entity_type),
        intro=intro_of("people", entity_type=file.case.entity_type),
        rows=rows,
        has_firms=type_row(file.case.entity_type).has_firms,
        add_firm=_add_firm(file),
        known=[(one.source, one.person["name"], number_of(one.person)) for one in _known(file)],
        next_key=next_key(file.form),
        problems=field_errors(problems, ids=ids, moved=moved),
    )


def _add_firm(file: CaseFile) -> str:
    """The words of the button that adds an organization: what it is follows from the type."""
    own = type_row(file.case.entity_type).pages.labels.get("firm")
    return say(own) if own else _("添加企业股东")


def _row_of(path: str) -> str:
    return ".".join(path.split(".")[:2])


def _page(
    file: CaseFile,
    task: TaskState,
    key: str,
    *,
    raw: dict[str, Any],
    problems: Sequence[Problem],
    overtaken: bool = False,
) -> str:
    kind = "legal" if raw.get("kind") == "legal" else "natural"
    made = controls(PERSON[kind], raw if len(raw) > 1 else None, file=file, at=f"people.{key}", pattern="people.*")
    rows = pages.raw_rows(file, "people")
    place = next((at for at, row in enumerate(rows) if row.get("key") == key), len(rows))
    own = _own(problems, place=place)
    moved = {problem.path: problem.path.replace(f"people.{place}", f"people.{key}", 1) for problem in own}
    return render_template(
        "apply/person.html",
        file=file,
        task=task,
        place=pages.place_of(file, task),
        key=key,
        kind=kind,
        is_new=place == len(rows),
        add_firm=_add_firm(file),
        person=raw,
        controls=made,
        seen=pages.mark_of(file.form.get("people")),
        overtaken=overtaken,
        takes_name=control_with_button(own, moved),
        problems=field_errors(own, ids=ids_of(made), moved=moved),
    )
