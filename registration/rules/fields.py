"""What is known about every field of the form: its label, who may see it, whether it is sensitive or printed."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from types import MappingProxyType
from typing import Any, Literal, get_args

from pydantic import BaseModel, RootModel
from pydantic.fields import FieldInfo

from registration.rules.form.present_shape import in_present_shape
from registration.rules.form.sections import MODELS
from registration.rules.form.values import About
from registration.rules.kinds import Regime

Agency = Literal["M", "Q", "T", "H", "N"]
AGENCIES: tuple[Agency, ...] = get_args(Agency)

_SECTION_NAMES = {
    "name": ("名称", "Name"),
    "domicile": ("住所或经营场所", "Domicile"),
    "scope": ("经营范围", "Business scope"),
    "capital": ("注册资本", "Registered capital"),
    "people": ("人员信息", "Persons"),
    "shareholders": ("股东与出资", "Shareholders and contributions"),
    "officers": ("董事、监事和经理", "Directors, supervisors and managers"),
    "legal_rep": ("法定代表人", "Legal representative"),
    "operator": ("经营者", "Operator"),
    "investor": ("投资人与出资", "Investor and contribution"),
    "contacts": ("联络员、财务负责人和办理人", "Liaison, finance officer, filing"),
    "contacts.filer": ("办理人", "Person who files"),
    "owners": ("受益所有人", "Beneficial owners"),
    "tax": ("税务信息", "Tax"),
    "social": ("社会保险登记", "Social insurance"),
    "five": ("组织机构和统计信息", "Organization and statistics"),
    "addons": ("一并办理的其他事项", "Other matters settled along"),
}


@cache
def fields() -> Mapping[str, About]:
    """Every field by its pattern, such as `people.*.id_no`, with `*` for the place in a list.

    Where the two kinds of person share a field, the human being's label counts and the agencies of both.
    """
    found: dict[str, About] = {}
    for section, model in MODELS.items():
        for pattern, about in _inside(section, model):
            found[pattern] = _joined(found[pattern], about) if pattern in found else about
    return MappingProxyType(found)


@cache
def agency_fields() -> Mapping[Agency, frozenset[str]]:
    """The whitelist: the patterns that each agency may see, a field below another needing the right to both."""
    return MappingProxyType(
        {agency: frozenset(pattern for pattern in fields() if _may_see(agency, pattern)) for agency in AGENCIES}
    )


def visible_to(agency: Agency, form: Mapping[str, Any]) -> dict[str, Any]:
    """The part of a raw form that an agency may see, in the same shape, sections without anything left out.

    Of the persons, quality and insurance officers get those who represent the entity (and the insurance
    officer's contact), statistics the investors without their numbers; the tax office gets all but those who are
    named as beneficial owners alone (Order 3 of 2024: they are the registrar's and the People's Bank's).
    """
    return _cut(agency, form, agency_fields()[agency])


def still_visible_to(agency: Agency, form: Mapping[str, Any]) -> dict[str, Any]:
    """What is left of that once the agency's part is closed: what anybody may know of a registered entity."""
    return _cut(agency, form, agency_fields()[agency] & _public_with_parents())


def _cut(agency: Agency, form: Mapping[str, Any], allowed: frozenset[str]) -> dict[str, Any]:
    form = in_present_shape(form)
    # A section without one visible field is left out whole: even how many rows it has would tell something.
    sections = {pattern.partition(".")[0] for pattern in allowed}
    seen = {section: _part(value, section, allowed) for section, value in form.items() if section in sections}
    if "people" in seen and agency == "T":
        hidden = _keys_in(form.get("owners")) - _keys_in([value for name, value in form.items() if name != "owners"])
        seen["people"] = [person for person in seen["people"] if person.get("key") not in hidden]
    elif "people" in seen and agency != "M":
        keys = _persons_of(agency, form)
        seen["people"] = [person for person in seen["people"] if person.get("key") in keys]
    return {section: value for section, value in seen.items() if value}


@cache
def _public_with_parents() -> frozenset[str]:
    """The public fields, the keys that link them, and what holds them."""
    public = {*public_fields(), "people.*.key", "people.*.kind"}
    return frozenset(pattern.rsplit(".", cut)[0] for pattern in public for cut in range(pattern.count(".") + 1))


def sensitive_paths(form: Mapping[str, Any]) -> tuple[str, ...]:
    """The paths of this raw form that hold sensitive values, such as `people.0.id_no`.

    A draft keeps what was sent, whatever its shape: a field of a sensitive name counts wherever it stands.
    """
    names = {pattern.rpartition(".")[2] for pattern, about in fields().items() if about.sensitive}
    return tuple(path for path, pattern in _leaves(form, "", "") if pattern.rpartition(".")[2] in names)


def public_fields() -> frozenset[str]:
    """The patterns that may be published (names of persons only for those who hold a registered role)."""
    return frozenset(pattern for pattern, about in fields().items() if about.public)


def printed_fields() -> frozenset[str]:
    """The patterns that stand on a licence; a change of one calls for a new licence."""
    return frozenset(pattern for pattern, about in fields().items() if about.printed)


def label_of(path: str, lang: Literal["zh", "en"]) -> str:
    """The label of a field by its path or pattern; the label of what holds it where it has none of its own."""
    pattern = _pattern(path)
    while pattern:
        if (about := fields().get(pattern)) is not None:
            return about.zh if lang == "zh" else about.en
        if (names := _SECTION_NAMES.get(pattern)) is not None:
            return names[0] if lang == "zh" else names[1]
        pattern = pattern.rpartition(".")[0]
    return "表单" if lang == "zh" else "Form"


def _pattern(path: str) -> str:
    return ".".join("*" if part.isdigit() else part for part in path.split("."))


def _joined(one: About, other: About) -> About:
    agencies = "".join(letter for letter in AGENCIES if letter in one.agencies + other.agencies)
    either = {name: getattr(one, name) or getattr(other, name) for name in ("sensitive", "public", "printed")}
    return About(one.zh, one.en, agencies, **either)


def _inside(at: str, model: type[BaseModel]) -> Iterator[tuple[str, About]]:
    if issubclass(model, RootModel):
        for inner in _models_in(model.model_fields["root"].annotation):
            yield from _inside(f"{at}.*", inner)
        return
    for name, field in model.model_fields.items():
        yield f"{at}.{name}", _about(field)
        many = ".*" if "tuple" in str(field.annotation) else ""
        for inner in _models_in(field.annotation):
            yield from _inside(f"{at}.{name}{many}", inner)


def _about(field: FieldInfo) -> About:
    return next(item for item in field.metadata if isinstance(item, About))


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
        return
    for inner in get_args(annotation):
        yield from _models_in(inner)


def _may_see(agency: Agency, pattern: str) -> bool:
    parts = pattern.split(".")
    above = (fields().get(".".join(parts[:count])) for count in range(1, len(parts) + 1))
    return all(agency in about.agencies for about in above if about is not None)


def _part(value: Any, pattern: str, allowed: frozenset[str]) -> Any:
    if isinstance(value, Mapping):
        inner = {key: (f"{pattern}.{key}", item) for key, item in value.items()}
        return {key: _part(item, at, allowed) for key, (at, item) in inner.items() if at in allowed}
    if _is_list(value):
        return [_part(item, f"{pattern}.*", allowed) for item in value]
    return value


def _is_list(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str | bytes)


def _persons_of(agency: Agency, form: Mapping[str, Any]) -> frozenset[str]:
    if agency == "N":
        rows = (*(form.get("shareholders") or ()), form.get("investor"))
        return frozenset(row["person"] for row in rows if isinstance(row, Mapping) and "person" in row)
    places = [("legal_rep",), ("operator",), ("investor",), *([("social", "handler")] if agency == "H" else [])]
    return frozenset(key for place in places if isinstance(key := _at(form, (*place, "person")), str))


_NAMES_A_PERSON = ("person", "owner", "guardian", "supervisors", "managers")


def _keys_in(value: Any, name: str = "") -> frozenset[str]:
    """The keys of persons that a part of a raw form names; a person's own key does not name that person."""
    if isinstance(value, Mapping):
        return frozenset().union(*(_keys_in(item, str(key)) for key, item in value.items()))
    if _is_list(value):
        return frozenset().union(*(_keys_in(item, name) for item in value))
    return frozenset({value}) if isinstance(value, str) and name in _NAMES_A_PERSON else frozenset()


def _at(value: Any, path: Sequence[str]) -> Any:
    for part in path:
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def _leaves(value: Any, path: str, pattern: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from _leaves(item, f"{path}.{key}" if path else key, f"{pattern}.{key}" if pattern else key)
    elif _is_list(value):
        for place, item in enumerate(value):
            yield from _leaves(item, f"{path}.{place}", f"{pattern}.*")
    elif value is not None:
        yield path, pattern


def form_schema(entity_type: str, *, regime: Regime) -> dict[str, Any]:
    """JSON Schema of the whole form of one type, for the API's description."""
    from registration.rules.form.sections import sections_for

    sections = sections_for(entity_type, regime)
    properties = {section.key: MODELS[section.key].model_json_schema() for section in sections}
    required = [section.key for section in sections if not section.optional]
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}
