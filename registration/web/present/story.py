"""The history of a case as texts: the events, the persons, the times, and the written reasons."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from registration.actor import SYSTEM
from registration.http.context import lang_here, say
from registration.matters import definition_of
from registration.models import Application, HistoryEntry, Party
from registration.rules.automatic_checks import check_groups, check_rules
from registration.rules.materials import material_label
from registration.rules.reasons import licence_reason, rejection_reasons
from registration.web.present.ledger import fact_text
from registration.web.present.licence_words import fact_label
from registration.web.present.targets import target_label
from workflows.definition import Definition

_OTHER = {
    "application:start": _l("开始填写"),
    "material:attach": _l("上传材料"),
    "material:detach": _l("移除材料"),
    "application:migrate": _l("改按流程表的另一版本办理"),
    "name:agree": _l("名称经人工审查同意"),
    "name:disagree": _l("名称经人工审查不予同意"),
    "check:override": _l("对一项自动检查说明理由后继续办理"),
    "party:identify": _l("核验身份"),
    "party:remind": _l("提醒签名"),
    "applicant:remind": _l("登记机关提醒申请人补正"),
    "message:write": _l("申请人留言"),
    "message:answer": _l("登记机关留言"),
    "message:settle": _l("留言不用答复"),
    "rating:give": _l("申请人评价"),
    "rating:change": _l("申请人修改评价"),
    "rating:check": _l("差评已回访核实"),
    "rating:answer": _l("答复差评"),
    "rating:escalate": _l("差评逾期未处理，已报告"),
    "complaint:make": _l("申请人投诉"),
    "complaint:answer": _l("答复投诉"),
    "complaint:check": _l("投诉已核实"),
    "complaint:escalate": _l("投诉逾期未处理，已报告"),
    "promise:give": _l("补给承诺时间"),
    "licence:reprint": _l("重印执照"),
    "licence:reissue": _l("换发执照"),
    "licence:declare_void": _l("执照遗失，企业声明作废"),
    "licence:restore": _l("作废声明撤回，执照恢复有效"),
    "licence:issue_edition": _l("新版执照已签发，旧版失效"),
    "licence:propose_revoke": _l("提议吊销或者作废执照"),
    "licence:propose_reinstate": _l("提议恢复执照"),
    "licence:propose_correct": _l("提议更正执照的记载"),
    "licence:correct": _l("同意更正，制作新版执照"),
    "licence:refuse_correct": _l("不同意更正"),
    "licence:revoke": _l("执照失效"),
    "licence:reinstate": _l("执照恢复有效"),
    "licence:refuse_revoke": _l("不同意吊销或者作废"),
    "licence:refuse_reinstate": _l("不同意恢复"),
    "supervision:order": _l("登记机关负责人督办"),
    "supervision:answer": _l("答复督办"),
    "supervision:escalate": _l("督办逾期未答复，已报告"),
    "promise:escalate": _l("超过承诺时间，已报告登记机关负责人"),
}
_WORDS = {
    "evidence": _l("依据的材料"),
    "opinion": _l("意见"),
    "reason": _l("理由"),
    "paper": _l("文书"),
    "competent_body": _l("有权办理的机关"),
    "number": _l("号码"),
    "notice": _l("通知书编号"),
    "recipient": _l("领照人"),
    "courier_number": _l("快递单号"),
}


@dataclass(frozen=True)
class HistoryEvent:
    """One line of the history; `details` are (label, text)."""

    seq: int
    title: str
    who: str
    at: datetime
    details: tuple[tuple[str, str], ...]


def story(case: Application, entries: Iterable[HistoryEntry], *, parties: Iterable[Party] = ()) -> list[HistoryEvent]:
    """The events in the order in which they happened; a signer among `parties` is called by name."""
    names = {f"party:{party.id}": party.name for party in parties}
    return [_event(case, entry, names) for entry in entries]


def _event(case: Application, entry: HistoryEntry, names: Mapping[str, str]) -> HistoryEvent:
    title = _title(definition_of(case.definition), entry)
    if entry.data.get("for"):
        title = _("退回待办池：很久没有办理") if entry.actor == SYSTEM.tag else _("交办：%(title)s", title=title)
    return HistoryEvent(entry.seq, title, who_of(entry.actor, names), entry.at, tuple(_details(case, entry.data)))


def who_of(actor: str, names: Mapping[str, str] | None = None) -> str:
    """Staff by number, as for the public; other persons by their role in the case."""
    kind, _colon, number = actor.partition(":")
    if kind == "staff":
        return _("%(number)s号", number=number)
    if kind == "party":
        return _("签名人%(name)s", name=(names or {}).get(actor, ""))
    return _("系统") if kind == "system" else _("申请人")


def _title(definition: Definition, entry: HistoryEntry) -> str:
    chapter, _colon, action = entry.tag.partition(":")
    # An application is opened in the table's first state; from any other, "start" is the examiner's action.
    if entry.tag == "application:start" and entry.source == definition.start:
        return str(_OTHER[entry.tag])
    part = entry.data.get("part")
    table = definition.parts if (chapter == "part" or part) and definition.parts else definition
    known = table.actions.get(action) or definition.actions.get(action)
    title = say(known.label) if known else str(_OTHER.get(entry.tag, entry.tag))
    if part and definition.parts and part in definition.parts.graph:
        label = say(definition.parts.graph[part].label)
        return _("%(part)s：%(title)s", part=label, title=title)
    return title


def _details(case: Application, data: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    if kind := data.get("kind"):
        yield _("材料"), material_label(str(kind), lang_here(), case.matter)
    if code := data.get("reason_code"):
        row = rejection_reasons(case.matter).get(code)
        words = row.words if row else licence_reason(code)
        yield _("法定理由"), f"{code} {say(words)}" if words else str(code)
    if rule := check_rules().get(str(data.get("check") or "")):
        yield _("检查"), say(check_groups()[rule.group])
    for name, change in (data.get("changes") or {}).items():
        yield (
            fact_label(name, case.entity_type),
            _("%(before)s → %(after)s", **{when: fact_text(value) for when, value in change.items()}),
        )
    if holder := data.get("for"):
        yield _("为谁办理"), who_of(holder)
        if data.get("for_reason") and not data.get("reason"):
            yield _("交办理由"), str(data["for_reason"])
    for name, label in _WORDS.items():
        if data.get(name):
            yield str(label), str(data[name])
    if "run" in data:
        yield _("流程表"), _("%(before)s → %(after)s", before=data.get("from"), after=data.get("to"))
        if data.get("by"):
            yield _("由谁"), str(data["by"])
        if data.get("confirmed_by"):
            yield _("由谁同意"), who_of(data["confirmed_by"])
    if login := data.get("taken_from"):
        yield _("原经办人"), _("%(number)s号", number=login)
    if targets := data.get("targets"):
        yield _("要补正的内容"), _("、").join(target_label(target, case=case) for target in targets)
    if repeated := data.get("repeated"):
        yield _("再次告知的内容"), _("、").join(target_label(target, case=case) for target in repeated)
    if days := data.get("days"):
        yield _("答复期限"), _("%(days)s个工作日", days=days)
    if rules := data.get("rules"):
        yield _("自动检查"), _("%(count)s条规则，规则指纹%(rules)s", count=len(data["checks"]), rules=str(rules)[:12])
    if "passed" in data:
        yield _("结果"), _("通过") if data["passed"] else _("不一致")
