"""The plan of a simulation beside the table: arrivals, staff, durations, and shares of each choice."""

import math
import re
from collections.abc import Callable, Iterator, Mapping
from random import Random
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, PlainSerializer, model_validator

from workflows.definition import Definition, Table
from workflows.definition.values import Key, Model
from workflows.errors import PlanInvalid, PlanProblem

SECONDS = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86_400.0}
Kind = Literal["fixed", "exponential", "uniform", "lognormal", "observed"]
Share = Annotated[float, Field(ge=0, le=1)]


class Duration(Model):
    """A length of time that varies, in seconds. Written ``fixed(5m)``, ``exponential(20m)`` (mean),
    ``uniform(5m,30m)`` or ``lognormal(20m,0.6)`` (median, and the standard deviation of the logarithm); units s m h d.

    In a state of the office it counts hours of work, elsewhere calendar time. ``observed`` draws from a sample.
    """

    kind: Kind
    values: tuple[float, ...]

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: object) -> object:
        return _read(value) if isinstance(value, str) else value

    def draw(self, rng: Random) -> float:
        return _DRAW[self.kind](rng, self.values)

    @property
    def mean(self) -> float:
        return _MEAN[self.kind](self.values)

    def __str__(self) -> str:
        if self.kind == "observed":
            return f"observed({len(self.values)} cases, mean {_short(self.mean)})"
        numbers = [_short(value) for value in self.values]
        if self.kind == "lognormal":
            numbers[1] = f"{self.values[1]:g}"
        return f"{self.kind}({','.join(numbers)})"


def _read(text: str) -> object:
    found = re.fullmatch(r"\s*([a-z]+)\(\s*([0-9.]+[smhd]?)\s*(?:,\s*([0-9.]+[smhd]?)\s*)?\)\s*", text)
    wanted = {"fixed": 1, "exponential": 1, "uniform": 2, "lognormal": 2}
    given = [part for part in found.groups()[1:] if part] if found else []
    if found is None or wanted.get(found[1]) != len(given):
        raise ValueError("a duration is written like fixed(5m), exponential(20m), uniform(5m,30m), lognormal(20m,0.6)")
    return {"kind": found[1], "values": [_seconds(part) for part in given]}


def _seconds(text: str) -> float:
    return float(text[:-1]) * SECONDS[text[-1]] if text[-1] in SECONDS else float(text)


def _short(seconds: float) -> str:
    unit = next((unit for unit in "dhm" if seconds and seconds % SECONDS[unit] == 0), "s")
    if unit == "s" and seconds > SECONDS["m"]:
        return f"{seconds / SECONDS['m']:.3g}m"
    return f"{seconds / SECONDS[unit]:g}{unit}"


_DRAW: Mapping[Kind, Callable[[Random, tuple[float, ...]], float]] = {
    "fixed": lambda rng, values: values[0],
    "exponential": lambda rng, values: rng.expovariate(1 / values[0]) if values[0] else 0.0,
    "uniform": lambda rng, values: rng.uniform(values[0], values[1]),
    "lognormal": lambda rng, values: values[0] * math.exp(rng.gauss(0, values[1])),
    "observed": lambda rng, values: rng.choice(values),
}
_MEAN: Mapping[Kind, Callable[[tuple[float, ...]], float]] = {
    "fixed": lambda values: values[0],
    "exponential": lambda values: values[0],
    "uniform": lambda values: (values[0] + values[1]) / 2,
    "lognormal": lambda values: values[0] * math.exp(values[1] ** 2 / 2),
    "observed": lambda values: sum(values) / len(values),
}


def _share(value: object) -> object:
    """A share may be written as a percentage, or as yes and no."""
    words = {"yes": 1, "true": 1, "no": 0, "false": 0}
    if isinstance(value, str):
        text = value.strip().lower()
        return float(text[:-1]) / 100 if text.endswith("%") else words.get(text, text)
    return value


Part = Annotated[Share, BeforeValidator(_share)]
Written = Annotated[Duration, PlainSerializer(str, return_type=str)]


class Plan(Model):
    """``arrivals`` is cases per working day. ``staff`` is the number for each role; a role without one never makes
    a case wait. ``service`` is by ``state:action`` or ``state``; ``choices`` by ``state:action``; the remaining share
    takes the table's main action. ``holds`` is the share of cases for which a condition holds,
    ``regime`` the one whose clock applies: by default the table's first.
    """

    arrivals: float = Field(gt=0)
    staff: dict[Key, Annotated[int, Field(ge=1, le=100_000)]] = {}
    service: dict[str, Written] = {}
    choices: dict[str, Part] = {}
    holds: dict[Key, Part] = {}
    regime: Key | None = None

    def check(self, definition: Definition) -> None:
        """Raises PlanInvalid with every name that the table does not have."""
        problems = list(_problems(self, definition))
        if problems:
            raise PlanInvalid(problems)


def _problems(plan: Plan, definition: Definition) -> Iterator[PlanProblem]:
    moves, states = set[str](), set[str]()
    for table in tables_of(definition):
        states |= set(table.states)
        moves |= {f"{source}:{row.action}" for row in table.rows for source in row.sources}
    conditions = definition.conditions | (definition.parts.conditions if definition.parts else frozenset())
    regimes = [] if plan.regime is None else [plan.regime]
    yield from _unknown("role", plan.staff, set(definition.roles))
    yield from _unknown("service", plan.service, states | moves)
    yield from _unknown("choice", plan.choices, moves)
    yield from _unknown("condition", plan.holds, set(conditions))
    yield from _unknown("regime", regimes, set(definition.clock))
    for state in states:
        total = sum(share for key, share in plan.choices.items() if key.partition(":")[0] == state)
        if total > 1 + 1e-9:
            yield PlanProblem("choices_over_one", state, ())


def _unknown(kind: str, given: Mapping[str, object] | list[str], known: set[str]) -> Iterator[PlanProblem]:
    for name in given:
        if name not in known:
            yield PlanProblem(f"unknown_{kind}", name, tuple(sorted(known)))


def tables_of(definition: Definition) -> Iterator[Table]:
    yield definition
    if definition.parts is not None:
        yield definition.parts
