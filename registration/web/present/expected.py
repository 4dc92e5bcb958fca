"""The estimated day of the decision as text, named as an estimate."""

from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup, escape

from registration.queries.estimate import FEW, NO_CALENDAR, Estimate
from registration.web.i18n import day


@dataclass(frozen=True, slots=True)
class Expectation:
    """`on` is the day by which half of such cases are decided, or None; `lines` are the other texts."""

    on: date | None
    lines: tuple[str | Markup, ...]


def expectation_of(found: Estimate | None) -> Expectation | None:
    """The text for a page; None without an estimate."""
    if found is None:
        return None
    if found.median_on is None or found.likely_on is None:
        return Expectation(None, (why_not(found.reason),))
    lines: list[str | Markup] = [_shares(found.median_on, found.likely_on, found.likely_days or 0)]
    if found.front:
        lines.append(ngettext("前面还有%(num)d件。", "前面还有%(num)d件。", found.front))
    if found.after_promise:
        lines.append(_("可能晚于承诺的日期。"))
    lines.append(_("按最近%(cases)d件的用时估计，不是承诺；要补正的另算。", cases=found.cases))
    return Expectation(found.median_on, tuple(lines))


def _shares(median_on: date, likely_on: date, likely_days: int) -> Markup:
    values = {"day": day(likely_on, year=False, weekday=True), "days": _days(likely_days)}
    if median_on == likely_on:
        return escape(_("九成的同类申请到这天办结（%(days)s）。")) % values
    return escape(_("一半的同类申请到这天办结，九成到%(day)s办结（%(days)s）。")) % values


def why_not(reason: str) -> str:
    """Why there is no estimate."""
    if reason == FEW:
        return _("办结的同类申请还不够多，暂时不能估计。")
    if reason == NO_CALENDAR:
        return _("还没有公布相关年份的工作日安排，暂时不能估计。")
    return _("用时超出了以往的情形，暂时不能估计。")


def _days(number: int) -> str:
    return ngettext("%(num)d个工作日", "%(num)d个工作日", number) if number else _("今天")
