"""Whom an effect tells, and in which words: the applicant in the language of the account, the signers in the case's."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from registration import db
from registration.clock import local
from registration.matters import definition_of
from registration.models import Account, Application, HistoryEntry
from registration.rules.form import read
from registration.rules.problems import Lang
from registration.rules.reasons import reasons
from registration.rules.reference import texts
from registration.rules.signers import signers_for
from registration.sealing import open_form
from registration.settings import settings

_FILE = "reference/notices.yaml"
NOTICES: tuple[str, ...] = tuple(texts(_FILE))


@dataclass(frozen=True)
class Letter:
    """A mail to be sent: an address and plain text."""

    to: str
    subject: str
    text: str


def letter_to_applicant(effect: str, application_id: int) -> Letter:
    """What the applicant is told about this effect."""
    with db.reading() as session:
        case = session.get_one(Application, application_id)
        account = session.get_one(Account, case.account_id)
        lang: Lang = "en" if account.locale == "en" else "zh"
        return _letter(effect, account.login, lang, _values(session, case, lang))


def letters_to_signers(application_id: int, links: Mapping[str, str]) -> list[Letter]:
    """An invitation for each party of `links` (person key -> secret) whose e-mail address the form tells."""
    with db.reading() as session:
        case = session.get_one(Application, application_id)
        form, _ = read(open_form(case.form, case=case.ref), entity_type=case.entity_type, regime=case.regime)
        lang: Lang = "en" if case.locale == "en" else "zh"
        values = _values(session, case, lang)
        return [
            _letter(
                "notify.signers",
                signer.email,
                lang,
                values | {"url": f"{settings().public_url}/sign/{links[signer.person_key]}"},
            )
            for signer in signers_for(form, entity_type=case.entity_type)
            if signer.email and signer.person_key in links
        ]


def _letter(effect: str, to: str, lang: Lang, values: Mapping[str, Any]) -> Letter:
    template = texts(_FILE)[effect][lang]
    return Letter(to, template["subject"].format_map(values), template["text"].format_map(values))


def _values(session: Session, case: Application, lang: Lang) -> dict[str, Any]:
    applicant = session.get_one(Account, case.account_id)
    return {
        "ref": case.ref,
        "name": case.name or case.ref,
        "applicant": applicant.name,
        "url": f"{settings().public_url}/applications/{case.ref}",
        "days": settings().signing_link_days,
        "due": local(case.due_at).strftime("%Y-%m-%d %H:%M") if case.due_at else "—",
        "words": _words(session, case, lang),
    }


def _words(session: Session, case: Application, lang: Lang) -> str:
    """The reasons that stand in the history of the latest step, and for a decision what it was."""
    last = session.execute(
        select(HistoryEntry)
        .where(HistoryEntry.application_id == case.id)
        .where(
            HistoryEntry.tag.in_(
                [
                    f"application:{action}"
                    for action in (
                        "approve",
                        "parts_complete",
                        "reject",  # type: ignore[attr-defined]
                        "refuse_scope",
                        "extend",
                        "hold",
                        "send_back",
                    )
                ]
            )
        )
        .order_by(HistoryEntry.seq.desc())  # type: ignore[attr-defined]
        .limit(1)
    ).scalar_one_or_none()
    if last is None:
        return ""
    action = definition_of(case.definition).actions[last.tag.partition(":")[2]]
    code = last.data.get("reason_code")
    law = reasons("rejection")[code][lang] if code else ""
    told = [action.label.in_(lang), law, last.data.get("reason", ""), last.data.get("competent_body", "")]
    return ("。" if lang == "zh" else ". ").join(part for part in told if part)
