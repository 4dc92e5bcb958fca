"""The rows of an applicant's task list: a summary of each section, missing items, and the last step."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from registration.http.context import lang_here, say
from registration.queries.casefile import CaseFile
from registration.queries.file_contents import Need, TaskState
from registration.rules.action_inputs import SIGNATURES
from registration.rules.entity_types import type_row
from registration.rules.form import OF_APPLICATION
from registration.rules.founding_documents.texts import offered_kinds
from registration.rules.problems import Problem, problem_text
from registration.rules.regions import address_text
from registration.rules.registered_entity import items_of_type, register_rows
from registration.rules.scope import items_of
from registration.rules.signers import signers_for
from registration.web.forms.section import address_of
from registration.web.present import actions
from registration.web.present.answers import money, words_for
from registration.web.present.people import amount_of, subscribed

EMPTY_HINTS = {
    "people": _l("股东、董事、监事、经理和联络员，每人只填一次"),
    "parent": _l("公司、合伙企业、个人独资企业或者农民专业合作社"),
    "members": _l("至少五名，其中农民至少占百分之八十"),
    "legal_rep": _l("从董事或者经理中选一位"),
    "owners": _l("承诺免于备案，或者逐个填写；不公示"),
    "tax": _l("办税人员、核算方式和发票"),
    "social": _l("从业人数和专管员"),
    "five": _l("质监、税务、人社和统计部门需要的内容"),
    "addons": _l("可以不选"),
}


@dataclass(frozen=True, slots=True)
class TaskLine:
    """One row; without `href` it cannot be started and `hint` is the reason."""

    id: str
    title: str
    href: str
    hint: str
    words: str
    tag: str
    done: bool
    needed: bool


def section_lines(file: CaseFile, group: str) -> list[TaskLine]:
    return [_section(file, task) for task in file.tasks if task.section.group == group and not _is_void(file, task)]


def _is_void(file: CaseFile, task: TaskState) -> bool:
    """The line of the documents that are made, where an application about a registered entity has none."""
    about_entity = register_rows(file.case.matter) is not None
    return task.section.key == "documents" and about_entity and not file.documents and not files_instead(file)


def material_lines(file: CaseFile) -> list[TaskLine]:
    return [_material(file, need) for need in file.needs]


def last_line(file: CaseFile, missing: int) -> TaskLine:
    """The last row, to submit the draft: available when everything required is done."""
    if SIGNATURES in actions.by_page(file):
        return _signing(file, missing)
    hand_over = next((one for one in actions.choices(file) if one.style == "main"), None)
    if hand_over is None or missing:
        hint = ngettext("还差%(num)d项，完成后才能开始", "还差%(num)d项，完成后才能开始", missing)
        return TaskLine(
            "hand-over", hand_over.label if hand_over else _("提交"), "", hint, _("暂不能开始"), "hold", False, True
        )
    return TaskLine("hand-over", hand_over.label, hand_over.href, hand_over.means, _("可以开始"), "go", False, True)


def _signing(file: CaseFile, missing: int) -> TaskLine:
    count = len(signers_for(file.facts.read_form[0], entity_type=file.case.entity_type))
    title = _("核对并请%(count)s人签名", count=count) if count else _("核对并签名")
    if missing:
        hint = ngettext("还差%(num)d项，完成后才能开始", "还差%(num)d项，完成后才能开始", missing)
        return TaskLine("sign", title, "", hint, _("暂不能开始"), "hold", False, True)
    href = url_for("apply.check", ref=file.case.ref)
    if standing := actions.in_the_way(file, SIGNATURES):
        return TaskLine("sign", title, href, standing[0], _("暂不能开始"), "hold", False, True)
    return TaskLine("sign", title, href, _("看过全部内容以后，发出签名链接"), _("可以开始"), "go", False, True)


def _section(file: CaseFile, task: TaskState) -> TaskLine:
    if task.section.key == "documents":
        return _documents(file, task)
    key, title, (words, tag) = task.section.key, say(task.section.label), _state(task)
    href = address_of(file.case.ref, key)
    if key in _still_as_registered(file) and not task.problems:
        return TaskLine(key, title, href, _("现在和登记的一样，请修改"), _("还没有修改"), "go", False, True)
    needed = not task.section.optional or task.state == "started"
    return TaskLine(key, title, href, hint_of(file, task), words, tag, task.state == "done", needed)


def _still_as_registered(file: CaseFile) -> set[str]:
    """Of each chosen item that changes nothing yet, the section where that is done."""
    offered = items_of_type(file.case.matter, file.case.entity_type)
    opened = (offered[item].sections for item in file.facts.unchanged_items)
    return {next(section for section in sections if section not in OF_APPLICATION) for sections in opened}


def _documents(file: CaseFile, task: TaskState) -> TaskLine:
    """The documents that are made need no answer: the line says which they are."""
    words, tag = (_("填写中"), "go") if task.state == "started" else (_("由系统生成"), "ok")
    if not file.documents:
        words, tag = _("使用自己的文件") if files_instead(file) else _("没有"), ""
    named = _("、").join(say(need.need.label) for one in file.documents for need in one.needs[:1])
    hint = problem_text(task.problems[0], lang_here()) if task.problems else named
    href = address_of(file.case.ref, task.section.key)
    return TaskLine(task.section.key, say(task.section.label), href, hint, words, tag, not task.problems, False)


def files_instead(file: CaseFile) -> list[Need]:
    """The files that were uploaded in place of a document that the system could make."""
    case = file.case
    kinds = offered_kinds(entity_type=case.entity_type, regime=case.regime, matter=case.matter)
    return [need for need in file.needs if need.need.kind in kinds and need.files]


def _state(task: TaskState) -> tuple[str, str]:
    if task.state == "done":
        return _("已完成"), "ok"
    if task.state == "started":
        return _("填写中"), "go"
    return (_("可选"), "") if task.section.optional else (_("未开始"), "")


def _material(file: CaseFile, need: Need) -> TaskLine:
    kind, required = need.need.kind, need.need.required
    href = url_for("materials.edit", ref=file.case.ref, kind=kind)
    if need.files:
        names = _("、").join(one.filename for one in need.files)
        faults = [problem_text(Problem("file", code), lang_here()) for one in need.files for code in one.faults]
        words, tag = (_("可能看不清"), "warn") if faults else (_("已上传"), "ok")
        hint = _("，").join([names, *dict.fromkeys(faults)])
        return TaskLine(kind, say(need.need.label), href, hint, words, tag, True, required)
    words = _("未上传") if required else _("可选")
    return TaskLine(kind, say(need.need.label), href, say(need.need.why), words, "", False, required)


def hint_of(file: CaseFile, task: TaskState) -> str:
    """What was typed in a line; of a page that is begun, the first thing that is missing."""
    key = task.section.key
    if task.state == "empty":
        own = type_row(file.case.entity_type).pages.hints.get(key)
        return say(own) if own else str(EMPTY_HINTS.get(key, ""))
    if task.state == "started" and task.problems:
        return problem_text(task.problems[0], lang_here())
    raw = file.form.get(key)
    summary = _SUMMARIES.get(key)
    return summary(file, raw) if summary and raw else ""


def _name(file: CaseFile, _raw: Any) -> str:
    return _("%(name)s，已保留", name=file.case.name) if file.case.name else _("还没有保留")


def _domicile(file: CaseFile, raw: Mapping[str, Any]) -> str:
    address = address_text(str(raw.get("region") or ""), str(raw.get("street") or ""))
    return f"{address}{_('，')}{words_for('domicile.tenure', raw.get('tenure'), file.form)}"


def _scope(_file: CaseFile, raw: Mapping[str, Any]) -> str:
    items = items_of(raw.get("items") or ())
    licensed = sum(item.permit != "-" for item in items)
    count = ngettext("%(num)d项", "%(num)d项", len(items))
    if not licensed:
        return count
    return _("%(count)s，其中%(licensed)s项另需许可", count=count, licensed=licensed)


def _capital(file: CaseFile, raw: Mapping[str, Any]) -> str:
    return money(raw.get("amount_wan") or "—", file.form)


def _people(_file: CaseFile, raw: Sequence[Mapping[str, Any]]) -> str:
    return _("、").join(str(one.get("name") or "") for one in raw)


def _shareholders(file: CaseFile, raw: Sequence[Mapping[str, Any]]) -> str:
    total = sum(subscribed(row) or 0 for row in raw)
    return _("%(count)s位股东，认缴合计%(total)s", count=len(raw), total=money(total, file.form))


def _officers(_file: CaseFile, raw: Mapping[str, Any]) -> str:
    named = (
        (_("董事%(count)s人", count=len(raw.get("directors") or ())), raw.get("directors")),
        (_("监事%(count)s人", count=len(raw.get("supervisors") or ())), raw.get("supervisors")),
        (_("经理%(count)s人", count=len(raw.get("managers") or ())), raw.get("managers")),
    )
    return _("，").join(words for words, rows in named if rows)


def _named(path: str) -> Any:
    def named(file: CaseFile, raw: Mapping[str, Any]) -> str:
        return str(words_for(f"{path}.person", raw.get("person"), file.form))

    return named


def _investor(file: CaseFile, raw: Mapping[str, Any]) -> str:
    name = words_for("investor.person", raw.get("person"), file.form)
    return _("%(name)s，出资%(amount)s", name=name, amount=money(raw.get("amount_wan") or "—", file.form))


def _partners(file: CaseFile, raw: Mapping[str, Any]) -> str:
    rows = [row for row in raw.get("listed") or () if isinstance(row, Mapping)]
    total = sum(amount_of(row.get("amount_wan")) or 0 for row in rows)
    count = len({row.get("person") for row in rows})
    return _("%(count)s位合伙人，出资合计%(total)s", count=count, total=money(total, file.form))


def _parent(_file: CaseFile, raw: Mapping[str, Any]) -> str:
    return str(raw.get("name") or "")


def _members(file: CaseFile, raw: Mapping[str, Any]) -> str:
    rows = [row for row in raw.get("listed") or () if isinstance(row, Mapping)]
    total = sum(amount_of(row.get("amount_wan")) or 0 for row in rows)
    return _("%(count)s名成员，出资总额%(total)s", count=len(rows), total=money(total, file.form))


def _contacts(file: CaseFile, raw: Mapping[str, Any]) -> str:
    rows = (row for row in (raw.get("liaison"), raw.get("finance")) if isinstance(row, Mapping))
    names = (row.get("name") or words_for("contacts.liaison.person", row.get("person"), file.form) for row in rows)
    return _("、").join(dict.fromkeys(str(name) for name in names))


def _social(_file: CaseFile, raw: Mapping[str, Any]) -> str:
    return _("从业%(count)s人", count=raw.get("headcount"))


_SUMMARIES: dict[str, Any] = {
    "name": _name,
    "domicile": _domicile,
    "scope": _scope,
    "capital": _capital,
    "people": _people,
    "shareholders": _shareholders,
    "officers": _officers,
    "legal_rep": _named("legal_rep"),
    "operator": _named("operator"),
    "investor": _investor,
    "partners": _partners,
    "parent": _parent,
    "responsible": _named("responsible"),
    "members": _members,
    "council": _named("council"),
    "contacts": _contacts,
    "social": _social,
}
