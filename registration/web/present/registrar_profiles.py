"""Letterheads as texts: their fields, their state, the persons responsible, the differences of a change."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from registration.http.context import say
from registration.models import RegistrarProfile
from registration.queries.registrar_profiles import PrintedProfile
from registration.rules.registrar_profiles import FIELDS, differences
from registration.web.present.states import Mark

STATES = {
    "draft": (_l("草稿"), ""),
    "proposed": (_l("等待批准"), "go"),
    "approved": (_l("已批准"), "ok"),
    "withdrawn": (_l("已撤销"), "hold"),
    "refused": (_l("已退回"), "bad"),
}
# The fields in the list of the present letterhead, in this order.
SHOWN = ("name_zh", "name_en", "number_prefix", "officer", "address", "phone", "reconsideration_body", "court", "seal")


@dataclass(frozen=True)
class ProfileLine:
    """A letterhead in a list; `until` is its last day where another has ended it."""

    row: RegistrarProfile
    tag: Mark
    who: str
    until: date | None = None


def state_of(row: RegistrarProfile, *, today: date) -> Mark:
    if row.status == "approved" and row.valid_from > today:
        return _("已批准，到日生效"), "go"
    words, kind = STATES[row.status]
    return str(words), kind


def line_of(row: RegistrarProfile, *, today: date, ended_by: RegistrarProfile | None = None) -> ProfileLine:
    until = ended_by.valid_from - timedelta(days=1) if ended_by and row.status == "approved" else None
    return ProfileLine(row, state_of(row, today=today), who(row.prepared_by), until)


def who(tag: str | None) -> str:
    """Staff by number, as everywhere; without a person it was loaded with the samples."""
    kind, _colon, number = (tag or "").partition(":")
    return _("%(number)s号", number=number) if kind == "staff" else _("演示数据")


def printed(head: PrintedProfile) -> list[tuple[str, str]]:
    """What papers show, by label; a field without words is left out."""
    rows = ((name, _value(head, name)) for name in SHOWN)
    return [(_label(name), value) for name, value in rows if value]


def changes(before: PrintedProfile, after: PrintedProfile) -> list[tuple[str, str, str]]:
    """(label, before, after) of every difference, with a text for empty values."""
    rows = [(_label(name), old or _("（不印）"), new or _("（不印）")) for name, old, new in differences(before, after)]
    if before.seal_sha256 != after.seal_sha256:
        rows.append((_label("seal"), _seal_words(before), _seal_words(after)))
    return rows


def steps_done(row: RegistrarProfile) -> Iterable[tuple[str, datetime, str]]:
    """(event, time, person) in the order of time."""
    yield _("准备"), row.prepared_at, who(row.prepared_by)
    if row.proposed_at:
        yield _("已提交批准"), row.proposed_at, who(row.prepared_by)
    if row.decided_at:
        yield str(STATES[row.status][0]), row.decided_at, who(row.decided_by)


def _label(name: str) -> str:
    if name == "officer":
        return _("签发人")
    if name == "seal":
        return _("印章位置")
    return say(FIELDS[name])


def _value(head: PrintedProfile, name: str) -> str:
    if name == "officer":
        return f"{head.officer_title}　{head.officer_name}".strip("　")
    return _seal_words(head) if name == "seal" else str(getattr(head, name))


def _seal_words(head: PrintedProfile) -> str:
    if head.seal_sha256:
        return _("电子印章（图像摘要%(digest)s）", digest=head.seal_sha256[:12])
    return head.seal_place or _("空白")
