"""The checker's results: codes with sentences in both languages, and findings, which are a code at a place."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from workflows.definition import source
from workflows.definition.values import ENGLISH, Model, Text


class Code(Model):
    """One kind of fault: its meaning, the sentence for one occurrence, and how to correct it."""

    about: Text
    message: Text
    fix: Text


class Found(NamedTuple):
    """A fault as a rule reports it, still without line and column; ``data`` fills the sentences."""

    code: str
    place: str
    data: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault: its code, its place, and the data for its sentences.

    ``place`` is a path with dots, such as ``states.draft`` or ``rows.3``; line and column count from one.
    """

    code: str
    place: str
    data: Mapping[str, str] = field(default_factory=dict)
    line: int | None = None
    column: int | None = None

    @property
    def message(self) -> str:
        """What is wrong, in English."""
        return self.message_in(ENGLISH)

    @property
    def fix(self) -> str:
        """What to do about it, in English."""
        return self.fix_in(ENGLISH)

    def message_in(self, lang: str) -> str:
        return CODES[self.code].message.in_(lang).format_map(self.data)

    def fix_in(self, lang: str) -> str:
        return CODES[self.code].fix.in_(lang).format_map(self.data)


def found(code: str, place: str, **data: str) -> Found:
    return Found(code, place, tuple(data.items()))


@cache
def _codes() -> Mapping[str, Code]:
    text = files("workflows.check").joinpath("codes.yaml").read_text(encoding="utf-8")
    data = source.read(text, file="codes.yaml").data
    assert isinstance(data, dict)
    return {key: Code.model_validate(value) for key, value in data.items()}


CODES: Mapping[str, Code] = _codes()
