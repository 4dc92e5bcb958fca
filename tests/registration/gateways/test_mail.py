"""Mail leaves as it was composed, and nothing that a person typed breaks out of a header."""

import socketserver
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from registration.errors import Unavailable
from registration.gateways.mail import FolderMailer, Mail, SmtpMailer, compose, mailer
from registration.gateways.mail_html import html_of
from registration.settings import Settings
from tests.fixtures.mails import plain_of
from tests.fixtures.servers import free_port

SENDER = "heyi@example.cn"
MAIL = Mail(to="lin@example.cn", subject="您的申请已受理", text="请登录查看。")
AT = datetime(2026, 10, 12, 1, 30, tzinfo=UTC)


class Inbox(socketserver.StreamRequestHandler):
    """The few commands of RFC 5321 that deliver one message."""

    received: list[bytes]

    def handle(self) -> None:
        self.say("220 ready")
        for line in self.rfile:
            verb = line[:4].upper().strip()
            if verb == b"DATA":
                self.say("354 go on")
                self.received.append(b"".join(iter(self.rfile.readline, b".\r\n")))
            self.say("221 bye" if verb == b"QUIT" else "250 ok")

    def say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


@pytest.fixture
def inbox() -> Iterator[tuple[int, list[bytes]]]:
    class OwnInbox(Inbox):
        received: list[bytes] = []

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), OwnInbox) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server.server_address[1], OwnInbox.received
        server.shutdown()
        thread.join()


def test_a_message_reaches_the_server(inbox: tuple[int, list[bytes]]) -> None:
    port, received = inbox
    SmtpMailer(host="127.0.0.1", port=port, sender=SENDER).send(MAIL)
    arrived = message_from_bytes(received[0], policy=policy.default)
    assert arrived["Subject"] == "您的申请已受理"
    assert plain_of(arrived).strip() == "请登录查看。"


def test_the_html_of_a_mail_is_its_text_with_links_and_a_large_code() -> None:
    text = "您好：\n\n验证码是：\n\n123456\n\n<b>林</b>请打开https://heyi.example/a?b=1&c=2，核对。\nSee https://heyi.example/x."
    page = html_of(text, subject="验证码 <1>", foot="https://heyi.example/account#notices", lang="zh")
    assert 'font-size:28px;font-weight:600;letter-spacing:.15em">123456</p>' in page
    assert '<a href="https://heyi.example/a?b=1&amp;c=2">' in page
    assert "</a>，核对。<br>See " in page
    assert '<a href="https://heyi.example/x">https://heyi.example/x</a>.' in page
    assert ("<b>" in page, "&lt;b&gt;林" in page, "验证码 &lt;1&gt;" in page) == (False, True, True)


def test_a_password_is_never_sent_in_the_clear(inbox: tuple[int, list[bytes]]) -> None:
    port, received = inbox
    out = SmtpMailer(host="127.0.0.1", port=port, sender=SENDER, login=("heyi", "a secret"))
    with pytest.raises(Unavailable):
        out.send(MAIL)
    assert received == []


def test_a_server_that_is_away_is_a_passing_state() -> None:
    with pytest.raises(Unavailable):
        SmtpMailer(host="127.0.0.1", port=free_port(), sender=SENDER).send(MAIL)


def test_a_repeat_is_the_same_message(tmp_path: Path) -> None:
    out = FolderMailer(tmp_path, sender=SENDER)
    out.send(MAIL)
    out.send(MAIL)
    out.send(replace(MAIL, text="请登录查看补正通知。"))
    files = list(tmp_path.iterdir())
    assert len(files) == 2
    assert {path.suffix for path in files} == {".eml"}
    read = message_from_bytes(files[0].read_bytes(), policy=policy.default)
    assert read["To"] == "lin@example.cn"


@pytest.mark.parametrize(
    "wrong",
    [
        {"to": "lin@example.cn\r\nBcc: all@example.cn"},
        {"to": "lin@example.cn, all@example.cn"},
        {"subject": "受理\r\nBcc: all@example.cn"},
        {"to": ""},
    ],
)
def test_nothing_breaks_out_of_a_header(wrong: dict[str, str]) -> None:
    with pytest.raises(ValueError):
        compose(replace(MAIL, **wrong), sender=SENDER, at=AT)


def test_the_settings_choose_the_way(tmp_path: Path) -> None:
    assert isinstance(mailer(Settings(home=tmp_path)), FolderMailer)
    assert isinstance(mailer(Settings(home=tmp_path, mail="smtp")), SmtpMailer)
