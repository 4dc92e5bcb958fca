"""What clients send, and what they get of a case, in the names of the specification (bb-registration, API 0.1.1)."""

from collections.abc import Collection, Mapping
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from pydantic.alias_generators import to_camel

from registration.api.govstack.blueprint import PREFIX, configured, the_caller
from registration.api.govstack.catalogue import name_of
from registration.api.open311_format import time_of
from registration.api.v1.apply import LISTS
from registration.api.v1.present import state_label
from registration.errors import InvalidInput, NotFound
from registration.http.context import say, settings_here
from registration.matters import definition_of
from registration.models import Application
from registration.queries.casefile import CaseFile
from registration.queries.govstack import Asked, FileRow, status_of
from registration.rules.govstack import ITEMS
from registration.rules.problems import Problem

S = TypeVar("S", bound="Sent")
Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]


class Sent(BaseModel):
    """With the keys of the specification; others are left out."""

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True, alias_generator=to_camel)


class FormData(Sent):
    data: dict[str, Any] = {}
    e_form_id: Line | None = None

    def sections(self) -> dict[str, Any]:
        """The sections of the form. An empty one says nothing and is left out."""
        return {key: _taken_out(key, value) for key, value in self.data.items() if value not in ({}, None)}


class Submission(Sent):
    applicant_id: Annotated[Line, Field(min_length=1)]
    application_name: Line = ""
    created: Line = ""
    form_data: FormData = FormData()
    document_urls: Annotated[list[str], Field(max_length=50)] = []

    @property
    def applicant(self) -> dict[str, str]:
        """What the client calls the applicant and the file; given back as it came."""
        given = {"applicationName": self.application_name, "created": self.created}
        return {"applicantId": self.applicant_id, **{key: value for key, value in given.items() if value}}


class Completion(Sent):
    """`data` names an action with its inputs, `{"approve": {"opinion": "…"}}`: every value is an object there."""

    data: dict[str, dict[str, Any]] = {}

    def chosen(self, actions: Collection[str]) -> tuple[str, dict[str, Any]] | None:
        """The action and its inputs; None where none is named. InvalidInput for several, or for what is no action."""
        named = {key: value for key, value in self.data.items() if key in actions}
        unknown = [key for key, value in self.data.items() if key not in actions and value]
        if unknown or len(named) > 1:
            raise InvalidInput([Problem("data", "choice.unknown")])
        return next(iter(named.items()), None)


class Paging(Sent):
    first_result: int = 0
    max_result: int = 20
    sort_by: Line = "created"
    sort_order: Annotated[str, Field(pattern="^(asc|desc)$")] = "desc"

    def asked(self, **more: Any) -> Asked:
        return Asked(
            first=self.first_result,
            most=self.max_result,
            sort_by=self.sort_by,
            descending=self.sort_order == "desc",
            **more,
        )


def document_url(ref: str) -> str:
    return f"{settings_here().public_url}{PREFIX}/documents/{ref}"


def file_row(row: FileRow) -> dict[str, Any]:
    """A row of the list of applications."""
    shown = _of_case(row)
    return {
        **shown,
        "mainTaskId": row.case.ref,
        "taskTitle": _label(row.case),
        "roleName": ", ".join(_roles(row.case, labels=True)),
        **({"operatorName": row.holder} if row.holder else {}),
        "applicantId": row.applicant["applicantId"],
        **_submitted(row.case),
        "eformId": shown["serviceId"],
    }


def task_row(row: FileRow) -> dict[str, Any]:
    """A row of the list of tasks: what is to be done with a case now."""
    shown = _of_case(row)
    return {
        **shown,
        "taskId": row.task,
        "mainTaskId": row.case.ref,
        "name": _label(row.case),
        "eFormId": shown["serviceId"],
    }


def task(row: FileRow, file: CaseFile, *, actions: Mapping[str, Any], missing: str) -> dict[str, Any]:
    """One task with the form; `data` has the actions that can be taken, `description` what is in the way."""
    shown = task_row(row) | {"taskName": _label(row.case), "formVariables": sections_of(file), "data": dict(actions)}
    shown.pop("name")
    shown.pop("mainTaskId")
    return shown | ({"description": missing} if missing else {})


def whole_file(row: FileRow, file: CaseFile) -> dict[str, Any]:
    """A case with its form, masked for the office as everywhere, and the addresses of its documents in our API."""
    documents = [
        f"{settings_here().public_url}/api/v1/applications/{row.case.ref}/materials/{one.ref}"
        for need in file.needs
        for one in need.files
    ]
    key = _service(row.case)
    return {
        "fileId": row.case.ref,
        # Required here by the specification, which does not list it as a property; it is in `applicationData` too.
        "applicantId": row.applicant["applicantId"],
        **_submitted(row.case),
        "serviceId": key,
        "serviceName": name_of(key),
        "status": status(row.case),
        "ended": definition_of(row.case.definition).states[row.case.state].kind == "final",
        "applicationData": {
            **row.applicant,
            "created": row.applicant.get("created") or time_of(row.case.created_at),
            "formData": {"data": sections_of(file), "eFormId": key},
            "documentUrls": documents,
        },
    }


def completed(row: FileRow, task_id: str) -> dict[str, Any]:
    """The answer to a task that was completed: the status of the case afterwards."""
    return {
        "taskId": task_id,
        "fileId": row.case.ref,
        "serviceId": _service(row.case),
        "status": status(row.case),
        "variables": {},
    }


def status(case: Application) -> dict[str, str]:
    return {"code": status_of(case), "title": _label(case)}


def sections_of(file: CaseFile) -> dict[str, Any]:
    return {key: {ITEMS: list(value)} if key in LISTS else value for key, value in dict(file.form).items()}


def _of_case(row: FileRow) -> dict[str, Any]:
    key, roles = _service(row.case), _roles(row.case)
    assignee = row.holder or (row.applicant["applicantId"] if _is_with_applicant(row.case) else "")
    return {
        "fileId": row.case.ref,
        "status": status(row.case),
        "created": time_of(row.case.created_at),
        "description": row.case.name,
        "serviceId": key,
        "serviceName": name_of(key),
        **({"roleId": roles[0]} if roles else {}),
        **({"assigneeId": assignee} if assignee else {}),
    }


def _service(case: Application) -> str:
    found = configured().service_of(case.matter, case.entity_type, case.registrar_code)
    if found is None or (case.matter, case.entity_type, case.registrar_code) not in the_caller().kinds:
        raise NotFound(ref=case.ref)
    return found


def _label(case: Application) -> str:
    return state_label(definition_of(case.definition), case.state)


def _roles(case: Application, *, labels: bool = False) -> list[str]:
    table = definition_of(case.definition)
    held = table.states[case.state].holder
    return [say(table.roles[role]) for role in held] if labels else list(held)


def _is_with_applicant(case: Application) -> bool:
    return definition_of(case.definition).states[case.state].is_with_applicant


def _submitted(case: Application) -> dict[str, str]:
    return {"registered": time_of(case.submitted_at)} if case.submitted_at else {}


def _taken_out(key: str, value: Any) -> Any:
    return value[ITEMS] if key in LISTS and isinstance(value, dict) and set(value) == {ITEMS} else value
