"""Where an application stands, for its applicant: the stages, who has it, what comes next, what must be corrected."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from markupsafe import Markup, escape

from registration.clock import local_date
from registration.edge import lang_here
from registration.matters import definition_of
from registration.models import HistoryEntry
from registration.queries.casefile import CaseFile
from registration.queries.changes import Change
from registration.rules.reasons import reasons
from registration.web.forms.section import address_of
from registration.web.i18n import day
from registration.web.present.asked import pairs_at
from registration.web.present.changes import Pair, pairs_of
from registration.web.present.law import reason_article_of, remedies_of
from registration.web.present.story import Event, story
from registration.web.present.targets import target_label

STAGES = (_l("提交"), _l("收件"), _l("审查"), _l("制照"), _l("领照"))
STAGES_OF_2015 = (_l("提交"), _l("受理"), _l("审查"), _l("并联审批"), _l("领照"))
AT = {
    "signing": 0,
    "submitted": 1,
    "under_examination": 2,
    "correction_requested": 2,
    "on_hold": 2,
    "resumption_asked": 2,
    "pending_approval": 2,
    "approved": 3,
    "licence_prepared": 4,
    "licence_issued": 5,
    "shared": 5,
    "archived": 5,
}
AT_OF_2015 = AT | {"accepted": 1, "agency_review": 3, "approved": 4}
# What goes on inside the office does not help the applicant: who holds the file is told above.
_INSIDE = frozenset({"release", "recommend", "return", "take_over", "identify"})
_INSIDE_OF_PARTS = frozenset({"open", "claim", "release"})
_TITLES = {
    "request_signatures": _l("提请签名"),
    "sign": _l("已签名"),
    "accept": _l("已受理"),
    "claim": _l("开始审查"),
    "start": _l("开始审查"),
    "request_correction": _l("一次性告知，需要补正"),
    "resubmit": _l("已重新提交"),
    "approve": _l("已准予登记"),
    "send_back": _l("执照无法制作，撤回核准，重新审查"),
    "print": _l("执照已制作"),
    "issue": _l("电子营业执照已发放"),
    "hand_over": _l("执照已发放"),
    "share": _l("已共享给各部门"),
}


@dataclass(frozen=True, slots=True)
class Fix:
    """One thing to correct: what is wrong, how to mend it, where, and what was changed already."""

    target: str
    title: str
    problem: str
    remedy: str
    href: str
    is_document: bool
    done: bool
    pairs: tuple[Pair, ...]


@dataclass(frozen=True, slots=True)
class Refusal:
    """A decision against the applicant, with its reason, its article and what may be done about it."""

    title: str
    law: str
    article: str
    reason: str
    body: str
    remedies: str


def stages_of(file: CaseFile) -> tuple[list[str], int] | None:
    """(names, how many are behind); None once the road has ended elsewhere."""
    five = file.facts.five_numbers
    at = (AT_OF_2015 if five else AT).get(file.case.state)
    if at is None:
        return None
    return [str(name) for name in (STAGES_OF_2015 if five else STAGES)], at


def holder_of(file: CaseFile) -> str:
    """Who has the case now, in the words of the applicant; empty where it is over."""
    state = file.case.state
    waiting = [one.party.name for one in file.signatures if not one.valid]
    if state == "correction_requested":
        return _("您，等待补正")
    if state == "signing":
        return ngettext("签名人，还差%(num)d人", "签名人，还差%(num)d人", len(waiting))
    if state == "agency_review":
        left = sum(view.part.state not in ("assigned", "waived") for view in file.parts)
        return ngettext("各部门，还有%(num)d项没有办结", "各部门，还有%(num)d项没有办结", left)
    if state == "approved":
        return _("登记机关，正在处理制照中的问题") if file.facts.licence_is_parked else _("系统，正在制作执照")
    if state == "licence_prepared":
        return _("登记机关，等您领照")
    if state in ("submitted", "accepted", "under_examination", "pending_approval", "on_hold", "resumption_asked"):
        return _office(file)
    return ""


def _office(file: CaseFile) -> str:
    if file.facts.holder is None:
        return _("登记机关，等待办理")
    return _("登记机关，%(number)s号", number=file.facts.holder.partition(":")[2])


def next_of(file: CaseFile) -> tuple[str, Markup] | None:
    """(what comes next, by when) as the hollow point on top of the timeline."""
    case = file.case
    by = _by(local_date(case.due_at)) if case.due_at else Markup("")
    words = {
        "signing": _("等待全部签名，最后一人签名后自动提交"),
        "submitted": _("等待登记机关收件"),
        "accepted": _("等待登记机关审查"),
        "under_examination": _("等待审查结果"),
        "pending_approval": _("等待核准"),
        "agency_review": _("等待各部门办结"),
        "correction_requested": _("等待您重新提交"),
        "on_hold": _("诉讼或者仲裁终结后，请您申请恢复办理"),
        "resumption_asked": _("等待登记机关决定恢复办理"),
        "approved": _("等待制作执照"),
        "licence_prepared": _("等待您领照"),
    }.get(case.state)
    if case.state == "approved" and file.facts.licence_is_parked:
        return _("执照正在制作，制作中遇到了问题，登记机关已经知道。您现在不用做任何事"), by
    return (words, by) if words else None


def _by(on: date) -> Markup:
    return escape(_("到%(day)s")) % {"day": day(on, weekday=True)}


def events_of(file: CaseFile) -> list[Event]:
    """What happened since the application was handed over, the newest first, without the office's own moves."""
    kept = [entry for entry in file.history if _is_told(entry)]
    told = zip(story(file.case, kept), kept, strict=True)
    return [_as_told(file, event, entry) for event, entry in told][::-1]


def _as_told(file: CaseFile, event: Event, entry: HistoryEntry) -> Event:
    """A signature with the signer's name; of a decision its reasons, and not the opinion inside the office."""
    names = {f"party:{one.party.id}": one.party.name for one in file.signatures}
    details = tuple(detail for detail in event.details if detail[0] != _("意见"))
    title = _title_as_told(file, entry) or event.title
    return replace(event, title=title, who=names.get(entry.actor, event.who), details=details)


def _title_as_told(file: CaseFile, entry: HistoryEntry) -> str:
    """What has come of an action, where the office's word for it would sound like an order; else empty."""
    # The draft is started under the same word as the examination, but from nothing to the same state.
    is_draft = entry.source == entry.target and entry.tag == "application:start"
    if is_draft or entry.data.get("part"):
        return ""
    state = definition_of(file.case.definition).states[entry.target]
    if state.kind == "final":
        return state.label.in_(lang_here())
    return str(_TITLES.get(entry.tag.partition(":")[2], ""))


def _is_told(entry: HistoryEntry) -> bool:
    chapter, _colon, action = entry.tag.partition(":")
    inside = _INSIDE_OF_PARTS if entry.data.get("part") else _INSIDE
    return chapter in ("application", "part", "promise") and action not in inside


def fixes_of(file: CaseFile, changes: Sequence[Change]) -> list[Fix]:
    """The items of the open notice, each with what was changed for it since."""
    if file.correction is None:
        return []
    pairs = pairs_of(file, changes)
    made = []
    for item in file.correction.items:
        chapter, _dot, key = item.target.partition(".")
        made.append(
            Fix(
                target=item.target,
                title=target_label(item.target, case=file.case),
                problem=item.problem,
                remedy=item.remedy,
                href=_address(file.case.ref, chapter, key),
                is_document=chapter == "material",
                done=item.target in file.correction.answered,
                pairs=pairs_at(item.target, pairs),
            )
        )
    return made


def _address(ref: str, chapter: str, key: str) -> str:
    return url_for("materials.edit", ref=ref, kind=key) if chapter == "material" else address_of(ref, key)


def refusal_of(file: CaseFile) -> Refusal | None:
    """Why the application was refused, or sent elsewhere; None for any other end."""
    if file.case.state not in ("rejected", "not_accepted"):
        return None
    action = "reject" if file.case.state == "rejected" else "refuse_scope"
    entry = next(one for one in reversed(file.history) if one.tag == f"application:{action}")
    code, on = str(entry.data.get("reason_code")), local_date(entry.at)
    law = reasons("rejection").get(code, {})
    return Refusal(
        title=_("不予登记") if action == "reject" else _("不予受理"),
        law=str(law.get(lang_here(), "")),
        article=reason_article_of(file.case, code, on=on) if law else "",
        reason=str(entry.data.get("reason") or ""),
        body=str(entry.data.get("competent_body") or ""),
        remedies=remedies_of(file, on=on),
    )
