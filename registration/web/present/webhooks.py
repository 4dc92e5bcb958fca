"""Receivers of events in words."""

from collections.abc import Iterable

from flask_babel import gettext as _

from registration.http.context import say
from registration.models import Webhook, WebhookDelivery
from registration.rules.webhooks import event_kinds


def event_name(kind: str) -> str:
    """The words for a type of event; a type that is gone stands for itself."""
    known = event_kinds().get(kind)
    return say(known.name) if known else kind


def event_words(kinds: Iterable[str]) -> str:
    return _("、").join(event_name(kind) for kind in kinds)


def hook_tag(hook: Webhook) -> tuple[str, str]:
    """The words and the kind of the tag."""
    if hook.status == "paused":
        return _("已暂停"), "hold"
    if hook.secret is None:
        return _("等生成密钥"), "warn"
    if hook.agrees:
        return _("推送中"), "ok"
    return (_("对方还没有同意"), "bad") if hook.consent else (_("等问对方"), "warn")


def delivery_tag(row: WebhookDelivery, hook: Webhook) -> tuple[str, str]:
    if row.status == "delivered":
        return _("已送达"), "ok"
    if row.status == "parked":
        return _("没有送达"), "bad"
    if not hook.agrees:
        return _("等对方同意"), "warn"
    return (_("等待重试"), "warn") if row.attempts else (_("等待发送"), "")
