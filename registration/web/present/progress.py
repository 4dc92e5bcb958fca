"""The progress of an application for its applicant: the stages, the holder, the next step, the corrections."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup, escape

from registration.clock import local_date
from registration.http.context import say
from registration.matters import definition_of, workflow_of
from registration.models import Application, HistoryEntry
from registration.queries.casefile import CaseFile
from registration.queries.changes import Change
from registration.rules.reasons import rejection_reasons
from registration.web.forms.section import address_of
from registration.web.i18n import day
from registration.web.present.asked import pairs_at
from registration.web.present.changes import Pair, pairs_of
from registration.web.present.law import reason_article_of, remedies_of
from registration.web.present.states import waits_for_signers
from registration.web.present.story import HistoryEvent, story, who_of
from registration.web.present.targets import target_label
from registration.web.wording import agency_words


@dataclass(frozen=True, slots=True)
class Fix:
    """One item to correct: the problem, how and where to correct it, and the changes so far; `agency`: whose it is."""

    target: str
    title: str
    problem: str
    remedy: str
    href: str
    is_document: bool
    done: bool
    pairs: tuple[Pair, ...]
    agency: str


@dataclass(frozen=True, slots=True)
class RefusalText:
    """A decision against the applicant, with its reason, its article and the remedies."""

    title: str
    law: str
    article: str
    reason: str
    body: str
    remedies: str


def stages_of(file: CaseFile) -> tuple[list[str], int] | None:
    """(names, how many are behind); None once the case has ended elsewhere."""
    found = workflow_of(file.case.definition).stages(file.case.state, facts=file.facts)
    if found is None:
        return None
    stages, behind = found
    return [say(stage.label) for stage in stages], behind


def holder_of(file: CaseFile) -> str:
    """Who has the case now, in the words of the applicant; empty where it is over."""
    if file.facts.misuse_reported:
        return _checker()
    table = definition_of(file.case.definition)
    state = table.states[file.case.state]
    if file.facts.licence_is_parked:
        return _("登记机关，正在处理制照中的问题")
    if state.shown.holder is not None:
        return say(state.shown.holder)
    if waits_for_signers(file.case):
        waiting = [one.party.name for one in file.signatures if not one.valid]
        return ngettext("签名人，还差%(num)d人", "签名人，还差%(num)d人", len(waiting))
    if state.kind == "applicant":
        return _("您")
    if table.parts is not None and file.case.state in table.parts.runs_in:
        left = sum(view.part.state not in table.parts.done for view in file.parts)
        return ngettext("各部门，还有%(num)d项没有办结", "各部门，还有%(num)d项没有办结", left)
    return _office(file) if state.kind == "office" or state.shown.next is not None else ""


def turn_of(case: Application) -> str:
    """The same for a reader without access to the case: no name, no number; empty where it is over."""
    if case.misuse_reported_at is not None:
        return _checker()
    table = definition_of(case.definition)
    state = table.states[case.state]
    if state.shown.holder is not None:
        return say(state.shown.holder)
    if waits_for_signers(case):
        return _("签名人")
    if state.kind == "applicant":
        return _("申请人")
    if table.parts is not None and case.state in table.parts.runs_in:
        return _("各部门")
    return _("登记机关") if state.kind == "office" or state.shown.next is not None else ""


def _checker() -> str:
    return _("登记机关负责人，正在核实")


def _office(file: CaseFile) -> str:
    if file.facts.holder is None:
        return _("登记机关，等待办理")
    return _("登记机关，%(number)s号", number=file.facts.holder.partition(":")[2])


def next_of(file: CaseFile) -> tuple[str, Markup] | None:
    """(next step, due time), for the hollow point on top of the timeline."""
    case = file.case
    if file.facts.licence_is_parked and not file.facts.misuse_reported:
        by = _by(local_date(case.due_at)) if case.due_at else Markup("")
        return _("执照正在制作，制作中遇到了问题，登记机关已经知道。您现在不用做任何事"), by
    return next_in(case)


def next_in(case: Application) -> tuple[str, Markup] | None:
    """The same from the state alone, for a reader without access to the case."""
    if case.misuse_reported_at is not None:
        return _("等待登记机关负责人核实并决定"), Markup("")
    by = _by(local_date(case.due_at)) if case.due_at else Markup("")
    state = definition_of(case.definition).states[case.state]
    if state.shown.next is None:
        return (_("等待登记机关办理"), by) if state.kind == "office" else None
    return say(state.shown.next), by


def _by(on: date) -> Markup:
    return escape(_("到%(day)s")) % {"day": day(on, weekday=True)}


def events_of(file: CaseFile) -> list[HistoryEvent]:
    """What happened since the application was handed over, the newest first, without the office's own moves.

    A signature with the signer's name; of a decision its reasons, and not the opinion inside the office; a step that a
    director gave to a clerk is the clerk's.
    """
    kept = [entry for entry in file.history if _is_shown(file, entry)]
    names = {f"party:{one.party.id}": one.party.name for one in file.signatures}
    inside = {_("意见"), _("为谁办理"), _("交办理由")}
    return [
        replace(
            event,
            title=title_for_applicant(file.case, entry) or event.title,
            who=who_of(entry.data["for"]) if "for" in entry.data else names.get(entry.actor, event.who),
            details=tuple(detail for detail in event.details if detail[0] not in inside),
        )
        for event, entry in zip(story(file.case, kept), kept, strict=True)
    ][::-1]


def title_for_applicant(case: Application, entry: HistoryEntry) -> str:
    """The result of an action, if the office's label for it would read like an order; else empty."""
    # The draft is started under the same word as the examination, but from nothing to the same state.
    is_draft = entry.source == entry.target and entry.tag == "application:start"
    if is_draft or entry.data.get("part"):
        return ""
    table = definition_of(case.definition)
    state = table.states[entry.target]
    if state.kind == "final":
        return say(state.label)
    action = table.actions.get(entry.tag.partition(":")[2])
    return say(action.shown.done) if action and action.shown.done else ""


def _is_shown(file: CaseFile, entry: HistoryEntry) -> bool:
    """Whether the event is shown: not an internal step of the office, since the holder is shown above."""
    chapter, _colon, key = entry.tag.partition(":")
    table = definition_of(file.case.definition)
    action = ((table.parts or table) if entry.data.get("part") else table).actions.get(key)
    return chapter in ("application", "part", "promise") and not (action and action.shown.internal)


def fixes_of(file: CaseFile, changes: Sequence[Change]) -> list[Fix]:
    """The items of the open notice, each with its changes since."""
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
                agency=agency_words(item.agency),
                remedy=item.remedy,
                href=_address(file, chapter, key),
                is_document=chapter == "material",
                done=item.target in file.correction.answered,
                pairs=pairs_at(item.target, pairs),
            )
        )
    return made


def _address(file: CaseFile, chapter: str, key: str) -> str:
    """The page of the item; of a document that the system makes, the page of its clauses."""
    ref = file.case.ref
    if chapter == "material" and any(key in one.row.replaces for one in file.documents):
        return address_of(ref, "documents")
    return url_for("materials.edit", ref=ref, kind=key) if chapter == "material" else address_of(ref, key)


def refusal_of(file: CaseFile) -> RefusalText | None:
    """Why the office ended the application without its result; None for any other end."""
    table = definition_of(file.case.definition)
    if table.states[file.case.state].kind != "final":
        return None
    last = next(one for one in reversed(file.history) if one.target == file.case.state and one.source != one.target)
    if not last.data.get("reason") or not last.actor.startswith("staff:"):
        return None
    code, on = str(last.data.get("reason_code")), local_date(last.at)
    law = rejection_reasons(file.case.matter).get(code)
    return RefusalText(
        title=say(table.states[file.case.state].label),
        law=say(law.words) if law else "",
        article=reason_article_of(file.case, code, on=on) if law else "",
        reason=str(last.data["reason"]),
        body=str(last.data.get("competent_body") or ""),
        remedies=remedies_of(file, on=on),
    )
