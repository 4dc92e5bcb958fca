"""A form as it is read back: by section, every answer with its label and in words."""

import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache, lru_cache
from typing import Any

from flask_babel import gettext as _
from markupsafe import Markup, escape

from registration.http.context import lang_here, say
from registration.models import Application
from registration.queries.sections_asked import sections_of
from registration.rules.choices import choice_text, choices_of
from registration.rules.currencies import AMOUNT, currency_in, in_currency, labelled
from registration.rules.entity_types import type_row
from registration.rules.fields import fields, label_of, names_a_person
from registration.rules.form import ESTABLISHMENT, Section
from registration.rules.founding_documents.texts import clause_label
from registration.rules.languages import formatted
from registration.rules.masking import HIDDEN
from registration.rules.names import NameParts
from registration.rules.regions import address_text, region
from registration.rules.scope import items_of
from registration.web.i18n import day
from workflows.definition.values import CHINESE

WIDE = 18
# Sections with a list of contributors, and the field that says what kind each is.
KINDS = {"members": "kind", "partners": "liability"}
ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True)
class AnswerRow:
    """One answer. `path` leads to it in the form; `key` is the same with persons by key, as in lists of changes."""

    path: str
    key: str
    label: str
    value: Markup
    sensitive: bool = False

    @property
    def wide(self) -> bool:
        """Whether the answer is long: it takes the whole line, while short ones are side by side."""
        # With its markup it is longer still, so that of most values the markup need not be taken off.
        return len(self.value) > WIDE and len(self.value.striptags()) > WIDE


@dataclass(frozen=True)
class Block:
    """Rows that belong together; `heading` names the person that they are about, or is empty, `key` is the person's."""

    heading: str
    rows: tuple[AnswerRow, ...]
    key: str = ""

    def opens(self, *about: Container[str]) -> bool:
        """Whether one of these, such as the changes of the case, has an answer of this block."""
        return any(row.path in one or row.key in one for one in about for row in self.rows)


@dataclass(frozen=True)
class Chapter:
    """A section of the form with its answers; no blocks without answers."""

    section: Section
    blocks: tuple[Block, ...]

    @property
    def target(self) -> str:
        return f"section.{self.section.key}"


def chapters(form: Mapping[str, Any], *, case: Application) -> list[Chapter]:
    """Every section of this type of form in its order, those left out with no blocks."""
    own = type_row(case.entity_type).pages.labels
    return [
        Chapter(section, tuple(_relabelled(block, own) for block in _blocks(section.key, form[section.key], form)))
        if form.get(section.key)
        else Chapter(section, ())
        for section in sections_of(case, form)
    ]


def _relabelled(block: Block, own: Mapping[str, Mapping[str, str]]) -> Block:
    """The answers under the names that the entity type has for them."""
    rows = ((row, own.get(pattern_of(row.path))) for row in block.rows)
    return replace(block, rows=tuple(replace(row, label=say(name)) if name else row for row, name in rows))


def words_for(path: str, value: Any, form: Mapping[str, Any]) -> Markup:
    """One answer in the words of this page's language; a dash where there is none."""
    if value is None or value == "" or value == []:
        return Markup("—")
    if isinstance(value, bool):
        return escape(_("是") if value else _("否"))
    if isinstance(value, Mapping):
        return _joined(_inner(path, value, form), _("，"))
    if isinstance(value, list | tuple):
        words = [words_for(f"{path}.{at}", item, form) for at, item in enumerate(value)]
        # There may be dozens of business items, each with its code: one line would be unreadable.
        return _listed(words) if path == "scope.items" and len(words) > 1 else _joined(words, _("、"))
    return _one(path, str(value), form)


def _listed(words: Sequence[Markup]) -> Markup:
    return Markup("<ul>{}</ul>").format(Markup("").join(Markup("<li>{}</li>").format(one) for one in words))


def _inner(path: str, value: Mapping[str, Any], form: Mapping[str, Any]) -> Iterator[Markup]:
    """The values of a row, side by side: a ticked box shows its label, an unticked one nothing."""
    for name, item in value.items():
        if isinstance(item, bool):
            if item:
                yield escape(label_of(f"{path}.{name}", lang_here()))
        elif name.endswith(AMOUNT) and item:
            yield escape(money(item, form))
        elif name != "key" and item not in (None, ""):
            yield words_for(f"{path}.{name}", item, form)


@lru_cache(maxsize=2048)
def pattern_of(path: str) -> str:
    return ".".join("*" if part.isdigit() or re.fullmatch(r"p\d+", part) else part for part in path.split("."))


def _one(path: str, value: str, form: Mapping[str, Any]) -> Markup:
    pattern = pattern_of(path)
    if value == HIDDEN:
        return escape(value)
    if choices_of(pattern):
        return escape(choice_text(pattern, value, lang_here()))
    if names_a_person(pattern):
        return escape(_person_name(value, form))
    if pattern == "scope.items.*":
        return _scope_item(value)
    if pattern == "domicile.region":
        known = region(value)
        return escape(say({**known.name, CHINESE: address_text(value, "")}) if known else value)
    if pattern.endswith(AMOUNT):
        return escape(amount(value))
    if ISO_DAY.fullmatch(value):
        return _day(value)
    return escape(value)


def amount(value: object) -> str:
    """12345.5 as 12,345.5; other text is shown as typed."""
    try:
        return f"{Decimal(str(value).replace(',', '')):,}"
    except InvalidOperation:
        return str(value)


def money(value: object, form: Mapping[str, Any]) -> str:
    """An amount of the form in its currency: 100万元, 100万美元; in English CNY 1,000,000, USD 1,000,000."""
    return in_currency(_("%(amount)s万元", amount=wan(value)), currency_in(form), lang_here())


def wan(value: object) -> str:
    """The number before 万元; English has no such unit and shows the whole sum."""
    try:
        yuan = Decimal(str(value).replace(",", "")) * 10_000
        return formatted("amount", lang_here(), wan=amount(value), figures=f"{yuan:,f}")
    except InvalidOperation:
        return str(value)


def _blocks(section: str, value: Any, form: Mapping[str, Any]) -> Iterator[Block]:
    if section == "documents" and isinstance(value, Mapping):
        yield from (Block("", (row,)) for row in _clauses(value))
    elif section == "shareholders" and _all_mappings(value):
        yield Block("", tuple(_shares(value, form)))
    elif section in KINDS and isinstance(value, Mapping) and _all_mappings(value.get("listed")):
        beside = {name: item for name, item in value.items() if name != "listed"}
        yield Block("", (*_contributors(section, value["listed"], form), *_rows(section, section, beside, form)))
    elif _all_mappings(value):
        for place, item in enumerate(value):
            key = item.get("key") or str(place)
            rows = tuple(_rows(f"{section}.{place}", f"{section}.{key}", item, form))
            yield Block(str(item.get("name") or ""), rows, str(item.get("key") or ""))
    elif isinstance(value, Mapping):
        yield Block("", tuple(_rows(section, section, value, form)))
    else:
        yield Block("", (_row(section, section, value, form),))


def _rows(
    path: str, key: str, value: Mapping[str, Any], form: Mapping[str, Any], above: str = ""
) -> Iterator[AnswerRow]:
    if path == "name":
        yield AnswerRow("name", "name", label_of("name", lang_here()), escape(_full_name(value)))
    for name in _in_order(path, value):
        item = value[name]
        if isinstance(item, Mapping):
            yield from _rows(f"{path}.{name}", f"{key}.{name}", item, form, label_of(f"{path}.{name}", lang_here()))
        elif _all_mappings(item) and item:
            yield from _list_rows(f"{path}.{name}", f"{key}.{name}", item, form)
        # A confirmation that was not required is not shown.
        elif name != "key" and (name != "large_confirmed" or item):
            yield _row(f"{path}.{name}", f"{key}.{name}", item, form, above)


def _list_rows(path: str, key: str, items: Sequence[Any], form: Mapping[str, Any]) -> Iterator[AnswerRow]:
    for place, item in enumerate(items):
        yield _row(f"{path}.{place}", f"{key}.{place}", item, form)


def _row(path: str, key: str, value: Any, form: Mapping[str, Any], above: str = "") -> AnswerRow:
    pattern = pattern_of(path)
    label = labelled(path, form, lang_here())
    if above:
        label = above if pattern.endswith(".person") else f"{above} · {label}"
    about = fields().get(pattern)
    return AnswerRow(path, key, label, words_for(path, value, form), bool(about and about.sensitive))


def _shares(rows: Sequence[Mapping[str, Any]], form: Mapping[str, Any]) -> Iterator[AnswerRow]:
    """One line for each shareholder: amount, method and date; then the sum, which must equal the capital."""
    total = Decimal(0)
    for place, row in enumerate(rows):
        path, typed = f"shareholders.{place}", row.get("lines")
        lines = [line for line in typed if isinstance(line, Mapping)] if isinstance(typed, list | tuple) else []
        total += sum((_decimal(line.get("amount_wan")) for line in lines), Decimal(0))
        said = [_line(f"{path}.lines.{number}", line, form) for number, line in enumerate(lines)]
        words = _listed(said) if len(said) > 1 else _joined(said or [Markup("—")], "")
        yield AnswerRow(path, path, _person_name(str(row.get("person") or ""), form), words)
    yield AnswerRow("shareholders", "shareholders", _("合计"), escape(money(total, form)))


def _clauses(value: Mapping[str, Any]) -> Iterator[AnswerRow]:
    """The clauses in other words, each with its label."""
    rows = value.get("clauses")
    for place, row in enumerate(rows if rows and _all_mappings(rows) else ()):
        path, name = f"documents.clauses.{place}.text", str(row.get("clause") or "")
        label = clause_label(name, matter=ESTABLISHMENT)
        yield AnswerRow(path, path, say(label) if label else name, escape(row.get("text") or "—"))


def _contributors(section: str, rows: Sequence[Mapping[str, Any]], form: Mapping[str, Any]) -> Iterator[AnswerRow]:
    """One line for each member of a co-operative or partner; then the total, which the licence prints."""
    kind = KINDS[section]
    for place, row in enumerate(rows):
        path = f"{section}.listed.{place}"
        rest = {name: item for name, item in row.items() if name not in ("person", kind, "amount_wan", "method")}
        said = [
            words_for(f"{path}.{kind}", row.get(kind), form),
            escape(_("出资%(amount)s", amount=money(row.get("amount_wan") or "—", form))),
            words_for(f"{path}.method", row.get("method") or "currency", form),
            *_inner(path, rest, form),
        ]
        yield AnswerRow(path, path, _person_name(str(row.get("person") or ""), form), _joined(said, _("，")))
    total = sum((_decimal(row.get("amount_wan")) for row in rows), Decimal(0))
    at = f"{section}.listed"
    yield AnswerRow(at, at, _("合计"), escape(money(total, form)))


def _line(path: str, line: Mapping[str, Any], form: Mapping[str, Any]) -> Markup:
    said = [
        escape(_("认缴%(amount)s", amount=money(line.get("amount_wan") or "—", form))),
        words_for(f"{path}.method", line.get("method") or "currency", form),
        escape(_("%(day)s前缴足")) % {"day": words_for(f"{path}.due_on", line.get("due_on"), form)},
    ]
    if line.get("paid_wan"):
        said.append(escape(_("已缴%(amount)s", amount=money(line["paid_wan"], form))))
    return _joined(said, _("，"))


def _decimal(value: object) -> Decimal:
    try:
        return Decimal(str(value).replace(",", ""))
    except InvalidOperation:
        return Decimal(0)


def _in_order(path: str, value: Mapping[str, Any]) -> list[str]:
    """The fields in the order of the schema; unknown fields come last, because they must be visible, too."""
    known = _children().get(pattern_of(path), ())
    return [name for name in known if name in value] + [name for name in value if name not in known]


@cache
def _children() -> Mapping[str, tuple[str, ...]]:
    """The fields below each pattern, in the order of the schema."""
    below: dict[str, tuple[str, ...]] = {}
    for pattern in fields():
        above, _dot, name = pattern.rpartition(".")
        below[above] = (*below.get(above, ()), name)
    return below


def _full_name(value: Mapping[str, Any]) -> str:
    region, trade, industry, form = (str(value.get(part) or "") for part in ("region", "trade", "industry", "form"))
    name = NameParts(region, trade, industry, form, value.get("region_place") or "front").full
    return str(value.get("parent") or "") + name


def _person_name(key: str, form: Mapping[str, Any]) -> str:
    people = form.get("people") or ()
    named = (one.get("name") for one in people if isinstance(one, Mapping) and one.get("key") == key)
    return str(next((name or _("没有写姓名的人") for name in named), "—"))


def _scope_item(code: str) -> Markup:
    item = next(iter(items_of([code])), None)
    if item is None:
        return escape(code)
    licensed = Markup(' <span class="tag warn">{}</span>').format(_("许可项目")) if item.kind == "licensed" else ""
    return Markup('{} <span class="code small muted">{}</span>{}').format(say(item), item.code, licensed)


def _day(value: str) -> Markup:
    try:
        return day(date.fromisoformat(value))
    except ValueError:
        return escape(value)


def _joined(parts: Iterable[Markup], comma: str) -> Markup:
    return escape(comma).join(parts)


def _all_mappings(value: Any) -> bool:
    return isinstance(value, list | tuple) and bool(value) and all(isinstance(item, Mapping) for item in value)
