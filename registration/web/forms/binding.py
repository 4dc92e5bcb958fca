"""Converts posted data to the raw value of a section. The schema alone defines the fields.

A control has the path of its field as name (`domicile.street`, `people.p2.id_no`); a blank field is absent.
Nothing is checked here: all input is kept, and the operation reports its problems.
"""

from types import NoneType
from typing import Annotated, Any, get_args, get_origin

from pydantic import BaseModel
from werkzeug.datastructures import MultiDict

from registration.rules.form import MODELS
from registration.rules.form.contributions import Shareholder
from registration.rules.form.persons import LegalPerson, NaturalPerson
from registration.rules.whole_numbers import whole_number

Posted = MultiDict[str, str]
TICKED = "yes"


def bind(section: str, posted: Posted) -> dict[str, Any]:
    """The raw value of a section that is one mapping; lists of rows are bound row by row."""
    return bind_model(MODELS[section], posted, at=section)


def bind_person(key: str, posted: Posted) -> dict[str, Any]:
    """One person of the section `people`, posted under `people.<key>`; without a kind it is a human being."""
    at = f"people.{key}"
    kind = posted.get(f"{at}.kind", "natural")
    model = LegalPerson if kind == "legal" else NaturalPerson
    return {**bind_model(model, posted, at=at), "key": key, "kind": kind}


def bind_shareholder(place: int, posted: Posted) -> dict[str, Any]:
    """One row of the section `shareholders`, posted under `shareholders.<place>` (from 0)."""
    return bind_model(Shareholder, posted, at=f"shareholders.{place}")


def bind_model(model: type[BaseModel], posted: Posted, *, at: str) -> dict[str, Any]:
    values = ((name, _bound(field.annotation, posted, f"{at}.{name}")) for name, field in model.model_fields.items())
    return {name: value for name, value in values if value is not None}


def _bound(annotation: Any, posted: Posted, path: str) -> Any:
    kind = _without_none(annotation)
    if kind is bool:
        return posted.get(path) == TICKED
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return bind_model(kind, posted, at=path) or None
    if get_origin(kind) is tuple:
        row = _without_none(get_args(kind)[0])
        is_model = isinstance(row, type) and issubclass(row, BaseModel)
        return _rows(row, posted, path) if is_model else _listed(posted, path)
    return posted.get(path, "").strip() or None


def _rows(model: type[BaseModel], posted: Posted, path: str) -> list[dict[str, Any]]:
    """The rows posted under `path.0`, `path.1` ...; one with preset choices only counts as blank.

    If all rows are blank the first is kept, so that its missing fields can be reported.
    """
    names = (name.removeprefix(f"{path}.").partition(".")[0] for name in posted if name.startswith(f"{path}."))
    places = sorted({place for name in names if (place := whole_number(name, most=999)) is not None})
    rows = [bind_model(model, posted, at=f"{path}.{place}") for place in places]
    return [row for row in rows if _is_filled(model, row)] or [row for row in rows[:1] if row]


def _is_filled(model: type[BaseModel], row: dict[str, Any]) -> bool:
    return any(value != model.model_fields[name].default for name, value in row.items())


def _listed(posted: Posted, path: str) -> list[str]:
    """Ticked boxes, or the lines of one text: no name or code has two lines."""
    lines = (line.strip() for value in posted.getlist(path) for line in value.splitlines())
    return [line for line in lines if line]


def _without_none(annotation: Any) -> Any:
    if get_origin(annotation) is Annotated:
        return _without_none(get_args(annotation)[0])
    kinds = [kind for kind in get_args(annotation) if kind is not NoneType]
    if NoneType in get_args(annotation) and len(kinds) == 1:
        return _without_none(kinds[0])
    return annotation
