"""The rows of the two lists of people: every person with a document, every shareholder with a share."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from flask_babel import gettext as _
from markupsafe import Markup, escape

from registration.queries.casefile import CaseFile
from registration.rules.identity import mask_id
from registration.rules.problems import Problem
from registration.web.present.answers import words_for


@dataclass(frozen=True, slots=True)
class PersonRow:
    """`number` is masked, or the code of an organization; `whole`: nothing is missing."""

    key: str
    anchor: str
    name: str
    kind: str
    number: str
    whole: bool


@dataclass(frozen=True, slots=True)
class ShareRow:
    """One shareholder of the table; `input` is the name of the amount, which can be typed there if it is one."""

    place: int
    anchor: str
    name: str
    number: str
    method: Markup
    amount: Decimal | None
    typed: str
    input: str
    due_on: Markup
    whole: bool


def listed_people(file: CaseFile, *, problems: Sequence[Problem]) -> list[PersonRow]:
    faulty = {".".join(problem.path.split(".")[:2]) for problem in problems}
    rows = file.form.get("people")
    return [
        PersonRow(
            key=str(row.get("key")),
            anchor=f"people.{place}",
            name=str(row.get("name") or ""),
            kind=str(row.get("kind") or "natural"),
            number=number_of(row),
            whole=f"people.{place}" not in faulty,
        )
        for place, row in enumerate(rows if isinstance(rows, list) else ())
        if isinstance(row, Mapping)
    ]


def number_of(person: Mapping[str, Any]) -> str:
    """The number that distinguishes persons of one name: an organization's code, a natural person's masked number."""
    if person.get("kind") == "legal":
        return str(person.get("uscc") or person.get("number_abroad") or "")
    return mask_id(str(person.get("id_no") or ""))


def share_rows(file: CaseFile, *, problems: Sequence[Problem]) -> list[ShareRow]:
    """The shareholders in the order of the form."""
    raw = file.form.get("shareholders")
    rows = [row for row in raw if isinstance(row, Mapping)] if isinstance(raw, list) else []
    faulty = {".".join(problem.path.split(".")[:2]) for problem in problems}
    return [_share(file, row, place, whole=f"shareholders.{place}" not in faulty) for place, row in enumerate(rows)]


def _share(file: CaseFile, row: Mapping[str, Any], place: int, *, whole: bool) -> ShareRow:
    people = {str(one.get("key")): one for one in file.form.get("people") or () if isinstance(one, Mapping)}
    amount, lines = subscribed(row), lines_of(row)
    methods = list(dict.fromkeys(line.get("method") or "currency" for line in lines))
    days = [str(line["due_on"]) for line in lines if line.get("due_on")]
    only = lines[0] if len(lines) == 1 else None
    return ShareRow(
        place=place,
        anchor=f"shareholders.{place}",
        name=str(people.get(str(row.get("person")), {}).get("name") or ""),
        number=number_of(people.get(str(row.get("person")), {})),
        method=escape(_("、")).join(words_for("shareholders.0.lines.0.method", one, file.form) for one in methods),
        amount=amount,
        due_on=words_for("shareholders.0.lines.0.due_on", max(days, default=None), file.form),
        typed=str(only.get("amount_wan") or "") if only else "",
        input=f"shareholders.{place}.lines.0.amount_wan" if only else "",
        whole=whole,
    )


def lines_of(row: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The lines of a shareholder's contribution as they were typed so far."""
    lines = row.get("lines")
    return [line for line in lines if isinstance(line, Mapping)] if isinstance(lines, list) else []


def subscribed(row: Mapping[str, Any]) -> Decimal | None:
    """What a shareholder promises in all; None while no amount can be read."""
    amounts = [amount for line in lines_of(row) if (amount := amount_of(line.get("amount_wan"))) is not None]
    return sum(amounts, Decimal(0)) if amounts else None


def amount_of(typed: Any) -> Decimal | None:
    """The amount; an unreadable one counts as absent here, and the rules report it."""
    try:
        amount = Decimal(str(typed).replace(",", "").strip())
    except InvalidOperation:
        return None
    return amount if amount.is_finite() and amount > 0 else None


def percent_words(percent: Decimal | None) -> str:
    """51%, 33.33%: two decimals at most, since the exact share is the amount itself."""
    if percent is None:
        return ""
    text = f"{percent:.2f}".rstrip("0").rstrip(".")
    return f"{text}%"
