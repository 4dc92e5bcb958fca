"""Tasks: what is to be done with a case now, by the applicant or at the desk. The table alone says who may do what."""

import re
from typing import Any

from flask import Response, request
from pydantic import ValidationError

from registration import clock, database
from registration.access import access
from registration.actor import Actor
from registration.api.govstack import shapes
from registration.api.govstack.applications import file_of, main_offer, opened, query_as, sent_as
from registration.api.govstack.blueprint import LIMIT, answer, blueprint, the_caller
from registration.api.govstack.once import once
from registration.api.v1.blueprint import refuse_parameters
from registration.api.v1.present import action_row
from registration.api.v1.shapes import Inputs
from registration.errors import Conflict, NotFound
from registration.http.context import lang_here, limiter
from registration.matters import definition_of
from registration.operations.act import act
from registration.queries.casefile import CaseFile
from registration.queries.govstack import FileRow, rows_for, stay_over
from registration.rules.blockers import blocker_text
from registration.rules.whole_numbers import whole_number

# The reference of a case, and the number of the step that brought it to its state.
TASK = re.compile(r"(.+)\.([0-9]{1,9})")


@blueprint.get("/tasks")
@access("govstack.use")
@limiter.limit(LIMIT)
def list_tasks() -> Response:
    """The cases that wait for the client's applicant or for its operator's office; each is its own main task."""
    named = {request.args[name] for name in ("fileId", "mainTaskId") if name in request.args}
    if len(named) > 1 or "" in named:
        return answer([])
    asked = query_as(shapes.Paging).asked(ref="".join(named), assignee=request.args.get("assigneeId", ""), waiting=True)
    with database.reading() as session:
        rows = rows_for(session, the_caller(), asked)
    return answer([shapes.task_row(row) for row in rows])


@blueprint.get("/tasks/<task_id>")
@access("govstack.use")
@limiter.limit(LIMIT)
def show_task(task_id: str) -> Response:
    row, accounts, is_over = _task(task_id)
    file = file_of(row.case.ref, accounts[0])
    rows = [action_row(one, definition_of(file.case.definition)) for one in file.offers if not is_over]
    actions = {one.action: one.model_dump(mode="json", exclude={"action"}) for one in rows}
    main = None if is_over else main_offer(file)
    missing = [blocker_text(one, lang_here()) for one in main.blockers] if main is not None else []
    return answer(shapes.task(row, file, actions=actions, missing=" ".join(missing)) | {"taskId": task_id})


@blueprint.post("/tasks/<task_id>/complete")
@access("govstack.use")
@limiter.limit(LIMIT)
@once
def complete(task_id: str) -> Response:
    """Takes the action that `data` names, else the main one of the table. 409 for a task that is over."""
    sent = sent_as(shapes.Completion)
    row, accounts, is_over = _task(task_id)
    if is_over:
        raise Conflict("task_over")
    seen = {one: file_of(row.case.ref, one) for one in accounts}
    named = sent.chosen(definition_of(row.case.definition).actions)
    action, inputs = named or (_main(seen[accounts[0]]), {})
    # The table says which of the accounts has this action.
    actor = next((one for one in accounts if seen[one].offer(action)), accounts[0])
    act(row.case.ref, action, actor=actor, now=clock.now(), version=row.case.version, **_inputs(inputs))
    return answer(shapes.completed(opened(row.case.ref)[0], task_id))


def _task(task_id: str) -> tuple[FileRow, list[Actor], bool]:
    """The case of a task, and whether a later step has ended it. NotFound for one that never was."""
    found = TASK.fullmatch(task_id)
    if found is None:
        raise NotFound(task=task_id)
    row, accounts = opened(found[1])
    with database.reading() as session:
        return row, accounts, stay_over(session, row.case, whole_number(found[2]) or 0) is not None


def _main(file: CaseFile) -> str:
    """The main action; a state without one has nothing to complete, so it is to be named."""
    offer = main_offer(file)
    if offer is None:
        raise Conflict("nothing_to_complete")
    return offer.action


def _inputs(raw: dict[str, Any]) -> dict[str, Any]:
    try:
        return Inputs.model_validate(raw).model_dump(exclude_none=True)
    except ValidationError as error:
        refuse_parameters(error)
