"""Properties of every field of the form: its label, who may see it, whether it is sensitive or printed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache, lru_cache
from types import MappingProxyType
from typing import Any, get_args

from pydantic import BaseModel, RootModel
from pydantic.fields import FieldInfo

from registration.rules.city import Agency, Persons
from registration.rules.entity_types import type_row
from registration.rules.form.present_shape import in_present_shape
from registration.rules.form.sections import MODELS
from registration.rules.form.values import About, Key
from registration.rules.kinds import Regime
from registration.rules.languages import CatalogueKey, catalogue_key, pair, said

_SECTION_NAMES = {
    "chosen": pair("变更或者备案的项目", "What is to change"),
    "duplicates": pair("副本的份数", "Number of duplicates"),
    "name": pair("名称", "Name"),
    "domicile": pair("住所或经营场所", "Domicile"),
    "scope": pair("经营范围", "Business scope"),
    "capital": pair("注册资本", "Registered capital"),
    "people": pair("人员信息", "Persons"),
    "shareholders": pair("股东与出资", "Shareholders and contributions"),
    "officers": pair("董事、监事和经理", "Directors, supervisors and managers"),
    "legal_rep": pair("法定代表人", "Legal representative"),
    "operator": pair("经营者", "Operator"),
    "investor": pair("投资人与出资", "Investor and contribution"),
    "partners": pair("合伙人与出资", "Partners and contributions"),
    "parent": pair("所从属的企业", "Parent"),
    "responsible": pair("负责人", "Responsible person"),
    "members": pair("成员与出资", "Members and contributions"),
    "council": pair("理事长、理事和监事", "Chair, council and supervisors"),
    "contacts": pair("联络员、财务负责人和办理人", "Liaison, finance officer, filing"),
    "contacts.filer": pair("办理人", "Person who files"),
    "owners": pair("受益所有人", "Beneficial owners"),
    "foreign": pair("外商投资", "Foreign investment"),
    "meeting": pair("作出决议的会议", "The meeting that decided"),
    "reduction": pair("减少注册资本", "Reduction of the capital"),
    "tax": pair("税务信息", "Tax"),
    "social": pair("社会保险登记", "Social insurance"),
    "five": pair("组织机构和统计信息", "Organization and statistics"),
    "addons": pair("一并办理的其他事项", "Other matters settled along"),
    "documents": pair("章程和文件", "Articles and documents"),
    "closing": pair("债权债务和承诺", "Debts and promise"),
    "dissolution": pair("解散原因和清算组", "Cause and liquidation group"),
    "settlement": pair("清算结果", "Result of the liquidation"),
}
_FORM = pair("表单", "Form")


@cache
def fields() -> Mapping[str, About]:
    """Every field by its pattern, such as `people.*.id_no`, with `*` for the position in a list.

    If both kinds of person have a field, the label is that of the natural person.
    """
    found: dict[str, About] = {}
    for section, model in MODELS.items():
        for pattern, about in _inside(section, model):
            found[pattern] = _joined(found[pattern], about) if pattern in found else about
    return MappingProxyType(found)


@cache
def fields_seen_by(agency: Agency) -> frozenset[str]:
    """The whitelist: the patterns in the agency's row, with the fields below and above them."""
    named = frozenset(pattern for pattern in fields() for key in agency.sees if is_within(pattern, key))
    return named | frozenset(above for pattern in named for above in _holders(pattern) if above in fields())


def is_within(pattern: str, key: str) -> bool:
    """Whether a key of the form in an agency's row covers this field."""
    return pattern == key or pattern.startswith((f"{key}.", f"{key}.*."))


def visible_to(agency: Agency, form: Mapping[str, Any]) -> dict[str, Any]:
    """The part of a raw form that an agency may see, in the same shape; empty sections are left out.

    Its row says which persons are included.
    """
    return _cut(agency, form, fields_seen_by(agency))


def still_visible_to(agency: Agency, form: Mapping[str, Any]) -> dict[str, Any]:
    """The same after the agency's part is closed: only the public fields of a registered entity."""
    return _cut(agency, form, fields_seen_by(agency) & _public_with_parents())


def _cut(agency: Agency, form: Mapping[str, Any], allowed: frozenset[str]) -> dict[str, Any]:
    form = in_present_shape(form)
    # A section without a visible field is left out: even its number of rows is information.
    sections = {pattern.partition(".")[0] for pattern in allowed}
    seen = {section: _part(value, section, allowed) for section, value in form.items() if section in sections}
    if "people" in seen:
        seen["people"] = [person for person in seen["people"] if _is_shown(agency.persons, person, form)]
    return {section: value for section, value in seen.items() if value}


@cache
def _public_with_parents() -> frozenset[str]:
    """The public fields, the keys that link them, and the fields above them."""
    public = {*public_fields(), "people.*.key", "people.*.kind"}
    return frozenset(pattern.rsplit(".", cut)[0] for pattern in public for cut in range(pattern.count(".") + 1))


def sensitive_paths(form: Mapping[str, Any]) -> tuple[str, ...]:
    """The paths of sensitive values in this raw form, such as `people.0.id_no`.

    A draft may have any shape: a field with a sensitive name is included at any position.
    """
    names = _sensitive_names()
    return tuple(path for path, pattern in _leaves(form, "", "") if pattern.rpartition(".")[2] in names)


@cache
def _sensitive_names() -> frozenset[str]:
    return frozenset(pattern.rpartition(".")[2] for pattern, about in fields().items() if about.sensitive)


def public_fields() -> frozenset[str]:
    """The patterns that may be published (names only of persons with a registered role)."""
    return frozenset(pattern for pattern, about in fields().items() if about.public)


def label_of(path: str, lang: str, *, entity_type: str = "") -> str:
    """The label of a field by its path or pattern; that of the field above it if it has none.

    An entity type may call it by another name in its row (`pages.labels`).
    """
    pattern, own = _pattern(path), type_row(entity_type).pages.labels if entity_type else {}
    above = pattern
    while own and above:
        if above in own:
            return said(own[above], lang)
        if above in fields() or above in _SECTION_NAMES:
            break
        above = above.rpartition(".")[0]
    return _label(pattern, catalogue_key(lang))


@lru_cache(maxsize=4096)
def _label(pattern: str, words: CatalogueKey) -> str:
    lang = words[0]
    while pattern:
        if (about := fields().get(pattern)) is not None:
            return said(about, lang)
        if (names := _SECTION_NAMES.get(pattern)) is not None:
            return said(names, lang)
        pattern = pattern.rpartition(".")[0]
    return said(_FORM, lang)


def _pattern(path: str) -> str:
    return ".".join("*" if part.isdigit() else part for part in path.split("."))


def _joined(one: About, other: About) -> About:
    either = {name: getattr(one, name) or getattr(other, name) for name in ("sensitive", "public", "printed")}
    return replace(one, **either)


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


def _holders(pattern: str) -> Iterator[str]:
    """`social` and `social.handler` of `social.handler.person`."""
    parts = pattern.split(".")
    return (".".join(parts[:count]) for count in range(1, len(parts)))


def _part(value: Any, pattern: str, allowed: frozenset[str]) -> Any:
    if isinstance(value, Mapping):
        inner = {key: (f"{pattern}.{key}", item) for key, item in value.items()}
        return {key: _part(item, at, allowed) for key, (at, item) in inner.items() if at in allowed}
    if _is_list(value):
        return [_part(item, f"{pattern}.*", allowed) for item in value]
    return value


def _is_list(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str | bytes)


def _is_shown(persons: Persons, person: Any, form: Mapping[str, Any]) -> bool:
    """Whether an agency sees data of this person, by the other references to the person in the form."""
    key = person.get("key")
    if not persons.without:
        places = (place.split(".") for place in persons.only)
        return any(key in _keys_in(_at(form, place), place[-1]) for place in places)
    rest = [value for section, value in form.items() if section not in persons.without]
    hidden = frozenset().union(*(_keys_in(form.get(section)) for section in persons.without)) - _keys_in(rest)
    return key not in hidden


@cache
def _naming_persons() -> frozenset[str]:
    """The last part of the fields whose value is the key of one of the form's persons, or a list of such keys."""
    every = (field for model in MODELS.values() for field in _fields_in(model))
    return frozenset(name for name, field in every if _is_key(field.annotation, field.metadata)) - {"key"}


def _fields_in(model: type[BaseModel]) -> Iterator[tuple[str, FieldInfo]]:
    for name, field in model.model_fields.items():
        yield name, field
        for inner in _models_in(field.annotation):
            yield from _fields_in(inner)


def _is_key(annotation: Any, metadata: Sequence[Any]) -> bool:
    own = get_args(Key)[-1] in metadata
    return own or any(_is_key(inner, getattr(inner, "__metadata__", ())) for inner in get_args(annotation))


def names_a_person(pattern: str) -> bool:
    """Whether the value of a field is the key of one of the form's persons."""
    return pattern.removesuffix(".*").rpartition(".")[2] in _naming_persons()


def _keys_in(value: Any, name: str = "") -> frozenset[str]:
    """The keys of persons that a part of a raw form names; a person's own key does not name that person."""
    if isinstance(value, Mapping):
        return frozenset().union(*(_keys_in(item, str(key)) for key, item in value.items()))
    if _is_list(value):
        return frozenset().union(*(_keys_in(item, name) for item in value))
    return frozenset({value}) if isinstance(value, str) and name in _naming_persons() else frozenset()


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


def form_schema(entity_type: str, *, regime: Regime, matter: str) -> dict[str, Any]:
    """JSON Schema of the whole form of one type in a matter, for the API's description."""
    from registration.rules.form.sections import sections_for

    sections = sections_for(entity_type, regime, matter)
    properties = {section.key: MODELS[section.key].model_json_schema() for section in sections}
    required = [section.key for section in sections if not section.optional]
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}
