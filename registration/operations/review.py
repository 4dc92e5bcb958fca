"""What the actions of clerks write beside the state: the correction notice, the decision, the void numbers."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from certificates.paper.characters import is_private, is_unseen
from certificates.paper.papers import TEXT_LENGTH
from registration.actor import Actor
from registration.clock import local_date
from registration.errors import InvalidInput
from registration.models import Account, Application, Notice, NoticeItem
from registration.operations import numbers, objections
from registration.operations.act import for_nobody, writes
from registration.queries.changes import materials_now
from registration.queries.facts import noticed_targets
from registration.rules.printing import text_problem
from registration.rules.problems import Problem
from registration.rules.reasons import offered_corrections
from registration.rules.targets import is_target

# Texts of the office that a paper prints; they are checked, because a paper must be printable.
_ON_PAPER = ("reason", "competent_body", "paper")
_ITEM_FIELDS = ("target", "reason_code", "problem", "remedy", "material_ref")


@writes("request_correction")
@writes("objection_upheld")
def _notify_once(
    session: Session, case: Application, actor: Actor, inputs: Mapping[str, Any], now: datetime
) -> Mapping[str, Any]:
    """MR art. 19, MRI art. 18: one notice with everything. A second one about the same item is recorded as a defect.

    The last day for the answer follows from the table; the clock has set it already. It ends at midnight.
    """
    items = [{name: str(item.get(name) or "").strip() for name in _ITEM_FIELDS} for item in inputs["items"]]
    files = _files_by_kind(session, case)
    problems = [problem for at, item in enumerate(items) for problem in _item_problems(case, at, item, files=files)]
    if problems:
        raise InvalidInput(problems)
    number = numbers.paper_number(session, case.registrar_code, kind="correction", on=local_date(now))
    notice = Notice(
        application_id=case.id,
        number=f"{case.registrar_code}-{number}",
        revision=case.revision,
        opinion=str(inputs.get("opinion") or ""),
        issued_by=actor.tag,
        issued_at=now,
        expires_at=case.state_due_at,
    )
    repeated = sorted({item["target"] for item in items} & noticed_targets(session, case))
    session.add(notice)
    session.flush()
    made = [NoticeItem(notice_id=notice.id, **item | _at_fault(item, files)) for item in items]
    session.add_all(made)
    session.flush()
    objections.uphold(session, case, notice=notice, made=made, inputs=inputs, actor=actor, now=now)
    session.flush()
    return {"notice": notice.number, "targets": [item["target"] for item in items], "repeated": repeated}


@writes("reject", rows=for_nobody)
@writes("refuse_scope", rows=for_nobody)
@writes("approve", rows=for_nobody)
@writes("recommend", rows=for_nobody)
@writes("return", rows=for_nobody)
@writes("extend", rows=for_nobody)
@writes("hold", rows=for_nobody)
@writes("resume", rows=for_nobody)
@writes("send_back", rows=for_nobody)
@writes("ask_to_resume", rows=for_nobody)
@writes("objection_overruled", rows=for_nobody)
@writes("lift_stop", rows=for_nobody)
def _keep_reasons(
    session: Session, case: Application, actor: Actor, inputs: Mapping[str, Any], now: datetime
) -> Mapping[str, Any]:
    """Keeps the text of a decision in the history, where it cannot be changed."""
    names = ("opinion", "reason", "reason_code", "competent_body", "paper", "part")
    if problems := [fault for name in _ON_PAPER for fault in paper_faults(name, inputs.get(name))]:
        raise InvalidInput(problems)
    return {name: str(inputs[name]).strip() for name in names if str(inputs.get(name) or "").strip()}


@writes("take_over")
def _keep_who_had_it(
    session: Session, case: Application, actor: Actor, inputs: Mapping[str, Any], now: datetime
) -> Mapping[str, Any]:
    """Records for the former holder's inbox that a colleague took the file, and why."""
    # The row still names the former holder: the new one is written later.
    holder = select(col(Account.login)).join(Application, col(Application.holder_id) == col(Account.id))
    login = session.scalars(holder.where(col(Application.id) == case.id)).one_or_none()
    return {**_keep_reasons(session, case, actor, inputs, now), **({"taken_from": login} if login else {})}


@writes("hand_over", rows=for_nobody)
def _keep_recipient(
    session: Session, case: Application, actor: Actor, inputs: Mapping[str, Any], now: datetime
) -> Mapping[str, Any]:
    return {"recipient": str(inputs["recipient"]), "courier_number": str(inputs.get("courier_number") or "")}


def paper_faults(path: str, text: object) -> list[Problem]:
    """What keeps a text from being printed on a paper."""
    found = " ".join(str(text or "").split())
    if len(found) > TEXT_LENGTH:
        return [Problem(path, "text.too_long", {"most": TEXT_LENGTH})]
    if any(is_unseen(one) or is_private(one) for one in found):
        return [Problem(path, "text.unseen")]
    problem = text_problem(path, found)
    return [problem] if problem else []


def _files_by_kind(session: Session, case: Application) -> dict[str, list[str]]:
    """Target of each kind of document -> the references of its files."""
    files: dict[str, list[str]] = {}
    for material in materials_now(session, case):
        files.setdefault(f"material.{material['kind']}", []).append(material["ref"])
    return files


def _at_fault(item: Mapping[str, str], files: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """The file that the item is about: the one that was named, or the only one there is."""
    there = files.get(item["target"], ())
    return {"material_ref": item["material_ref"] or (there[0] if len(there) == 1 else None)}


def _item_problems(
    case: Application, at: int, item: Mapping[str, str], *, files: Mapping[str, Sequence[str]]
) -> list[Problem]:
    problems = [Problem(f"items.{at}.{name}", "field.missing") for name in ("problem", "remedy") if not item[name]]
    problems += [fault for name in ("problem", "remedy") for fault in paper_faults(f"items.{at}.{name}", item[name])]
    if not is_target(item["target"], matter=case.matter, entity_type=case.entity_type, regime=case.regime):
        problems.append(Problem(f"items.{at}.target", "choice.unknown"))
    if item["reason_code"] not in offered_corrections(case.matter, registrar=case.registrar_code):
        problems.append(Problem(f"items.{at}.reason_code", "choice.unknown"))
    if item["material_ref"] and item["material_ref"] not in files.get(item["target"], ()):
        problems.append(Problem(f"items.{at}.material_ref", "choice.unknown"))
    return problems
