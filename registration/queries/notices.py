"""Notices of an effect to the applicant, in the language of the account."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlmodel import Session, col

from registration import database
from registration.clock import local_date
from registration.database.statements import Query
from registration.matters import definition_of
from registration.models import Account, Application, HistoryEntry, Party
from registration.queries.letters import Letter, letters_to, mail_texts
from registration.queries.promised import acceptance_comes_first
from registration.queries.public_notices import open_notice
from registration.queries.public_progress import check_word
from registration.rules.languages import dated, joined, known, pair, said
from registration.rules.notice_preferences import is_wanted
from registration.rules.reasons import rejection_reasons
from registration.rules.reference import texts
from registration.rules.whole_numbers import whole_number
from registration.settings import settings

_FILE = "reference/notices.yaml"
_PROMISES: Mapping[str, Mapping[str, str]] = {
    "end": pair("我们承诺最迟于{day}（含当日）办结。", " It will be decided by the end of {day} at the latest."),
    "acceptance": pair(
        "我们最迟于{day}（含当日）决定是否受理，受理后再告诉您办结期限。",
        " By the end of {day} we decide on its acceptance, and then tell you by when the whole is done.",
    ),
    "notice": pair(
        "公告从{first}开始，到{last}（含当日）期满", "the notice is published, until the end of {last} (from {first})"
    ),
    "agencies": pair(
        "申请从{first}起征询有关部门，到{last}（含当日）期满",
        "the agencies can object until the end of {last} (from {first})",
    ),
    "correction": pair("最后一天是{day}（含当日）。", " The last day for it is {day}, until midnight."),
}
NOTICES: tuple[str, ...] = tuple(texts(_FILE))
_LAST_SIGNER = Query(
    select(col(HistoryEntry.actor))
    .where(col(HistoryEntry.application_id) == bindparam("case_id"), col(HistoryEntry.actor).startswith("party:"))
    .where(col(HistoryEntry.tag).startswith("application:"))
    .order_by(col(HistoryEntry.seq).desc())
    .limit(1)
)
# Not by an action of a table: sent by the office, and when a creditor declares a claim.
CORRECTION_REMINDER, CLAIM_DECLARED = "notify.correction_reminder", "notify.claim_declared"


def letters_to_applicant(effect: str, application_id: int) -> list[Letter]:
    """The notice to the applicant about this effect, to each channel chosen; none of a kind that is switched off."""
    with database.reading() as session:
        case = session.get_one(Application, application_id)
        account = session.get_one(Account, case.account_id)
        if not is_wanted(effect, off=account.notices_off):
            return []
        lang = known(account.locale)
        values = _values(session, case, lang, applicant=account, effect=effect)
    subject, text = mail_texts(_FILE, effect, lang, values)
    # A text message has the gist and the address of the page.
    return letters_to(account, subject, text, short=f"{subject} {values['url']}")


def _values(session: Session, case: Application, lang: str, *, applicant: Account, effect: str) -> dict[str, Any]:
    return {
        "ref": case.ref,
        "name": case.name or case.ref,
        "applicant": applicant.name,
        "url": f"{settings().public_url}/applications/{case.ref}",
        "promise": _promise(case, lang),
        "until": _until(case, lang),
        "notice": _notice(session, case, lang),
        "words": _words(session, case, lang, effect=effect),
        "who": _who(session, case),
        "businesses": f"{settings().public_url}/businesses",
        "progress": f"{settings().public_url}/progress",
        "check_word": check_word(case.ref),
    }


def _who(session: Session, case: Application) -> str:
    """The signer who acted last; empty where no signer did."""
    tag = next((actor for (actor,) in _LAST_SIGNER.rows(session, case_id=case.id)), "")
    number = whole_number(tag.partition(":")[2])
    party = session.get(Party, number) if number is not None else None
    return party.name if party else ""


def _promise(case: Application, lang: str) -> str:
    """The text of the promise; empty without one. A file that is not accepted yet has no end date."""
    if case.due_at is None:
        return ""
    waits = case.state == definition_of(case.definition).intake and acceptance_comes_first(case)
    return said(_PROMISES["acceptance" if waits else "end"], lang).format(day=_day(case.due_at, lang))


def _until(case: Application, lang: str) -> str:
    """The text of the last day for a correction; empty without a correction."""
    if definition_of(case.definition).states[case.state].kind != "applicant" or case.due_at is None:
        return ""
    return said(_PROMISES["correction"], lang).format(day=_day(case.due_at, lang))


def _notice(session: Session, case: Application, lang: str) -> str:
    """The days of the notice that runs; empty without one."""
    found = open_notice(session, case)
    if found is None:
        return ""
    text = _PROMISES["notice" if found.announced else "agencies"]
    return said(text, lang).format(first=_day(found.first_on, lang), last=_day(found.last_on, lang))


def _day(at: date | datetime, lang: str) -> str:
    return dated("day_in_mail", lang, local_date(at) if isinstance(at, datetime) else at)


def _words(session: Session, case: Application, lang: str, *, effect: str) -> str:
    """The action that caused `effect`, with the reasons in its history entry."""
    table = definition_of(case.definition)
    causes = {f"application:{row.action}" for row in table.rows if effect in row.effects}
    last = session.execute(
        select(col(HistoryEntry.tag), col(HistoryEntry.data))
        .where(col(HistoryEntry.application_id) == case.id, col(HistoryEntry.tag).in_(causes))
        .order_by(col(HistoryEntry.seq).desc())
        .limit(1)
    ).one_or_none()
    if last is None:
        return ""
    tag, data = last
    action = table.actions[tag.partition(":")[2]]
    code = data.get("reason_code")
    law = said(rejection_reasons(case.matter)[code].words, lang) if code else ""
    sentences = [said(action.label, lang), law, data.get("reason", ""), data.get("competent_body", "")]
    return joined("sentences", lang, filter(None, sentences))
