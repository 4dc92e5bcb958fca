"""A public notice in words: its kind, its text, its days and its state."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from registration.http.context import lang_here, say
from registration.queries.public_notices import ClaimRow, NoticeRow, ObjectionRow
from registration.rules.currencies import in_currency
from registration.rules.norms import cited, listed
from registration.rules.public_notices import ENDED, OBJECTED, OPEN, WITHDRAWN
from registration.web.present.answers import wan
from registration.web.present.states import Mark
from registration.web.wording import agency_words

_STATES = {
    OPEN: (_l("公告中"), "go"),
    ENDED: (_l("已经期满"), "ok"),
    OBJECTED: (_l("有异议，已经终止"), "bad"),
    WITHDRAWN: (_l("已经撤回"), "hold"),
}
_AT_AGENCIES = _l("征询有关部门")


@dataclass(frozen=True)
class NoticeText:
    """What a page shows of a notice; `href` is its public page, empty for one that is for agencies alone."""

    row: NoticeRow
    label: str
    words: str
    ask: str
    law: str
    tag: Mark
    first_on: date
    last_on: date
    href: str
    can_object: bool
    group: str = ""
    head: str = ""
    phone: str = ""
    can_claim: bool = False
    capital: str = ""
    resolved_on: date | None = None


@dataclass(frozen=True)
class ClaimText:
    """A claim for its applicant and the office: number, moment, who, what they ask for, how much, why."""

    number: str
    made_at: datetime
    name: str
    contact: str
    demand: str
    amount: str
    basis: str


def claim_texts(row: NoticeRow, claims: Sequence[ClaimRow]) -> list[ClaimText]:
    return [
        ClaimText(
            number=one.claim.ref,
            made_at=one.claim.made_at,
            name=one.name,
            contact=one.contact,
            demand=say(row.kind.demands[one.claim.demand]) if one.claim.demand in row.kind.demands else "",
            amount=_("%(amount)s元", amount=f"{Decimal(one.amount):,}"),
            basis=one.basis,
        )
        for one in claims
    ]


def _capital(words: Mapping[str, Any], lang: str) -> str:
    """How a reduction changes the capital, where the notice is one."""
    if "after" not in words:
        return ""
    before, after = (
        in_currency(_("%(amount)s万元", amount=wan(words[name])), words["currency"], lang)
        for name in ("before", "after")
    )
    return _("由%(before)s减少到%(after)s", before=before, after=after)


def notice_text(row: NoticeRow, *, today: date) -> NoticeText:
    notice, lang = row.notice, lang_here()
    # Its sweep comes some minutes after the day.
    over = notice.status == OPEN and notice.last_on < today
    words, kind = _STATES[ENDED if over else notice.status]
    if notice.status == OPEN and not notice.announced and not over:
        words = _AT_AGENCIES
    return NoticeText(
        row=row,
        label=say(row.kind.label),
        words=row.words(lang),
        ask=say(row.kind.ask),
        law=listed(cited(row.kind.law, notice.first_on, lang), lang),
        tag=(str(words), kind),
        first_on=notice.first_on,
        last_on=notice.last_on,
        href=url_for("public_notices.show", notice=notice.ref) if notice.announced else "",
        can_object=row.takes_objections(today),
        group="、".join(notice.words.get("group", ())),
        head=str(notice.words.get("head", "")),
        phone=str(notice.words.get("phone", "")),
        can_claim=row.takes_claims(today),
        capital=_capital(notice.words, lang),
        resolved_on=date.fromisoformat(notice.words["resolved_on"]) if "resolved_on" in notice.words else None,
    )


def objector_words(row: ObjectionRow) -> str:
    """Who objected: the agency by its name, or the name that was given."""
    return agency_words(row.objection.agency) or row.name
