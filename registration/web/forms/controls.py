"""The controls of a page with their values, from a layout and the input."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _

from registration.http.context import lang_here, say
from registration.queries.casefile import CaseFile
from registration.rules.check_firm import LARGE_WAN
from registration.rules.choices import choices_of
from registration.rules.currencies import AMOUNT, HOME, currency_in, in_currency, labelled
from registration.rules.entity_types import type_row
from registration.rules.form.contributions import Method
from registration.rules.identity import ABROAD, mask_id
from registration.rules.jurisdiction import tenures_not_here
from registration.rules.kinds import is_under_regulation
from registration.rules.regions import region
from registration.web.forms.layout_fields import LayoutField, LayoutGroup, LayoutRows
from registration.web.present.people import amount_of

Option = tuple[str, str]

# Never offered: they are in the schema only to name the article that forbids them (Regulation art. 13).
FORBIDDEN: frozenset[Method] = frozenset({"labour", "credit", "personal_name", "goodwill", "franchise", "encumbered"})
# References to a person for which an organization can be chosen.
ALSO_FIRMS = frozenset({"shareholders.*.person", "partners.listed.*.person", "members.listed.*.person"})
# Of an organization that is registered abroad.
OF_ABROAD = ("people.*.seat", "people.*.country", "people.*.number_abroad")
# Its hint is about limited partners.
METHOD_OF_PARTNER = "partners.listed.*.method"
ONLINE = ("domicile.platform_url",)
NUMBERS = frozenset({"id_no", "representative_id_no"})


@dataclass(frozen=True, slots=True)
class Control:
    """What a template lays out; `value` is a text, or a list of texts for `checks`."""

    id: str
    kind: str
    label: str
    hint: str
    value: Any
    width: str
    inputmode: str
    empty: str
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class ControlGroup:
    """What is shown at once, and below it the controls that few need."""

    legend: str
    hint: str
    shown: tuple[Control, ...]
    below: tuple[Control, ...]
    more: str

    def is_open(self, problems: Sequence[tuple[str, str]]) -> bool:
        """Whether something is filled in below, or is wrong there."""
        return any(one.value for one in self.below) or any(
            at == one.id for at, _words in problems for one in self.below
        )


@dataclass(frozen=True, slots=True)
class ControlRows:
    """A list: a legend and the controls of each row, and the button for one row more."""

    hint: str
    rows: tuple[tuple[str, tuple[Control, ...]], ...]
    more: str


Made = Control | ControlGroup | ControlRows


def controls(
    layout: Sequence[LayoutField | LayoutGroup | LayoutRows],
    raw: Mapping[str, Any] | None,
    *,
    file: CaseFile,
    at: str,
    pattern: str,
    one_more: bool = False,
) -> list[Made]:
    """The layout's controls under `at` (`people.p2`), with the values of `raw`; None gives the defaults.

    `one_more` adds a blank row to each list.
    """
    made: list[Made] = []
    for item in layout:
        if isinstance(item, LayoutRows):
            made.append(_rows(item, raw, file=file, at=at, pattern=pattern, one_more=one_more))
        elif isinstance(item, LayoutGroup):
            fields = [one for one in item.fields if _is_asked(one, raw, file=file, pattern=pattern)]
            own = tuple(_control(one, raw, file=file, at=at, pattern=pattern) for one in fields)
            parts = own[: item.shown], own[item.shown :]
            # Without fields to open below, the user can only choose: the hint about them would mislead.
            hint = str(item.hint) if len(own) > 1 else ""
            made += [ControlGroup(str(item.legend), hint, *parts, str(item.more))] if own else []
        elif _is_asked(item, raw, file=file, pattern=pattern):
            made.append(_control(item, raw, file=file, at=at, pattern=pattern))
    return made


def _rows(
    item: LayoutRows, raw: Mapping[str, Any] | None, *, file: CaseFile, at: str, pattern: str, one_more: bool
) -> ControlRows:
    name = item.path.removeprefix(f"{pattern}.")
    typed = _at(raw, name)
    rows: list[Mapping[str, Any] | None] = [row for row in typed if isinstance(row, Mapping)] if typed else []
    rows += [None] if one_more or not rows else []
    made = (
        tuple(_control(one, row, file=file, at=f"{at}.{name}.{place}", pattern=f"{item.path}.*") for one in item.fields)
        for place, row in enumerate(rows)
    )
    named = ((str(item.legend) % {"number": place}, own) for place, own in enumerate(made, 1))
    return ControlRows(str(item.hint), tuple(named), str(item.more))


def _is_asked(field: LayoutField, raw: Mapping[str, Any] | None, *, file: CaseFile, pattern: str) -> bool:
    """Whether this case needs the field; an earlier input is shown in any case."""
    if field.path.endswith(".currency"):
        return currency_in(file.form) != HOME or _may_choose_currency(file)
    if _at(raw, field.path.removeprefix(f"{pattern}.")):
        return True
    if field.path in ONLINE:
        return type_row(file.case.entity_type).online_place
    if field.path.endswith(".large_confirmed"):
        return _amount_in(raw or {}) >= LARGE_WAN
    row = type_row(file.case.entity_type)
    if field.path == "people.*.held_by":
        return row.official.by in ("majority", "owner")
    if field.path in OF_ABROAD:
        return row.may_be_foreign_invested
    if field.path == "people.*.guardian" and not row.has_guardians:
        return False
    if field.path.startswith("contacts.finance.") and not row.finance_officer:
        return False
    # Who proves identity is chosen among the persons (Implementing Rules art. 16).
    is_chosen = field.path.startswith(("contacts.liaison.", "contacts.finance.")) and not field.path.endswith(".person")
    return not (is_chosen and is_under_regulation(file.case.regime))


def _may_choose_currency(file: CaseFile) -> bool:
    """Whether somebody from abroad is in the form: nobody else may state the capital in another currency."""
    rows = file.form.get("people")
    persons = [row for row in rows if isinstance(row, Mapping)] if isinstance(rows, list) else []
    abroad = any(row.get("id_type") in ABROAD or row.get("seat") not in (None, "", "mainland") for row in persons)
    return abroad and type_row(file.case.entity_type).foreign_currency


def _amount_in(raw: Mapping[str, Any]) -> Decimal:
    """The amount of a section, or the sum of the amounts in its rows."""
    rows = [raw, *(row for row in raw.get("listed") or () if isinstance(row, Mapping))]
    return sum((amount_of(row.get("amount_wan")) or Decimal(0) for row in rows), Decimal(0))


def ids_of(made: Sequence[Made]) -> list[str]:
    return [control.id for control in _flat(made)]


def _flat(made: Sequence[Made]) -> Iterator[Control]:
    for item in made:
        if isinstance(item, ControlGroup):
            yield from (*item.shown, *item.below)
        elif isinstance(item, ControlRows):
            yield from (control for _legend, row in item.rows for control in row)
        else:
            yield item


def _control(field: LayoutField, raw: Mapping[str, Any] | None, *, file: CaseFile, at: str, pattern: str) -> Control:
    inside, options = field.path.removeprefix(f"{pattern}."), _options(field, file)
    value = field.default if raw is None else _shown(_at(raw, inside), inside)
    if field.kind in ("radios", "select") and not value:
        value = field.default
    if raw is None and field.kind in ("person", "district") and len(options) == 1 and not field.may_be_none:
        value = options[0][0]
    return Control(
        id=f"{at}.{inside}",
        kind={"person": "select", "persons": "checks", "district": "select"}.get(field.kind, field.kind),
        label=str(field.label) or labelled(field.path, file.form, lang_here(), entity_type=file.case.entity_type),
        hint=_hint(field, file),
        value=value,
        width=field.width,
        inputmode=field.inputmode or ("decimal" if field.kind == "number" else ""),
        empty=str(field.empty),
        options=options,
    )


def _hint(field: LayoutField, file: CaseFile) -> str:
    """The hint; one about an amount in the currency of the form, one about limited partners where there are some."""
    if field.path == METHOD_OF_PARTNER and "limited_partner" not in type_row(file.case.entity_type).capacities:
        return ""
    is_amount = field.path.endswith((AMOUNT, ".large_confirmed"))
    return in_currency(str(field.hint), currency_in(file.form), lang_here()) if is_amount else str(field.hint)


def _at(raw: Any, path: str) -> Any:
    for part in path.split("."):
        raw = raw.get(part) if isinstance(raw, Mapping) else None
    return raw


def _shown(value: Any, path: str) -> Any:
    if isinstance(value, bool):
        return "yes" if value else ""
    if isinstance(value, list | tuple):
        return [str(one) for one in value]
    if path.rpartition(".")[2] in NUMBERS and _is_whole_number(value):
        return mask_id(value)
    return "" if value is None else str(value)


def _is_whole_number(value: Any) -> bool:
    """Whether the value is complete. An incomplete one is not masked, so that the user can complete it."""
    return isinstance(value, str) and (len(value) >= 15 or (len(value) >= 8 and not value.isdigit()))


def _options(field: LayoutField, file: CaseFile) -> tuple[Option, ...]:
    if field.kind in ("person", "persons"):
        return people_of(file, natural_only=field.path not in ALSO_FIRMS)
    if field.kind == "district":
        return districts_of(file)
    offered = choices_in(field.path)
    if field.path == "shareholders.*.lines.*.method":
        return tuple(option for option in offered if option[0] not in FORBIDDEN)
    if field.path == "people.*.seat":
        # The mainland is what a page without a choice means, so that few ever open this group.
        return tuple(option for option in offered if option[0] != "mainland")
    if field.path == "partners.listed.*.liability":
        allowed = type_row(file.case.entity_type).capacities
        return tuple(option for option in offered if f"{option[0]}_partner" in allowed)
    if field.path == "domicile.tenure":
        barred = tenures_not_here(file.case.entity_type, declared=file.registrar.declared_domicile)
        return tuple(option for option in offered if option[0] not in barred)
    return offered


def choices_in(path: str) -> tuple[Option, ...]:
    """(value, words) of a field with choices, also of one that is a list of them."""
    texts = choices_of(path) or choices_of(f"{path}.*")
    return tuple((value, say(words)) for value, words in texts.items())


def people_of(file: CaseFile, *, natural_only: bool = False) -> tuple[Option, ...]:
    """(key, name) of the persons typed so far."""
    rows = file.form.get("people")
    persons = [row for row in rows if isinstance(row, Mapping)] if isinstance(rows, list) else []
    chosen = (row for row in persons if not (natural_only and row.get("kind") == "legal"))
    return tuple((str(row.get("key")), str(row.get("name") or _("没有写姓名的人"))) for row in chosen)


def districts_of(file: CaseFile) -> tuple[Option, ...]:
    """The districts in which the case's registrar registers its type."""
    known = map(region, sorted(file.facts.registrar_regions))
    return tuple((one.code, say(one.name)) for one in known if one)
