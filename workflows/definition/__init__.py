"""The table of a matter: its model, its YAML reader, its JSON Schema."""

from workflows.definition.model import (
    UNCHANGED,
    WRITTEN_UNCHANGED,
    Action,
    ActionShown,
    ClockPolicy,
    Definition,
    Part,
    Parts,
    Row,
    Stage,
    State,
    StateShown,
    Table,
    load,
    load_versions,
    parse,
)

__all__ = [
    "UNCHANGED",
    "WRITTEN_UNCHANGED",
    "Action",
    "ActionShown",
    "ClockPolicy",
    "Definition",
    "Part",
    "Parts",
    "Row",
    "Stage",
    "State",
    "StateShown",
    "Table",
    "load",
    "load_versions",
    "parse",
]
