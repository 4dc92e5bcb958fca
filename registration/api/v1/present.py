"""Converts a case file to the API's shape of an application."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

from registration.actor import Actor
from registration.api.v1 import check_rows, correction_shapes, search_shapes, shapes
from registration.clock import local_date, now
from registration.http.context import lang_here, say, settings_here
from registration.http.problem_json import blocker_row, problem_row
from registration.matters import definition_of
from registration.models import Application, HistoryEntry, Licence, Material
from registration.queries.automatic_checks import law_day_of
from registration.queries.casefile import CaseFile
from registration.queries.estimate import Estimate
from registration.queries.file_contents import Correction, Need, PartView, PartySignature, TaskState
from registration.queries.inbox import PartRow
from registration.queries.objections import PartObjection
from registration.queries.search import Reason
from registration.rules.automatic_checks import Check, Override, check_groups, words_for_applicant
from registration.rules.blockers import field_of
from registration.rules.form import groups_of, sections_for
from registration.rules.materials import material_label, material_law
from workflows.definition import Definition, Table
from workflows.engine import Offer

# Data of an entry for every reader of the history; the rest is for the office.
_PUBLIC_DATA = ("reason", "reason_code", "competent_body", "paper", "notice", "targets", "part", "number", "kind")


def case_row(case: Application, *, holder: str | None = None, alert: str | None = None) -> shapes.CaseRow:
    return shapes.CaseRow(**_row(case, holder), alert=alert)


def found_row(case: Application, reasons: Iterable[Reason]) -> search_shapes.FoundRow:
    return search_shapes.FoundRow(
        ref=case.ref,
        name=case.name,
        state=case.state,
        state_label=state_label(definition_of(case.definition), case.state),
        found_by=[search_shapes.FoundBy(**vars(one)) for one in reasons],
    )


def part_row(row: PartRow) -> shapes.PartRow:
    parts = definition_of(row.case.definition).parts
    assert parts is not None
    return shapes.PartRow(
        ref=row.case.ref,
        part=row.part.key,
        label=say(parts.graph[row.part.key].label),
        name=row.case.name,
        state=row.part.state,
        state_label=state_label(parts, row.part.state),
        due_at=row.part.due_at,
        alert=row.alert,
    )


def case_of(
    file: CaseFile, *, actor: Actor, foreseen: Estimate | None = None, checks: Sequence[Check] = ()
) -> shapes.Case:
    """The whole case as `actor` may see it; `checks` are for staff."""
    case, table = file.case, definition_of(file.case.definition)
    return shapes.Case(
        **_row(case, _number(file.facts.holder) if actor.is_staff else None),
        matter=case.matter,
        regime=case.regime,
        definition=case.definition,
        version=case.version,
        revision=case.revision,
        registrar_name=say(file.registrar.name),
        days_left=file.days_left,
        expected=expected_of(foreseen) if foreseen else None,
        form=dict(file.form),
        tasks=[task_row(task, matter=case.matter) for task in file.tasks] if actor.agency is None else [],
        needs=[need_row(need, regime=file.case.regime) for need in file.needs],
        signatures=[signature_row(one) for one in file.signatures] if actor.agency is None else [],
        correction=correction_row(file.correction, case=case) if file.correction else None,
        parts=[part_of(view, file=file, actor=actor) for view in file.parts],
        flags=[shapes.Fault(**problem_row(flag)) for flag in file.facts.flags] if judges(actor) else [],
        being_checked=_being_checked(file, table) if not actor.is_staff else [],
        checks=[check_row(one, file=file) for one in checks] if judges(actor) else [],
        actions=[action_row(offer, table) for offer in file.offers],
        history=[history_row(entry, case=case, actor=actor) for entry in file.history],
        licences=[licence_row(one) for one in file.licences],
    )


def _being_checked(file: CaseFile, table: Definition) -> list[str]:
    if table.states[file.case.state].kind != "office":
        return []
    return words_for_applicant(file.facts.stopping_checks, lang_here(), registrar=file.registrar.name)


def check_row(one: Check, *, file: CaseFile) -> check_rows.CheckRow:
    lang = lang_here()
    entities = [
        check_rows.CheckedEntity(
            name=each.name, code=each.code, check_url=f"{settings_here().public_url}/check?q={each.code}"
        )
        for each in one.entities
    ]
    return check_rows.CheckRow(
        key=one.key,
        group=one.rule.group,
        group_label=say(check_groups()[one.rule.group]),
        verdict=one.verdict,
        message=one.text(lang),
        law=one.articles(lang, on=law_day_of(file)),
        may_be_overridden=one.room,
        override=override_row(one.override) if one.override else None,
        count=one.data.get("count") if entities else None,
        entities=entities,
    )


def override_row(one: Override) -> check_rows.OverrideRow:
    return check_rows.OverrideRow(reason=one.reason, by=_number(one.by) or one.by, at=one.at)


def expected_of(found: Estimate) -> shapes.Expected:
    return shapes.Expected(
        median_on=found.median_on,
        likely_on=found.likely_on,
        median_working_days=found.median_days,
        likely_working_days=found.likely_days,
        cases=found.cases,
        in_front=found.front,
        reason=found.reason or None,
    )


def task_row(task: TaskState, *, matter: str) -> shapes.TaskRow:
    group = next(group for group in groups_of(matter) if group.key == task.section.group)
    return shapes.TaskRow(
        section=task.section.key,
        label=say(task.section.label),
        group=say(group.label),
        optional=task.section.optional,
        state=task.state,
        open=task.open,
        errors=[shapes.Fault(**problem_row(problem)) for problem in task.problems],
    )


def need_row(need: Need, *, regime: str) -> shapes.NeedRow:
    return shapes.NeedRow(
        kind=need.need.kind,
        label=say(need.need.label),
        hint=say(need.need.hint),
        why=say(need.need.why),
        basis=material_law(need.need, regime=regime, on=local_date(now()), lang=lang_here()),
        required=need.need.required,
        open=need.open,
        files=[material_row(one) for one in need.files],
    )


def material_row(material: Material) -> shapes.MaterialRow:
    return shapes.MaterialRow.model_validate(material, from_attributes=True)


def signature_row(one: PartySignature) -> shapes.SignatureRow:
    party = one.party
    return shapes.SignatureRow(
        party=party.ref,
        name=party.name,
        capacities=party.capacities,
        identified_at=party.identified_at,
        signed_at=party.signed_at,
        valid=one.valid,
    )


def correction_row(correction: Correction, *, case: Application) -> correction_shapes.CorrectionRow:
    notice = correction.notice
    items = [
        correction_shapes.CorrectionItem(
            target=item.target,
            label=target_label(item.target, case=case),
            reason_code=item.reason_code,
            problem=item.problem,
            remedy=item.remedy,
            material_ref=item.material_ref,
            agency=item.agency,
            changed=item.target in correction.answered,
        )
        for item in correction.items
    ]
    return correction_shapes.CorrectionRow(
        number=notice.number,
        opinion=notice.opinion,
        issued_at=notice.issued_at,
        expires_at=notice.expires_at,
        items=items,
    )


def action_row(offer: Offer, table: Table) -> shapes.ActionRow:
    action = table.actions[offer.action]
    return shapes.ActionRow(
        action=offer.action,
        label=say(action.label),
        allowed=all(field_of(blocker) for blocker in offer.blockers),
        asks=list(action.asks),
        blockers=[shapes.Blocker(**blocker_row(blocker)) for blocker in offer.blockers],
    )


def part_of(view: PartView, *, file: CaseFile, actor: Actor) -> shapes.CasePart:
    """A part; why another agency objected is not for this one."""
    parts = definition_of(file.case.definition).parts
    assert parts is not None
    part = view.part
    return shapes.CasePart(
        part=part.key,
        label=say(parts.graph[part.key].label),
        state=part.state,
        state_label=state_label(parts, part.state),
        number=part.number,
        objection=part.objection if actor.agency in (None, part.agency) else None,
        objections=[_objection(one) for one in file.objections if one.part == part.key],
        waits_for=list(view.waits_for),
        due_at=part.due_at,
        decided_at=part.decided_at,
        actions=[action_row(offer, parts) for offer in view.offers],
    )


def _objection(one: PartObjection) -> correction_shapes.PartObjectionRow:
    return correction_shapes.PartObjectionRow(
        ref=one.ref,
        revision=one.revision,
        reason=one.reason,
        made_at=one.made_at,
        points=[
            correction_shapes.ObjectionPoint(
                ref=point.ref,
                target=point.mark.target,
                reason_code=point.mark.reason_code,
                problem=point.mark.problem,
                remedy=point.mark.remedy,
                printed=point.printed,
                left_out=point.left_out,
            )
            for point in one.points
        ],
        outcome=one.outcome,
        answer=one.answer,
        answered_role=one.answered_role,
        answered_at=one.answered_at,
        notice=one.notice.number if one.notice else None,
        answer_by=one.notice.expires_at if one.notice else None,
    )


def history_row(entry: HistoryEntry, *, case: Application, actor: Actor) -> shapes.HistoryRow:
    kind, _, number = entry.actor.partition(":")
    kinds: dict[str, Literal["applicant", "signer", "staff", "system"]] = {
        "account": "applicant",
        "party": "signer",
        "staff": "staff",
    }
    data: Mapping[str, Any] = entry.data
    return shapes.HistoryRow(
        seq=entry.seq,
        at=entry.at,
        tag=entry.tag,
        label=entry_label(entry, case),
        actor=shapes.Actor(kind=kinds.get(kind, "system"), number=number if kind == "staff" else None),
        source=entry.source,
        target=entry.target,
        data=dict(data) if judges(actor) else {name: data[name] for name in _PUBLIC_DATA if name in data},
        hash=entry.hash,
    )


def licence_row(one: Licence) -> shapes.LicenceRow:
    facts = one.particulars
    paper: Literal["original", "duplicate"] = one.paper  # type: ignore[assignment]  # a row's text; issue.py writes no other
    return shapes.LicenceRow(
        licence=one.ref,
        paper=paper,
        copy_no=one.copy_no,
        edition=one.edition,
        code=one.code,
        serial=one.serial,
        status=one.status,
        issued_at=one.issued_at,
        sha256=one.sha256,
        size=one.size,
        signed_by=one.signed_by,
        check_url=f"{settings_here().public_url}/v/{one.ref}",
        numbers=facts.get("five_numbers") or {"uscc": facts.get("uscc", "")},
    )


def target_label(target: str, *, case: Application) -> str:
    """What a correction points at, in words."""
    chapter, _, key = target.partition(".")
    if chapter == "material":
        return material_label(key, lang_here(), case.matter)
    return next(
        (say(one.label) for one in sections_for(case.entity_type, case.regime, case.matter) if one.key == key), key
    )


def state_label(table: Table, state: str) -> str:
    """The state's name; the key of the state if only an older table has it."""
    known = table.states.get(state)
    return say(known.label) if known else state


def entry_label(entry: HistoryEntry, case: Application) -> str:
    table = definition_of(case.definition)
    action = table.actions.get(entry.tag.partition(":")[2])
    return say(action.label) if action else entry.tag


def _row(case: Application, holder: str | None) -> dict[str, Any]:
    return {
        "ref": case.ref,
        "name": case.name,
        "entity_type": case.entity_type,
        "registrar": case.registrar_code,
        "state": case.state,
        "state_label": state_label(definition_of(case.definition), case.state),
        "due_at": case.due_at,
        "holder": holder,
        "created_at": case.created_at,
        "updated_at": case.updated_at,
        "submitted_at": case.submitted_at,
    }


def judges(actor: Actor) -> bool:
    return actor.is_staff and actor.agency is None


def _number(tag: str | None) -> str | None:
    return tag.partition(":")[2] if tag else None
