"""The particulars that a licence prints of a form, and texts that cannot be printed: checked before signing.

The particulars of draft and licence are built here; a draft has placeholders for data that the office adds.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from pydantic import BaseModel

from certificates import numbers
from certificates.errors import CertificateError, InvalidParticulars, MissingGlyph
from certificates.paper import characters, glyphs
from certificates.paper.licence import refuse_unprintable
from certificates.paper.licence_items import printed_items
from certificates.particulars import FiveNumbers, Particulars
from registration.rules.case import Case, Rule
from registration.rules.city import city
from registration.rules.currencies import HOME
from registration.rules.entity_types import type_row
from registration.rules.form import Form
from registration.rules.form.persons import LegalPerson
from registration.rules.kinds import Regime, is_five_numbers
from registration.rules.languages import OF_PAPERS, said
from registration.rules.official_types import official_type
from registration.rules.problems import Problem
from registration.rules.regions import address_text
from registration.rules.registrar_profiles import REGISTRAR_LENGTH
from registration.rules.scope import items_of
from registration.rules.signers import HOLDERS

# The longest data that the office can add, so that a licence has room for it in any case.
_STAND_IN = "一"
_BODY = "MAT00001"
# The field of the form in which a fault of the particulars is corrected.
_FIELDS = {
    "name": "name.trade",
    "registrar": "registrar",
    "domicile": "domicile.street",
    "scope": "scope.items",
}


def printed_facts(form: Form, *, entity_type: str, regime: str) -> dict[str, Any]:
    """The values of the form that a licence prints, named as in the particulars; None for missing ones."""
    items = items_of(form.scope.items) if form.scope else ()
    return {
        "entity_type": str(entity_type),
        "name": form.name.full if form.name else None,
        "type_text": official_type(form, entity_type=entity_type).printed,
        "representative": _names(form, HOLDERS[type_row(entity_type).representative]) or None,
        "delegate": _names(form, HOLDERS["delegate"]) or None,
        "capital": form.capital_wan * 10000 if form.capital_wan is not None else None,
        "currency": form.currency if form.capital_wan is not None and form.currency != HOME else None,
        "composition": form.operator.composition if form.operator else None,
        "domicile": address_text(form.domicile.region, form.domicile.street) if form.domicile else None,
        "general_items": tuple(said(item, OF_PAPERS) for item in items if item.kind == "general"),
        "licensed_items": tuple(said(item, OF_PAPERS) for item in items if item.kind == "licensed"),
        "term_until": form.capital.term_until_on if form.capital and is_five_numbers(regime) else None,
    }


def text_problem(path: str, text: str) -> Problem | None:
    """Why this text cannot be printed: a script that is not used for registration, or a character without a glyph."""
    lacking = glyphs.missing(text)
    if not lacking:
        return None
    if script := characters.script_in(lacking):
        return Problem(path, "text.script", {"script": script})
    return Problem(path, "text.no_glyph", {"characters": characters.named(lacking)})


def characters_of(case: Case) -> Iterator[Problem]:
    """Every text that is or may be printed, with its field, so that problems are reported when a section is saved."""
    for path, text in _texts(case.form):
        if problem := text_problem(path, text):
            yield problem


def section_problems(section: str, model: BaseModel, *, entity_type: str, regime: str, today: date) -> list[Problem]:
    """The problems of a single section that no licence could print."""
    sections: dict[str, Any] = {section: model}
    case = Case(Form(**sections), type_row(entity_type), Regime(regime), today)
    return [problem for rule in RULES for problem in rule(case) if problem.section == section]


def problems_at_issue(case: Case, *, registrar: str) -> list[Problem]:
    """The problems that prevent printing the licence today, with the registrar's present name."""
    found = list(characters_of(case))
    return found or licence_problems(_drafted(case) | {"registrar": registrar}, form=case.form)


def room_of(case: Case) -> Iterator[Problem]:
    """Whether the licence has room for all texts. Missing texts count as short."""
    if next(characters_of(case), None) is not None:
        return
    yield from licence_problems(_drafted(case), form=case.form)


def licence_problems(facts: Mapping[str, Any], *, form: Form) -> list[Problem]:
    """The problems of these particulars, at the fields of the form, as the renderer checks them."""
    try:
        refuse_unprintable(Particulars.model_validate(facts))
    except MissingGlyph as lacking:
        return [Problem("name", "text.no_glyph", {"characters": characters.named(lacking.characters)})]
    except CertificateError as refused:
        return [_problem(refused, form, facts["entity_type"])]
    return []


def _problem(refused: CertificateError, form: Form, entity_type: str) -> Problem:
    field = "capital" if refused.code == "money.range" else str(refused.data.get("field", ""))
    path = form.capital_field if field == "capital" else _FIELDS.get(field, "name")
    if field in ("representative", "delegate"):
        capacity = field if field == "delegate" else type_row(entity_type).representative
        path = f"people.{_place(form, capacity)}.name"
    if refused.code == "text.length":
        most = refused.data["maximum"]
        if field == "domicile" and form.domicile:
            prefix = address_text(form.domicile.region, "")
            return Problem(path, "domicile.too_long", {"most": most - len(prefix), "region": prefix, "whole": most})
        return Problem(path, "text.too_long", {"most": most})
    if refused.code == "money.range":
        return Problem(path, "amount.too_large" if refused.data["decimals"] else "amount.no_decimals")
    return Problem(path, "sheet.full" if isinstance(refused, InvalidParticulars) else "text.malformed")


def _names(form: Form, holders: Callable[[Form], Iterable[str]]) -> str:
    """The names of these persons, as a licence lists them."""
    persons = (form.person(key) for key in dict.fromkeys(holders(form)))
    return "、".join(person.name for person in persons if person)


def _place(form: Form, capacity: str) -> int:
    """The position of the first holder of a capacity among the persons."""
    key = next(iter(HOLDERS[capacity](form)), None)
    return next((place for place, person in enumerate(form.persons) if person.key == key), 0)


def _texts(form: Form) -> Iterator[tuple[str, str]]:
    if form.name:
        parts = (part for part in ("parent", "region", "trade", "industry", "form") if form.name.has(part))
        yield from ((f"name.{part}", getattr(form.name, part) or "") for part in parts)
    if form.domicile and form.domicile.has("street"):
        yield "domicile.street", form.domicile.street
    for place, person in enumerate(form.persons):
        if person.has("name"):
            yield f"people.{place}.name", person.name
        if isinstance(person, LegalPerson) and person.has("representative"):
            yield f"people.{place}.representative", person.representative


def _drafted(case: Case) -> dict[str, Any]:
    """The particulars of a draft, with placeholders for missing data and for data that the office adds."""
    facts = printed_facts(case.form, entity_type=case.entity_type.key, regime=case.regime)
    stand_ins: dict[str, Any] = {"representative": _STAND_IN, "domicile": _STAND_IN}
    stand_ins |= {"name": _STAND_IN} if case.entity_type.naming.required else {}
    printed = printed_items(case.entity_type.key)
    stand_ins |= {fact: value for fact, value in (("capital", 1), ("composition", "personal")) if fact in printed}
    facts |= {key: value for key, value in stand_ins.items() if facts[key] is None}
    if not (facts["general_items"] or facts["licensed_items"]):
        facts["general_items"] = (_STAND_IN,)
    return facts | _office(case.today, five=is_five_numbers(case.regime))


def _office(today: date, *, five: bool) -> dict[str, Any]:
    """Placeholders for the data that the office adds, each of the greatest length."""
    body, region = numbers.make_organization_code(_BODY), city().registrars[0].code
    added: dict[str, Any] = {
        "founded_on": today,
        "issued_on": today,
        "registrar": _STAND_IN * REGISTRAR_LENGTH,
        "serial": "0" * 18,
        "check_url": "https://heyi.example/v/" + "0" * 22,
        "check_host": "heyi.example/v",
    }
    if not five:
        return added | {"uscc": numbers.make_uscc(body, region=region, category="1")}
    tax = numbers.make_tax_number(body, region=region)
    registration = numbers.make_registration_number(1, region=region)
    return added | {
        "style": "five_numbers",
        "five_numbers": FiveNumbers(
            registration_number=registration,
            organization_code=body,
            tax_number=tax,
            social_insurance_number="0" * 20,
            statistics_number="0" * 20,
        ),
    }


RULES: tuple[Rule, ...] = (characters_of, room_of)
