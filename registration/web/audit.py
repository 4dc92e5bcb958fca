"""The audit lines, for auditors: searched, read page by page, and exported as CSV."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from itertools import chain
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, render_template, request, url_for
from flask_babel import gettext as _

from registration import clock
from registration.access import access
from registration.database import reading, transaction
from registration.documents.downloads import attachment
from registration.http.context import the_actor
from registration.operations.audit import note
from registration.queries.audit import AuditSearch, all_entries, audit_page
from registration.rules import csv_text
from registration.rules.periods import own_period
from registration.rules.whole_numbers import whole_number
from registration.web.forms.anchors import FieldErrors, field_errors
from registration.web.present.audit import kinds, tag_words

blueprint = Blueprint("audit", __name__, url_prefix="/admin/audit")

Page = str | tuple[str, int]
FIELDS = ("subject", "tag", "ref", "refused", "from", "to")


@dataclass(frozen=True)
class Asked:
    """What the address asks for; `query` has the filled fields, for links."""

    search: AuditSearch
    query: Mapping[str, str]
    problems: FieldErrors


@blueprint.get("")
@access("audit.read")
def listed() -> Page:
    asked = _asked()
    before = whole_number(request.args.get("before", ""))
    with reading() as session:
        page = audit_page(session, asked.search, actor=the_actor(), before=before)
    older = {**asked.query, "before": str(page.before)}
    body = render_template(
        "audit/listed.html",
        rows=[(row, tag_words(row.tag), _written(row.data)) for row in page.rows],
        asked=asked.query,
        kinds=kinds(),
        older=f"{url_for('audit.listed')}?{urlencode(older)}" if page.before else "",
        newest=f"{url_for('audit.listed')}?{urlencode(asked.query)}" if before else "",
        csv=f"{url_for('audit.export')}?{urlencode(asked.query)}",
        problems=asked.problems,
    )
    return body, 422 if asked.problems else 200


@blueprint.get("/entries.csv")
@access("audit.read")
def export() -> Response:
    """Everything that is found. The export is an audit line itself."""
    asked, actor = _asked(), the_actor()
    with transaction() as session:
        note(session, "audit:export", subject=actor.tag, now=clock.now(), search=dict(asked.query))
    head = [_("时间"), _("谁"), _("事项"), _("结果"), _("内容")]

    def lines() -> Iterator[list[str]]:
        with reading() as session:
            for row in all_entries(session, asked.search, actor=actor):
                yield [clock.written(row.at), row.subject, row.tag, row.result, _written(row.data)]

    answer = attachment("", filename="audit.csv", mimetype="text/csv; charset=utf-8")
    # Sent while it is read: there may be millions of lines.
    answer.response = csv_text.streamed(chain([head], lines()))
    return answer


def _asked() -> Asked:
    given = {name: request.args.get(name, "").strip() for name in FIELDS}
    since = until = None
    problems: FieldErrors = []
    if given["from"] or given["to"]:
        today = clock.local_date(clock.now()).isoformat()
        period, found = own_period(given["from"] or given["to"], given["to"] or today)
        problems = field_errors(found, ids=["from", "to"])
        if period is not None:
            since, until = clock.begins(period.first), clock.begins(period.last + timedelta(days=1))
    search = AuditSearch(given["subject"], given["tag"], bool(given["refused"]), since, until, given["ref"])
    return Asked(search, {name: value for name, value in given.items() if value}, problems)


def _written(data: Mapping[str, Any], within: str = "") -> str:
    """`before.roles: ["window"] · change: 8a37`: nested keys with dots, each value as JSON but for plain text."""
    found = []
    for key, value in data.items():
        if isinstance(value, Mapping):
            found.append(_written(value, within=f"{within}{key}."))
        else:
            text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            found.append(f"{within}{key}: {text}")
    return " · ".join(filter(None, found))
