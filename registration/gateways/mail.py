"""Mail to people: through a server, or, without one, as files in a folder that an operator can open."""

import smtplib
import ssl
from dataclasses import dataclass
from datetime import datetime
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from hashlib import sha256
from pathlib import Path
from typing import Protocol

from registration import clock
from registration.errors import Unavailable
from registration.gateways.mail_html import html_of
from registration.rules.email_address import travelling
from registration.runtime import private_files
from registration.settings import Settings
from workflows.definition.values import DEFAULTS

SECONDS = 15


@dataclass(frozen=True, slots=True)
class Mail:
    """A text to one person, sent as plain text and as HTML; `foot` is a line below it, `lang` the language.

    `key` distinguishes two mails with the same text on two occasions.
    """

    to: str
    subject: str
    text: str
    key: str = ""
    lang: str = DEFAULTS[0]
    foot: str = ""


class Mailer(Protocol):
    def send(self, mail: Mail) -> None:
        """Hands the mail over; raises `Unavailable` when it should be tried again, ValueError when it never can."""


def mailer(settings: Settings) -> Mailer:
    """The mail gateway of the settings."""
    if settings.mail == "smtp":
        password = settings.smtp_password.get_secret_value()
        return SmtpMailer(
            host=settings.smtp_host,
            port=settings.smtp_port,
            sender=settings.mail_from,
            login=(settings.smtp_user, password) if settings.smtp_user else None,
        )
    return FolderMailer(settings.home / "mail", sender=settings.mail_from)


def compose(mail: Mail, *, sender: str, at: datetime) -> EmailMessage:
    """The message to send. The same mail has the same Message-ID, so that a repeat is recognized.

    Raises ValueError for an address or subject that would break out of its header.
    """
    message = EmailMessage()
    message["From"] = _address(sender)
    message["To"] = _address(travelling(mail.to))
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(at)
    digest = sha256("\0".join((mail.to, mail.subject, mail.text, mail.key)).encode()).hexdigest()
    message["Message-ID"] = f"<{digest[:32]}@{sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(f"{mail.text}\n\n-- \n{mail.foot}" if mail.foot else mail.text)
    message.add_alternative(html_of(mail.text, subject=mail.subject, foot=mail.foot, lang=mail.lang), subtype="html")
    return message


def _address(text: str) -> Address:
    try:
        return Address(addr_spec=text)
    except (HeaderParseError, IndexError) as strange:
        # The parser of the standard library stumbles over an empty text instead of refusing it.
        raise ValueError("not an address") from strange


class SmtpMailer:
    """A mail server. The connection is encrypted when the server offers it, and always when a password is sent."""

    def __init__(self, *, host: str, port: int, sender: str, login: tuple[str, str] | None = None) -> None:
        self._host, self._port, self._sender, self._login = host, port, sender, login

    def send(self, mail: Mail) -> None:
        message = compose(mail, sender=self._sender, at=clock.now())
        try:
            with smtplib.SMTP(self._host, self._port, timeout=SECONDS) as server:
                server.ehlo()
                if self._login or server.has_extn("starttls"):
                    server.starttls(context=ssl.create_default_context())
                if self._login:
                    server.login(*self._login)
                server.send_message(message)
        except (OSError, smtplib.SMTPException) as away:
            raise Unavailable("mail") from away


class FolderMailer:
    """One `.eml` file a message; a repeat of the same message writes the same file."""

    def __init__(self, folder: Path, *, sender: str) -> None:
        self._folder, self._sender = folder, sender

    def send(self, mail: Mail) -> None:
        message = compose(mail, sender=self._sender, at=clock.now())
        name = str(message["Message-ID"]).strip("<>").partition("@")[0]
        private_files.write(self._folder / f"{name}.eml", message.as_bytes())
