"""The form for viewing sensitive values: the required reason, and the message without one."""

from flask import request
from flask_babel import gettext as _


def reason_to_look(at: str) -> str:
    """What was typed as the reason for looking at a value, a document or a paper."""
    return request.form.get(f"look.{at}", "")


def reason_is_missing(at: str) -> list[tuple[str, str]]:
    """The problem at that field."""
    return [(f"look.{at}", _("请写明为什么要看完整内容"))]
