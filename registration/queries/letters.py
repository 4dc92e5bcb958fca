"""Letters: mails and text messages that are addressed and not sent yet."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from registration.access import ACCESS
from registration.keys.account_names import address_of, mobile_of
from registration.models import Account
from registration.rules.account_address import mobile_in
from registration.rules.languages import known, pair, said, said_part
from registration.rules.notice_preferences import destinations
from registration.rules.reference import texts
from registration.settings import settings
from workflows.definition.values import DEFAULTS

_FOOT = pair("更改语言、收件地址和通知方式：{url}", "Change language, address and ways of notices: {url}")


@dataclass(frozen=True)
class Letter:
    """A mail to be sent: an address and plain text. Without a subject it is a text message to a mobile number.

    `lang` is the language of the text, `foot` a line below it.
    """

    to: str
    subject: str
    text: str
    lang: str = DEFAULTS[0]
    foot: str = ""


def mail_texts(file: str, key: str, lang: str, values: Mapping[str, Any]) -> tuple[str, str]:
    """Subject and text of a mail."""
    row = texts(file)[key]
    subject, text = (said_part(row, part, lang).format_map(values) for part in ("subject", "text"))
    return subject, text


def keepers(session: Session, *, rule: str) -> Iterator[Account]:
    """The staff of no registrar who have an address and may do what the rule of access admits to."""
    query = select(Account).where(
        col(Account.kind) == "staff", col(Account.disabled_at).is_(None), col(Account.registrar_code).is_(None)
    )
    for account in session.scalars(query.order_by(col(Account.id))):
        if account.email and set(account.roles) & ACCESS[rule].staff:
            yield account


def mail_to(account: Account, subject: str, text: str, *, to: str = "") -> Letter:
    """A mail to the account, in its language, with the link to its preferences; `to` is one of several addresses."""
    lang = known(account.locale)
    foot = said(_FOOT, lang).format(url=f"{settings().public_url}/account#notices")
    return Letter(to or address_of(account) or "", subject, text, lang, foot)


def letters_to(account: Account, subject: str, text: str, *, short: str) -> list[Letter]:
    """A letter to each channel that the account's owner chose; `short` is the text message."""
    ways = destinations(channel=account.notice_channel, address=address_of(account), mobile=mobile_of(account))
    return [
        Letter(to, "", short, known(account.locale)) if mobile_in(to) else mail_to(account, subject, text, to=to)
        for to in ways
    ]
