"""Which documents an application needs, given its form; the texts stand in the matter's materials.yaml."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from registration.rules.fields import Agency
from registration.rules.form import Form
from registration.rules.kinds import EntityType, is_company, is_five_numbers
from registration.rules.norms import cited, law_day, listed
from registration.rules.reference import texts
from registration.rules.scope import Permit, items_of, permit_of

_FILE = "matters/establishment/materials.yaml"
_APPRAISED = frozenset({"in_kind", "ip", "land_use", "equity", "claim", "data", "other"})


@dataclass(frozen=True, slots=True)
class MaterialNeed:
    """One document: what it is, how to make it, why it is asked for, and by which citations (rules/norms.py).

    `label`, `hint` and `why` are mappings {zh, en}. One that is not `required` may be given.
    """

    kind: str
    label: Mapping[str, str]
    hint: Mapping[str, str]
    why: Mapping[str, str]
    required: bool
    basis: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Asked:
    form: Form
    entity_type: EntityType
    regime: str

    @property
    def tenure(self) -> str | None:
        return self.form.domicile.tenure if self.form.domicile else None

    @property
    def permits_before(self) -> list[Permit]:
        items = items_of(self.form.scope.items) if self.form.scope else ()
        permits = [permit_of(item) for item in items if item.permit == "pre"]
        return list(dict.fromkeys(permit for permit in permits if permit))


_Answer = Literal["required", "optional", None]
_WHEN: dict[str, Callable[[_Asked], _Answer]] = {
    "articles": lambda asked: "required" if is_company(asked.entity_type) else None,
    "appointment": lambda asked: "required" if is_company(asked.entity_type) else None,
    "premises_title": lambda asked: "required" if asked.tenure == "own" else None,
    "premises_lease": lambda asked: "required" if asked.tenure == "lease" else None,
    "premises_free": lambda asked: "required" if asked.tenure == "free" else None,
    "premises_cluster": lambda asked: "required" if asked.tenure == "cluster" else None,
    "premises_platform": lambda asked: "required" if asked.tenure == "platform" else None,
    "premises_neighbours": lambda asked: "required" if _is_dwelling(asked) else None,
    "pre_approval": lambda asked: "required" if asked.permits_before else None,
    "appraisal": lambda asked: "required" if _has_appraised(asked) else None,
    "foreign_id": lambda asked: "required" if _has_foreign_document(asked) else None,
    "supervision_agreement": lambda asked: "required" if _has_no_supervisors(asked) else None,
    "family_members": lambda asked: "required" if _is_family(asked) else None,
    "joint_form": lambda asked: "required" if is_five_numbers(asked.regime) else None,
    "guardianship": lambda asked: "required" if _has_guardian(asked) else None,
    "power_of_attorney": lambda asked: "required" if _has_agent(asked) else "optional",
}


def required_materials(form: Form, *, entity_type: str, regime: str) -> list[MaterialNeed]:
    """The documents to hand in, and those that may be, in the order of the list.

    Copies of identity documents and licences are not asked for where the authorities can look (Regulation art. 16).
    """
    asked = _Asked(form, EntityType(entity_type), regime)
    answers = ((kind, when(asked)) for kind, when in _WHEN.items())
    return [_need(kind, asked, required=answer == "required") for kind, answer in answers if answer]


def material_law(need: MaterialNeed, *, regime: str, on: date, lang: Literal["zh", "en"]) -> str:
    """The law that asks for the document, as it is in force for a case of this regime on the day."""
    return listed(cited(need.basis, law_day(regime, on), lang), lang)


def material_kinds() -> frozenset[str]:
    """Every kind of document that an application may hold."""
    return frozenset(texts(_FILE))


def materials_of_agency(agency: Agency) -> frozenset[str]:
    """The whitelist: the kinds of documents that an agency may read, by its letter (see rules/fields.py)."""
    return frozenset(kind for kind, told in texts(_FILE).items() if agency in told.get("agencies", ""))


def material_label(kind: str, lang: Literal["zh", "en"]) -> str:
    """The name of a kind of document."""
    label: str = texts(_FILE)[kind]["label"][lang]
    return label


def _need(kind: str, asked: _Asked, *, required: bool) -> MaterialNeed:
    told: Mapping[str, Any] = texts(_FILE)[kind]
    permits = {
        "zh": "、".join(permit.name_zh for permit in asked.permits_before),
        "en": ", ".join(permit.name_en for permit in asked.permits_before),
    }
    hint = {lang: text.format(permits=permits[lang]) for lang, text in told["hint"].items()}
    return MaterialNeed(kind, told["label"], hint, told["why"], required, tuple(told["basis"]))


def _is_dwelling(asked: _Asked) -> bool:
    return asked.form.domicile is not None and asked.form.domicile.use == "residential"


def _is_family(asked: _Asked) -> bool:
    return asked.form.operator is not None and asked.form.operator.composition == "family"


def _has_no_supervisors(asked: _Asked) -> bool:
    return asked.form.officers is not None and asked.form.officers.supervision == "none_agreed"


def _has_appraised(asked: _Asked) -> bool:
    return any(line.method in _APPRAISED for row in asked.form.holders for line in row.lines)


def _has_guardian(asked: _Asked) -> bool:
    return any(getattr(person, "guardian", None) for person in asked.form.persons)


def _has_agent(asked: _Asked) -> bool:
    filer = asked.form.contacts.filer if asked.form.contacts else None
    return filer is not None and filer.role == "agent"


def _has_foreign_document(asked: _Asked) -> bool:
    """Documents of other kinds than the resident card are in no register that the registrar can ask."""
    return any(getattr(person, "id_type", "resident_id") != "resident_id" for person in asked.form.persons)
