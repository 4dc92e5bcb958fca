"""Every automatic check of a file, for the desk and the API."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING

from sqlmodel import Session

from registration.models import Application, Material
from registration.queries.checks import held_until
from registration.queries.same_persons import elsewhere_checks
from registration.rules.automatic_checks import Check, Verdict, check, checks_of_form, in_order
from registration.rules.entity_types import EntityType, type_row
from registration.rules.languages import in_offered, joined, said
from registration.rules.materials import material_label
from registration.rules.norms import law_day
from registration.rules.scope import ScopeItem, items_of

if TYPE_CHECKING:
    # Both read checks.
    from registration.queries.casefile import CaseFile
    from registration.queries.facts import CaseFacts


def automatic_checks(session: Session, file: "CaseFile") -> tuple[Check, ...]:
    """The checks of a file, the worst first."""
    files = [one for need in file.needs for one in need.files]
    return checks_of(session, file.case, file.facts, files=files, signatures=len(file.signatures))


def checks_of(
    session: Session, case: Application, facts: "CaseFacts", *, files: Sequence[Material] = (), signatures: int = 0
) -> tuple[Check, ...]:
    """The same of a case; `files` are the uploaded ones that are looked at, `signatures` how many there are."""
    kind = type_row(case.entity_type)
    problems = dict.fromkeys((*facts.problems, *facts.unprintable))
    found = [
        _name(case, facts, kind),
        *checks_of_form(
            problems, facts.flags, kind=kind, sections=facts.form if facts.opened is None else facts.opened
        ),
        *_permits(facts, kind),
        *_materials(facts, files, kind),
        check("signatures_complete", "bad" if facts.unsigned else "ok", kind=kind, data={"count": signatures}),
        *facts.deciding_checks,
        *elsewhere_checks(session, case, facts.partly_read, law_day=law_day(case.regime, facts.today)),
    ]
    return in_order(found)


def law_day_of(file: "CaseFile") -> date:
    """The day whose law the file follows now."""
    return law_day(file.case.regime, file.facts.today)


def _name(case: Application, facts: "CaseFacts", kind: EntityType) -> Check:
    if not facts.name_is_reserved:
        return check("name_reserved", "bad", kind=kind)
    if not case.name:
        return check("name_unused", "ok", kind=kind)
    if facts.name_awaits_decision:
        return check("name_open", "bad", kind=kind)
    until = held_until(facts.reservation)
    if until is None:
        return check("name_registered", "ok", kind=kind)
    return check("name_reserved", "ok", kind=kind, data={"day": until})


def _permits(facts: "CaseFacts", kind: EntityType) -> Iterator[Check]:
    scope = facts.read_form[0].scope
    if scope is None or (facts.opened is not None and "scope" not in facts.opened):
        return
    known = facts.before.scope.items if facts.before and facts.before.scope else ()
    items = items_of(code for code in scope.items if code not in known) if scope.has("items") else ()
    permits: tuple[tuple[str, Verdict], ...] = (("pre", "warn"), ("post", "info"))
    for permit, verdict in permits:
        if listed := [one for one in items if one.permit == permit]:
            yield check("scope_permits", verdict, kind=kind, data={"items": _names(listed)}, subject=permit)
    if not any(one.permit == "pre" for one in items):
        yield check("scope_permits", "ok", kind=kind)


def _names(items: Sequence[ScopeItem]) -> dict[str, str]:
    return in_offered(lambda lang: joined("list", lang, [said(one, lang) for one in items]))


def _materials(facts: "CaseFacts", files: Sequence[Material], kind: EntityType) -> Iterator[Check]:
    yield _about_kinds("materials_complete", "bad", facts.missing_materials, facts.matter, kind)
    if files:
        faulty = [one.kind for one in files if one.faults]
        yield _about_kinds("materials_readable", "warn", faulty, facts.matter, kind)


def _about_kinds(key: str, wrong: Verdict, kinds: Iterable[str], matter: str, kind: EntityType) -> Check:
    """Whether there is none of these kinds of documents."""
    listed = tuple(dict.fromkeys(kinds))
    words = in_offered(lambda lang: joined("list", lang, [material_label(one, lang, matter) for one in listed]))
    return check(key, wrong if listed else "ok", kind=kind, data={"kinds": words})
