"""What the pages of a sign-up and of a forgotten password share: the code that was sent."""

from flask import render_template, url_for
from flask_babel import gettext as _

from registration.clock import now
from registration.errors import NotFound
from registration.queries.sign_ups import Row, pending


def over_page(begin: str) -> tuple[str, int]:
    """The same answer for a used or expired code, too many wrong tries, and an unknown address; `begin` is the endpoint
    of the first page."""
    return render_template("account/code_over.html", again=url_for(begin)), 404


def row_here(model: type[Row], secret: str) -> Row:
    """The row for which a code can still be entered; NotFound for any other secret."""
    row = pending(model, secret, now=now())
    if row is None:
        raise NotFound("sign_up_over")
    return row


def too_many_words() -> str:
    return _("发给这里的验证码太多，请查看垃圾邮件或者短信，或者明天再试")
