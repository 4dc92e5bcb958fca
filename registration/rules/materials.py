"""The documents that an application needs for its form: the rows of the matter's materials.yaml."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from registration.rules.city import Agency
from registration.rules.entity_types import EntityType, type_row
from registration.rules.foreign_investment import investors_from_abroad, origin_of
from registration.rules.form import ESTABLISHMENT, Form
from registration.rules.form.persons import LegalPerson, NaturalPerson
from registration.rules.founding_documents.texts import rows_for
from registration.rules.identity import HONG_KONG_MACAO_TAIWAN
from registration.rules.kinds import is_five_numbers, is_new_company_law
from registration.rules.languages import in_offered, joined, said
from registration.rules.matter_folders import matter_data
from registration.rules.matter_shapes import DocumentRow, MaterialRow
from registration.rules.norms import cited, law_day, listed
from registration.rules.scope import Permit, ScopeItem, items_of, permit_of
from workflows.definition.values import Text

PERMANENT = "foreign_permanent"
_APPRAISED = frozenset({"in_kind", "ip", "land_use", "equity", "claim", "data", "other"})


@dataclass(frozen=True, slots=True)
class MaterialNeed:
    """One document: its label, how to make it, why it is needed, and the citations (rules/norms.py).

    One that is not `required` is optional.
    """

    kind: str
    label: Text
    hint: Text
    why: Text
    required: bool
    basis: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Asked:
    form: Form
    entity_type: EntityType
    regime: str
    before: Form | None = None

    @property
    def tenure(self) -> str | None:
        return self.form.domicile.tenure if self.form.domicile else None

    @property
    def permits_before(self) -> list[Permit]:
        items = items_of(self.form.scope.items) if self.form.scope else ()
        permits = [permit_of(item) for item in items if item.permit == "pre"]
        return list(dict.fromkeys(permit for permit in permits if permit))


# The conditions that a row may name.
CONDITIONS: dict[str, Callable[[_Asked], bool]] = {
    "liquidated": lambda asked: asked.form.settlement is not None,
    "owned": lambda asked: asked.tenure == "own",
    "leased": lambda asked: asked.tenure == "lease",
    "lent": lambda asked: asked.tenure == "free",
    "cluster": lambda asked: asked.tenure == "cluster",
    "platform": lambda asked: asked.tenure == "platform",
    "dwelling": lambda asked: _is_dwelling(asked),
    "permit_before": lambda asked: bool(asked.permits_before),
    "appraised": lambda asked: _has_appraised(asked),
    "foreign_document": lambda asked: _has_foreign_document(asked),
    "foreign_investor": lambda asked: "foreign" in _to_prove(asked),
    "hmt_investor": lambda asked: "hmt" in _to_prove(asked),
    "investor_from_abroad": lambda asked: next(investors_from_abroad(asked.form), None) is not None,
    "restricted_field": lambda asked: asked.form.foreign is not None and asked.form.foreign.field == "restricted",
    "no_supervisors": lambda asked: _has_no_supervisors(asked),
    "family": lambda asked: _is_family(asked),
    "five_numbers": lambda asked: is_five_numbers(asked.regime),
    "employees_elect": lambda asked: _employees_elect(asked),
    "guardian": lambda asked: _has_guardian(asked),
    "agent": lambda asked: asked.form.is_filed_by_agent,
    "delegate": lambda asked: any(row.delegate for row in asked.form.partner_rows),
    "some_execute": lambda asked: _some_execute(asked),
    "holders_change": lambda asked: asked.before is not None and _held(asked.form) != _held(asked.before),
    "published_elsewhere": lambda asked: asked.form.reduction is None or asked.form.reduction.where == "elsewhere",
    "creditors_term": lambda asked: asked.form.reduction is not None and asked.form.reduction.way == "ordinary",
    "parent_changes": lambda asked: asked.before is not None and asked.form.parent != asked.before.parent,
}


# Of conditions that may have been proved before: what there is to prove. Of a registered entity only the new counts.
_TO_PROVE: dict[str, Callable[[Form], set[object]]] = {
    "permit_before": lambda form: {permit_of(item) for item in _items(form) if item.permit == "pre"},
    "appraised": lambda form: _appraised(form),
    "foreign_document": lambda form: _numbers(form, (one.key for one in form.persons)),
    "foreign_investor": lambda form: _numbers(form, (key for key, _ in form.shares)),
    "hmt_investor": lambda form: _numbers(form, (key for key, _ in form.shares)),
    "investor_from_abroad": lambda form: _numbers(form, (one.key for _place, one in investors_from_abroad(form))),
    "restricted_field": lambda form: {form.foreign.field} if form.foreign else set(),
    "no_supervisors": lambda form: {form.officers.supervision} if form.officers else set(),
    "family": lambda form: set(form.operator.family) if form.operator else set(),
    "employees_elect": lambda form: _numbers(form, form.officers.of_employees if form.officers else ()),
    "guardian": lambda form: {(number(one), getattr(one, "guardian", None)) for one in form.persons},
    "delegate": lambda form: _executing(form),
    "some_execute": lambda form: _executing(form),
}


# The conditions that are known before the form: how the place is held, and the regime.
_KNOWN_BEFORE = frozenset({"owned", "leased", "lent", "cluster", "platform", "five_numbers"})


def possible_materials(*, entity_type: str, matter: str = ESTABLISHMENT) -> list[MaterialRow]:
    """The documents that only the answers of the form decide about, in the order of the list."""
    rows = (row for row in _rows(matter).values() if type_row(entity_type).answers_to(row.named))
    return [row for row in rows if row.when and row.when not in _KNOWN_BEFORE]


def required_materials(
    form: Form,
    *,
    entity_type: str,
    regime: str,
    matter: str = ESTABLISHMENT,
    uploaded: Collection[str] = (),
    before: Form | None = None,
) -> list[MaterialNeed]:
    """The required and the optional documents, in the order of the list, without those that the system makes.

    `uploaded` are the kinds of the files that the case has: of them no document is made. Copies of identity documents
    and licences are not required if the authorities can look them up (Regulation art. 16). `before`: what is registered
    of the entity that the case is about, for which nothing is proved again.
    """
    of_case = {"entity_type": entity_type, "regime": regime, "matter": matter}
    made = rows_for(form, **of_case, uploaded=uploaded)
    listed = listed_materials(form, **of_case, uploaded=uploaded, before=before)
    return without_made(listed, made.values(), uploaded=uploaded)


def without_made(
    listed: Iterable[MaterialNeed], made: Iterable[DocumentRow], *, uploaded: Collection[str]
) -> list[MaterialNeed]:
    """Those of the `listed` documents that are uploaded: the system makes none for them, or there is a file already."""
    replaced = {kind for row in made for kind in row.replaces} - set(uploaded)
    return [need for need in listed if need.kind not in replaced]


def listed_materials(
    form: Form,
    *,
    entity_type: str,
    regime: str,
    matter: str = ESTABLISHMENT,
    uploaded: Collection[str] = (),
    before: Form | None = None,
) -> list[MaterialNeed]:
    """The same with those that the system makes."""
    asked = _Asked(form, type_row(entity_type), regime, before)
    found = []
    for kind, row in _rows(matter).items():
        if not asked.entity_type.answers_to(row.named) or not form.chooses(row.items):
            continue
        needed = row.when is None or (CONDITIONS[row.when](asked) and _is_new(row.when, asked))
        if needed or row.otherwise == "optional" or (before is not None and kind in uploaded):
            found.append(_need(kind, row, asked, required=needed))
    return found


def material_law(need: MaterialNeed, *, regime: str, on: date, lang: str) -> str:
    """The law that requires the document, in force for a case of this regime on the day."""
    return listed(cited(need.basis, law_day(regime, on), lang), lang)


def material_kinds(matter: str = ESTABLISHMENT) -> frozenset[str]:
    """Every kind of document that an application in this matter may have."""
    return frozenset(_rows(matter))


def materials_of_agency(agency: Agency, matter: str = ESTABLISHMENT) -> frozenset[str]:
    """The whitelist: the kinds of documents of this matter that an agency may read, as its row names them."""
    return material_kinds(matter) & frozenset(agency.documents)


def material_label(kind: str, lang: str, matter: str = ESTABLISHMENT) -> str:
    """The name of a kind of document; the kind itself if the matter does not have it."""
    row = _rows(matter).get(kind)
    return said(row.label, lang) if row else kind


def _rows(matter: str) -> Mapping[str, MaterialRow]:
    return matter_data(matter).materials


def _need(kind: str, row: MaterialRow, asked: _Asked, *, required: bool) -> MaterialNeed:
    hint = Text(**in_offered(lambda lang: said(row.hint, lang).format(permits=_permits(asked, lang))))
    return MaterialNeed(kind, row.label, hint, row.why, required, row.basis)


def _permits(asked: _Asked, lang: str) -> str:
    return joined("list", lang, (said(permit.name, lang) for permit in asked.permits_before))


def _is_new(condition: str, asked: _Asked) -> bool:
    """Whether something is to be proved that is not registered already."""
    told = _TO_PROVE.get(condition)
    return asked.before is None or told is None or not told(asked.form) <= told(asked.before)


def number(person: NaturalPerson | LegalPerson | None) -> str:
    """By which a person is the same in two forms."""
    if isinstance(person, LegalPerson):
        return person.number
    return person.id_no if person else ""


def _numbers(form: Form, keys: Iterable[str]) -> set[object]:
    return {number(form.person(key)) for key in keys}


def _held(form: Form) -> dict[str, Decimal]:
    """Who holds how much, or runs the business alone."""
    held: dict[str, Decimal] = {}
    for key, amount in form.shares:
        who = number(form.person(key))
        held[who] = held.get(who, Decimal(0)) + amount
    alone = (one.person for one in (form.operator, form.investor) if one is not None)
    return held | {number(form.person(key)): Decimal(0) for key in alone}


def _items(form: Form) -> Iterable[ScopeItem]:
    return items_of(form.scope.items) if form.scope else ()


def _appraised(form: Form) -> set[object]:
    lines = [(line.method, line.amount_wan) for row in form.holders for line in row.lines]
    lines += [(row.method, row.amount_wan) for row in form.partner_rows]
    return {line for line in lines if line[0] in _APPRAISED}


def _executing(form: Form) -> set[object]:
    """Who executes the affairs of a partnership, and through whom."""
    rows = [row for row in form.partner_rows if row.executes]
    return {(number(form.person(row.person)), number(form.person(row.delegate))) for row in rows}


def _is_dwelling(asked: _Asked) -> bool:
    return asked.form.domicile is not None and asked.form.domicile.use == "residential"


def _is_family(asked: _Asked) -> bool:
    return asked.form.operator is not None and asked.form.operator.composition == "family"


def _has_no_supervisors(asked: _Asked) -> bool:
    return asked.form.officers is not None and asked.form.officers.supervision == "none_agreed"


def _has_appraised(asked: _Asked) -> bool:
    methods = [line.method for row in asked.form.holders for line in row.lines]
    return not _APPRAISED.isdisjoint([*methods, *(row.method for row in asked.form.partner_rows)])


def _some_execute(asked: _Asked) -> bool:
    """Whether some of the partners execute the affairs for the others."""
    rows = asked.form.partner_rows
    return bool({row.person for row in rows} - {row.person for row in rows if row.executes})


def _employees_elect(asked: _Asked) -> bool:
    """Whether employees elect a director or supervisor. Before 2024-07-01 their record is with the other papers."""
    officers = asked.form.officers
    return officers is not None and bool(officers.of_employees) and is_new_company_law(asked.regime)


def _has_guardian(asked: _Asked) -> bool:
    return any(getattr(person, "guardian", None) for person in asked.form.persons)


def _to_prove(asked: _Asked) -> frozenset[str]:
    """Where those investors from abroad are from who have no card or permit that a mainland authority gave them."""
    found = (person for _place, person in investors_from_abroad(asked.form))
    return frozenset(
        origin_of(one) for one in found if getattr(one, "id_type", None) not in (*HONG_KONG_MACAO_TAIWAN, PERMANENT)
    )


def _has_foreign_document(asked: _Asked) -> bool:
    """Whether a person has another document than a resident card: the registrar cannot look those up."""
    return any(getattr(person, "id_type", "resident_id") != "resident_id" for person in asked.form.persons)
