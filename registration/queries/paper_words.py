"""The paragraphs and tables of each kind of paper: reasons from the case's history, the law beside each point."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from certificates import chinese
from registration.clock import local_date
from registration.matters import definition_of
from registration.models import Application, HistoryEntry, Notice, NoticeItem
from registration.queries.application_document import (
    APPLICATION,
    PERSONS,
    application_words,
    persons_words,
)
from registration.queries.changes import materials_now
from registration.queries.founding_documents import texts_now
from registration.queries.paper_changes import changed_rows
from registration.queries.papers_asked import Moment, Words, joint_handling, name_reservation
from registration.queries.promised import acceptance_comes_first
from registration.queries.straight_through import decided_at_once
from registration.rules.city import city
from registration.rules.currencies import currencies, currency_in
from registration.rules.entity_types import type_row
from registration.rules.form import sections_for
from registration.rules.kinds import is_five_numbers
from registration.rules.languages import OF_PAPERS
from registration.rules.materials import material_label
from registration.rules.matter_folders import decision_paper, own_paper
from registration.rules.norms import is_old_law
from registration.rules.reasons import bases, correction_article, reason_article, rejection_reasons, remedies
from registration.rules.registered_entity import register_rows


def _receipt(session: Session, case: Application, moment: Moment) -> Words:
    made = [text.kind for text in texts_now(session, case)]
    kinds = made + [material["kind"] for material in materials_now(session, case)]
    rows = [("登记申请书（在线填写并签名）", "1", "电子")]
    rows += [
        (material_label(kind, OF_PAPERS, case.matter), str(kinds.count(kind)), "电子") for kind in dict.fromkeys(kinds)
    ]
    promise = _promise(case, moment)
    return (("已收到您提交的登记申请和下列材料。" + promise,), tuple(rows), ("本凭证不表示准予登记。",))


def _promise(case: Application, moment: Moment) -> str:
    """The promise in words. If acceptance is a separate step, only its day is known when the file arrives."""
    if moment.due_at is None:
        return ""
    day = chinese.day(local_date(moment.due_at))
    if acceptance_comes_first(case):
        return f"本机关最迟于{day}（含当日）决定是否受理，受理后另行告知办结期限。"
    return f"本机关承诺最迟于{day}（含当日）办结。"


def _acceptance(session: Session, case: Application, moment: Moment) -> Words:
    due = (("办结期限", f"最迟于{chinese.day(local_date(moment.due_at))}（含当日）"),) if moment.due_at else ()
    return (("您提交的登记申请材料齐全，符合法定形式，现予受理。",), (*_law(case, "accept", moment.on), *due), ())


def _correction(session: Session, case: Application, moment: Moment) -> Words:
    notice = session.scalars(
        select(Notice).where(col(Notice.application_id) == case.id).order_by(col(Notice.id).desc()).limit(1)
    ).one()
    items = session.scalars(
        select(NoticeItem).where(col(NoticeItem.notice_id) == notice.id).order_by(col(NoticeItem.id))
    )
    until = local_date(notice.expires_at) if notice.expires_at else None
    return correction_words(case, list(items), until=until, on=moment.on)


def correction_words(case: Application, items: Sequence[NoticeItem], *, until: date | None, on: date) -> Words:
    """The text of the correction notice with these items, also before it is sent; `until` is the last day."""
    law = correction_article(regime=case.regime, on=on, lang=OF_PAPERS)
    rows = tuple(
        (_target(case, item.target), f"{_from_agency(item)}{item.problem}", item.remedy, law) for item in items
    )
    before = f"您的申请已经审查，有{len(rows)}处需要补正，全部列在下表。表中没有列出的内容已符合要求，不必再交。"
    limit = f"请最迟于{chinese.day(until)}（含当日）补正。" if until else "请补正。"
    after = f"{limit}补正后重新计算办理期限。" + ("过期没有补正的，本次申请终止，您可以随时重新申请。" if until else "")
    return ((before,), rows, (after,))


# PIPL art. 24: whom a decision of the system concerns may ask for an explanation, and for a person.
_BY_THE_SYSTEM = (
    "本决定由本机关的登记系统按照统一的核对规则作出，没有经过工作人员逐件审查。您可以要求本机关说明核对的规则和结果，"
    "也可以要求由工作人员重新审查。"
)


def _from_agency(item: NoticeItem) -> str:
    """Which agency asks for a point; a point of the registrar itself names nobody."""
    agency = next((one for one in city().agencies if one.key == item.agency), None)
    return f"（{agency.name[OF_PAPERS]}提出）" if agency else ""


def _approval(session: Session, case: Application, moment: Moment) -> Words:
    if own := own_paper(case.matter, "approval"):
        changes = changed_rows(session, case) if own.changes else ()
        return own.before, (*changes, *_law(case, "approve", moment.on)), own.after
    licence = "请自决定之日起10日内领取营业执照。" if is_old_law(case.regime) else "营业执照另行发放。"
    matter, rows = definition_of(case.definition).title[OF_PAPERS], register_rows(case.matter)
    if rows is not None and rows.ends_as is not None:
        licence = "登记写入登记簿时营业执照正本和副本作废，请缴回本机关。名称在一年内他人不得使用。"
    if decided_at_once(session, case) is not None:
        before = f"您提交的{matter}申请，经本机关登记系统自动核对，符合法律、法规规定，准予登记。{licence}"
        return ((before,), _law(case, "approve_at_once", moment.on), (_BY_THE_SYSTEM,))
    before = f"经审查，您提交的{matter}申请符合法律、法规规定，准予登记。{licence}"
    return ((before,), _law(case, "approve", moment.on), ())


def _refusal(session: Session, case: Application, moment: Moment) -> Words:
    said = _said(session, case, "application:reject")
    code = said["reason_code"]
    article = reason_article(
        code, matter=case.matter, entity_type=case.entity_type, regime=case.regime, on=moment.on, lang=OF_PAPERS
    )
    rows = ((rejection_reasons(case.matter)[code].words[OF_PAPERS], said.get("reason", ""), article),)
    own = own_paper(case.matter, "refusal")
    return (
        own.before if own else ("经审查，您提交的登记申请不符合法律、法规规定，决定不予登记。理由如下：",),
        rows,
        (_remedies(case, moment),),
    )


def _not_accepted(session: Session, case: Application, moment: Moment) -> Words:
    said = _said(session, case, "application:refuse_scope")
    rows = (("不予受理的理由", said.get("reason", "")), ("有权办理的机关", said.get("competent_body", "")))
    law = _law(case, "refuse_scope", moment.on)
    return (("您申请的事项不属于本机关职权范围，决定不予受理。",), (*rows, *law), (_remedies(case, moment),))


def _extension(session: Session, case: Application, moment: Moment) -> Words:
    due = f"最迟于{chinese.day(local_date(moment.due_at))}（含当日）" if moment.due_at else ""
    rows = (("延长的理由", _said(session, case, "application:extend").get("reason", "")), ("新的办结期限", due))
    law = _law(case, "extend", moment.on)
    return (("因情形复杂，经本机关负责人批准，延长审查期限三个工作日。",), (*rows, *law), ())


def _reexamination(session: Session, case: Application, moment: Moment) -> Words:
    due = f"最迟于{chinese.day(local_date(moment.due_at))}（含当日）" if moment.due_at else ""
    rows = [("退回的理由", _said(session, case, "application:send_back").get("reason", ""))]
    rows += [("新的办结期限", due)] if due else []
    before = (
        "您的登记申请已经核准，但营业执照无法制作。本机关撤回登记通知书，退回重新审查。",
        "执照还没有发出，为您预留的号码不变。",
    )
    return (before, tuple(rows), ("如需您修改内容，本机关会另发一次性告知书；在此之前您不用做任何事。",))


def _hold(session: Session, case: Application, moment: Moment) -> Words:
    said = _said(session, case, "application:hold")
    rows = (("中止的理由", said.get("reason", "")), ("法院或者仲裁机构的文书", said.get("paper", "")))
    after = (
        "诉讼或者仲裁终结后，请您向本机关申请恢复办理，并写明终结诉讼或者仲裁的文书。恢复以前的时间不计入办理期限。",
    )
    before = "利害关系人就本次申请提起诉讼或者仲裁，影响依法登记，现中止办理。"
    return ((before,), (*rows, *_law(case, "hold", moment.on)), after)


def _withdrawal(session: Session, case: Application, moment: Moment) -> Words:
    return (("您撤回登记申请的请求已经收到，本次申请终止。已保留的名称在保留期内仍然有效。",), (), ())


def _licence_correction(session: Session, case: Application, moment: Moment) -> Words:
    said = _said(session, case, "licence:propose_correct")
    rows = tuple(
        (_fact_label(name, case), *(_fact_text(name, said["changes"][name][when]) for when in ("before", "after")))
        for name in FACTS
        if name in said["changes"]
    )
    before = "经核查，发给您的营业执照有下列文字记载错误，现予更正。"
    grounds = f"更正的依据：{said['evidence']}。"
    after = "更正后的营业执照另行签发；新版签发时，原版各份同时失效。登记事项本身没有变更；需要变更的，请申请变更登记。"
    return ((before, grounds), rows, (after, _remedies(case, moment)))


def _decision(session: Session, case: Application, moment: Moment) -> Words:
    """A matter's own text (`papers.yaml`); its rows name inputs of the actions that are kept in the history."""
    paper = decision_paper(case.matter)
    entries = session.execute(
        select(col(HistoryEntry.tag), col(HistoryEntry.data))
        .where(col(HistoryEntry.application_id) == case.id, col(HistoryEntry.tag).like("application:%"))
        .order_by(col(HistoryEntry.seq))
    ).all()
    said = {name: value for _tag, data in entries for name, value in data.items()}
    rows = tuple((label, str(said[name])) for label, name in paper.rows.items() if said.get(name))
    law = _law(case, entries[-1][0].partition(":")[2], moment.on)
    changes = changed_rows(session, case) if paper.changes else ()
    return paper.before, (*changes, *rows, *law), paper.after


# The facts of a licence that can be corrected, in the order of the paper.
FACTS = ("representative", "domicile", "capital", "general_items", "licensed_items")


def _fact_label(name: str, case: Application) -> str:
    """The label on the licence, which depends on the entity type, with the unit of the currency."""
    words, unit = type_row(case.entity_type).words, currencies()[currency_in(case.form)][OF_PAPERS]
    return {
        "representative": words["representative"][OF_PAPERS],
        "domicile": words["place"][OF_PAPERS],
        "capital": f"{words['capital'][OF_PAPERS]}（{unit}）",
        "general_items": "一般项目",
        "licensed_items": "许可项目",
    }[name]


def _fact_text(name: str, value: Any) -> str:
    """A fact of the particulars as the text of a cell."""
    if name.endswith("_items"):
        return "；".join(value or ()) or "（无）"
    return f"{Decimal(value):,f}" if name == "capital" and value is not None else str(value or "（无）")


def _application(session: Session, case: Application, moment: Moment) -> Words:
    return application_words(session, case, revision=moment.revision, on=moment.on)


def _application_persons(session: Session, case: Application, moment: Moment) -> Words:
    return persons_words(session, case, revision=moment.revision)


def _remedies(case: Application, moment: Moment) -> str:
    return remedies(
        regime=case.regime,
        on=moment.on,
        lang=OF_PAPERS,
        reconsideration=moment.reconsideration_body,
        court=moment.court,
    )


WORDS: Mapping[str, Callable[[Session, Application, Moment], Words]] = {
    "receipt": _receipt,
    "acceptance": _acceptance,
    "correction": _correction,
    "approval": _approval,
    "refusal": _refusal,
    "not_accepted": _not_accepted,
    "extension": _extension,
    "reexamination": _reexamination,
    "withdrawal": _withdrawal,
    "hold": _hold,
    APPLICATION: _application,
    PERSONS: _application_persons,
    "name_reservation": name_reservation,
    "joint_handling": joint_handling,
    "licence_correction": _licence_correction,
    "decision": _decision,
}


def _target(case: Application, target: str) -> str:
    chapter, _, key = target.partition(".")
    if chapter == "material":
        return material_label(key, OF_PAPERS, case.matter)
    sections = sections_for(case.entity_type, case.regime, case.matter)
    return next(section.label[OF_PAPERS] for section in sections if section.key == key)


def _law(case: Application, action: str, on: date) -> tuple[tuple[str, ...], ...]:
    """The citations in force for this action of the table, for this case's regime."""
    definition, five = definition_of(case.definition), is_five_numbers(case.regime)
    rows = [
        row
        for row in definition.rows
        if row.action == action and all(one.holds == five for one in row.conditions if one.name == "five_numbers")
    ]
    basis = dict.fromkeys(key for row in rows for key in row.basis)
    law = bases(basis, matter=case.matter, regime=case.regime, on=on, lang=OF_PAPERS)
    return (("依据", "；".join(law)),) if law else ()


def _said(session: Session, case: Application, tag: str) -> Mapping[str, Any]:
    """The data of the case's latest entry with this tag."""
    data: Mapping[str, Any] = session.scalars(
        select(col(HistoryEntry.data))
        .where(col(HistoryEntry.application_id) == case.id, col(HistoryEntry.tag) == tag)
        .order_by(col(HistoryEntry.seq).desc())
        .limit(1)
    ).one()
    return data
