"""The clauses of founding documents that those who sign have put in their own words."""

from typing import Annotated, Any

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from registration.rules.form.values import About, ClauseName, Schema, seen_lines
from registration.rules.tidy import UntidyText, tidy_lines


def _tidied(value: Any) -> Any:
    try:
        return tidy_lines(value) if isinstance(value, str) else value
    except UntidyText as error:
        raise PydanticCustomError(error.code, error.code, error.data) from error


class OwnClause(Schema):
    """A clause in other words than the standard ones; `clause` is `<document>.<clause>` of the matter's documents."""

    clause: Annotated[ClauseName, About("条款", "Clause")]
    text: Annotated[
        str,
        BeforeValidator(_tidied),
        Field(min_length=1, max_length=2000),
        seen_lines,
        About("自行约定的内容", "Text of your own"),
    ]


class Documents(Schema):
    """Absent where all documents have the standard text."""

    clauses: Annotated[
        tuple[OwnClause, ...],
        Field(min_length=1, max_length=100),
        About("自行约定的条款", "Clauses in your own words"),
    ]

    def own(self) -> dict[str, str]:
        """The texts by clause."""
        return {row.clause: row.text for row in self.clauses}
