"""Issued licences at the desk, as texts: editions and their sheets, events, proposals, checks."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from registration.http.context import say
from registration.http.problem_json import title_of
from registration.models import Licence, LicenceProposal
from registration.operations.licence_correction import CORRECTABLE
from registration.queries.ledger import Happened, LedgerPage, SheetView, WaitingProposal
from registration.rules.problems import Problem
from registration.rules.reasons import licence_reason, licence_reasons
from registration.web.i18n import moment
from registration.web.present import licence_words
from registration.web.present.log import EVENTS, paper_words

STATUS = {
    "prepared": (_l("制作中"), "go"),
    "issued": (_l("有效"), "ok"),
    "superseded": (_l("已换发"), "warn"),
    "revoked": (_l("已失效"), "bad"),
    "declared_void": (_l("声明作废"), "bad"),
}
KINDS = {"revoke": _l("吊销或者作废"), "reinstate": _l("恢复"), "correct": _l("更正")}
DECIDED = {"open": (_l("等待决定"), "hold"), "confirmed": (_l("已同意"), "ok"), "refused": (_l("不同意"), "")}
DEEDS = {
    "reprint": _l("重印"),
    "propose_revoke": _l("提议吊销或者作废"),
    "propose_reinstate": _l("提议恢复"),
    "propose_correct": _l("提议更正记载错误"),
}
MEANS = {"code": _l("号码"), "token": _l("二维码"), "file": _l("文件")}
PROBLEMS = {
    "reason_code": _l("请选择原因"),
    "opinion": _l("请写明理由"),
    "evidence": _l("请写明哪份材料证明执照记载有误"),
    "changes": _l("没有要更正的内容：请把写错的地方改成正确的"),
}


@dataclass(frozen=True)
class Edition:
    """`status` is (words, kind of tag)."""

    number: int
    serial: str
    status: tuple[str, str]
    sheets: tuple[SheetView, ...]


@dataclass(frozen=True)
class LicenceEventRow:
    """What happened to all sheets of an edition at once; `entries` are the numbers in the public log, from 1."""

    title: str
    kind: str
    edition: int
    at: Markup
    who: str
    reason: str
    entries: tuple[int, ...]


@dataclass(frozen=True)
class ProposalWords:
    ref: str
    title: str
    status: tuple[str, str]
    open: bool
    reason: str
    article: str
    rows: tuple[tuple[str, str | Markup], ...]


@dataclass(frozen=True)
class ProposalLine:
    """A proposal in the list of those that wait."""

    ref: str
    name: str
    title: str
    reason: str
    who: str
    at: Markup
    own: bool


def editions_of(page: LedgerPage) -> list[Edition]:
    grouped = groupby(page.sheets, key=lambda view: view.sheet.edition)
    return [_edition(number, tuple(views)) for number, views in grouped]


def _edition(number: int, views: tuple[SheetView, ...]) -> Edition:
    sheet = views[0].sheet
    return Edition(number, sheet.serial, _said(STATUS[sheet.status]), views)


def sheet_words(sheet: Licence) -> str:
    return paper_words(sheet.paper, sheet.copy_no)


def events_of(page: LedgerPage) -> list[LicenceEventRow]:
    """The newest first; the sheets of an edition share one line."""
    every = [(one, view.sheet.edition) for view in page.sheets for one in view.events]
    every.sort(key=lambda pair: (pair[0].event.at, pair[1], pair[0].event.kind))
    grouped = groupby(every, key=lambda pair: (pair[0].event.at, pair[1], pair[0].event.kind))
    return [_event([one for one, _number in pairs], key[1]) for key, pairs in grouped][::-1]


def _event(happened: list[Happened], edition: int) -> LicenceEventRow:
    event = happened[0].event
    words, kind = EVENTS[event.kind]
    entries = tuple(sorted(one.position + 1 for one in happened if one.position is not None))
    return LicenceEventRow(
        str(words), kind, edition, moment(event.at), who(event.by), reason_words(event.reason_code), entries
    )


def proposal_of(one: LicenceProposal, entity_type: str) -> ProposalWords:
    reason = licence_reason(one.reason_code) or {}
    return ProposalWords(
        one.ref,
        _proposal_title(one),
        _said(DECIDED[one.status]),
        one.status == "open",
        reason_words(one.reason_code),
        str(reason.get("article", "")),
        tuple(_proposal_rows(one, entity_type)),
    )


def _proposal_title(one: LicenceProposal) -> str:
    return _("%(kind)s第%(number)s版", kind=KINDS[one.kind], number=one.edition)


def _proposal_rows(one: LicenceProposal, entity_type: str) -> Iterator[tuple[str, str | Markup]]:
    for name, change in one.changes.items():
        yield (
            licence_words.fact_label(name, entity_type),
            _("%(before)s → %(after)s", **{when: fact_text(value) for when, value in change.items()}),
        )
    if one.evidence:
        yield _("依据的材料"), one.evidence
    yield _("理由"), one.opinion
    yield _("提议"), Markup("{} · {}").format(who(one.proposed_by), moment(one.proposed_at))
    if one.decided_by:
        yield _("决定"), Markup("{} · {}").format(who(one.decided_by), moment(one.decided_at))
    if one.decision:
        yield _("决定意见"), one.decision


def line_of(one: WaitingProposal) -> ProposalLine:
    proposal = one.proposal
    title = _proposal_title(proposal)
    reason = reason_words(proposal.reason_code)
    return ProposalLine(
        one.ref, one.name, title, reason, who(proposal.proposed_by), moment(proposal.proposed_at), one.own
    )


def checks_of(page: LedgerPage) -> list[tuple[Markup, str, str, str]]:
    """(time, means, sheet, answer)."""
    sheets: dict[int | None, Licence] = {view.sheet.id: view.sheet for view in page.sheets}
    return [
        (
            moment(one.at),
            str(MEANS.get(one.by, one.by)),
            sheet_words(sheets[one.licence_id]),
            str(licence_words.HEADS[one.verdict][1]),
        )
        for one in page.checks
    ]


def blocked_of(page: LedgerPage) -> list[tuple[str, str]]:
    """What this person could do at another time, and why not now."""
    return [
        (str(DEEDS[deed]), title_of(code, 409))
        for deed, code in page.blocked.items()
        if deed in DEEDS and code not in (None, "forbidden", "licence_not_revoked")
    ]


def changeable(page: LedgerPage) -> Mapping[str, str]:
    """The facts of the newest edition that can be corrected; items one on each line."""
    if not page.newest:
        return {}
    facts = page.newest[0].particulars
    shown = [name for name in CORRECTABLE if name in facts or name.endswith("_items")]
    return {name: _as_text(facts.get(name) or "") for name in shown}


def fact_text(value: object) -> str:
    """A fact of the particulars in one line, as a proposal and the history show it."""
    return "；".join(map(str, value)) if isinstance(value, list) else str(value or "—")


def choices(kind: str) -> list[tuple[str, str]]:
    return [(code, f"{code} {say(words)}") for code, words in licence_reasons(kind).items()]


def problem_words(problem: Problem, entity_type: str) -> str:
    known = PROBLEMS.get(problem.path)
    if known is not None:
        return str(known)
    fact = problem.path.removeprefix("changes.").partition(".")[0]
    field = licence_words.fact_label(fact, entity_type) if fact in CORRECTABLE else problem.path
    return _("“%(field)s”不能这样更正：写的内容不能印在执照上", field=field)


def reason_words(code: str | None) -> str:
    reason = licence_reason(code)
    return f"{code} {say(reason)}" if reason else ""


def who(tag: str) -> str:
    kind, _colon, number = tag.partition(":")
    return _("%(number)s号", number=number) if kind == "staff" else _("系统")


def _as_text(value: str | list[str]) -> str:
    return "\n".join(value) if isinstance(value, list) else value


def _said(pair: tuple[object, str]) -> tuple[str, str]:
    return str(pair[0]), pair[1]
