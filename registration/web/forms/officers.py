"""The page of posts: one row for each person with the posts; the schema has one list for each post."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from registration.rules.entity_types import EntityType
from registration.rules.form.persons import Election
from registration.rules.whole_numbers import whole_number
from registration.web.forms.binding import TICKED, Posted, bind_model
from registration.web.forms.controls import Option, choices_in

ELECTION = "officers.election"
ELECTION_CONTROLS = tuple(f"{ELECTION}.{name}" for name in Election.model_fields)
CHAIR = "officers.supervisor_chair"
_CONTROLS = {
    "directors": "post",
    "supervisors": "supervisor",
    "employee_supervisors": "employee",
    "managers": "manager",
}


@dataclass(frozen=True, slots=True)
class Posts:
    """What one person is: `post` among the directors or empty."""

    key: str
    name: str
    post: str
    audit: bool
    supervisor: bool
    employee: bool
    manager: bool

    @property
    def of_employees(self) -> bool:
        return self.employee or self.post == "employee_director"


def bind_officers(posted: Posted, *, keys: Sequence[str]) -> dict[str, Any]:
    """The raw section, the persons in the order of `keys`."""
    return {
        **{name: posted[f"officers.{name}"] for name in ("board", "supervision") if posted.get(f"officers.{name}")},
        "directors": [_director(posted, key) for key in keys if posted.get(f"officers.post.{key}")],
        **({"supervisor_chair": posted[CHAIR]} if posted.get(CHAIR) else {}),
        "employee_supervisors": [key for key in keys if posted.get(f"officers.employee.{key}") == TICKED],
        "supervisors": [key for key in keys if posted.get(f"officers.supervisor.{key}") == TICKED],
        **({"election": told} if (told := bind_model(Election, posted, at=ELECTION)) else {}),
        "managers": [key for key in keys if posted.get(f"officers.manager.{key}") == TICKED],
    }


def _director(posted: Posted, key: str) -> dict[str, Any]:
    return {
        "person": key,
        "post": posted[f"officers.post.{key}"],
        "audit_committee": posted.get(f"officers.audit.{key}") == TICKED,
    }


def posts_of(raw: Mapping[str, Any], *, people: Sequence[tuple[str, str]]) -> list[Posts]:
    """A row for each person (key, name)."""
    directors = {row.get("person"): row for row in raw.get("directors") or () if isinstance(row, Mapping)}
    return [
        Posts(
            key=key,
            name=name,
            post=str(directors.get(key, {}).get("post") or ("director" if key in directors else "")),
            audit=bool(directors.get(key, {}).get("audit_committee")),
            supervisor=key in (raw.get("supervisors") or ()),
            employee=key in (raw.get("employee_supervisors") or ()),
            manager=key in (raw.get("managers") or ()),
        )
        for key, name in people
    ]


def boards_of(row: EntityType, *, chosen: str) -> list[Option]:
    """The boards that this type may have; what is chosen already is there in any case."""
    return [one for one in choices_in("officers.board") if one[0] in ("board", chosen) or not row.board.required]


def supervision_of(row: EntityType, *, chosen: str) -> list[Option]:
    """The same of the kinds of supervision."""
    return [one for one in choices_in("officers.supervision") if one[0] in (*row.board.supervision, chosen)]


def anchor_in(raw: Mapping[str, Any], path: str) -> str:
    """The control in which a fault at `officers.directors.1.person` is corrected: that of the person in this post."""
    parts = path.split(".")
    number = whole_number(parts[2]) if len(parts) > 2 else None
    if number is None:
        return {"officers.directors": "officers.posts", "officers.supervisors": "officers.posts"}.get(path, path)
    rows = raw.get(parts[1]) or []
    row = rows[number] if number < len(rows) else None
    key = row.get("person") if isinstance(row, Mapping) else row
    control = {
        "directors": "post",
        "supervisors": "supervisor",
        "managers": "manager",
        "employee_supervisors": "employee",
    }[parts[1]]
    return f"officers.{control}.{key}"
