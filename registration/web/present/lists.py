"""The public lists in words: limits of time, figures with what is hidden, the search over items."""

import json
from collections.abc import Sequence
from itertools import groupby

from flask_babel import gettext as _
from flask_babel import ngettext

from registration.http.context import say
from registration.queries.public_ratings import MonthOfRatings
from registration.rules.power_items import ListedFigures, PowerItem, written
from registration.web.present.kinds import matter_name
from registration.web.present.report import number, percent
from workflows.definition.values import Limit


def limit_words(limit: Limit) -> str:
    if limit.unit == "wd":
        return ngettext("%(num)d个工作日", "%(num)d个工作日", limit.amount)
    return ngettext("%(num)d日", "%(num)d日", limit.amount)


def found_in(item: PowerItem, sought: str) -> bool:
    """Whether every word is somewhere in the record, in any language."""
    text = json.dumps(written(item), ensure_ascii=False).casefold()
    return all(word in text for word in sought.casefold().split())


def figure_tables(rows: Sequence[ListedFigures]) -> list[tuple[str, list[tuple[str, str]], list[list[str]]]]:
    """(title, headings with their class, lines) of two tables: the work, and what applicants say of it."""
    work = [_("收件"), _("办结"), _("用时中位数（工作小时）"), _("九成不超过（工作小时）"), _("按期办结")]
    said = [_("每件补正次数"), _("评价均分（1最好）"), _("投诉"), _("投诉按期答复")]
    return [
        (_("数量和用时"), _headings(work), [[_name(row), *_work(row)] for row in rows]),
        (_("补正、评价和投诉"), _headings(said), [[_name(row), *_said(row)] for row in rows]),
    ]


def _headings(words: Sequence[str]) -> list[tuple[str, str]]:
    return [(_("登记机关"), ""), *((one, "num") for one in words)]


def _name(row: ListedFigures) -> str:
    return say(row.name) if row.name else _("全市")


def _work(row: ListedFigures) -> list[str]:
    hours = [number(row.median_hours), number(row.likely_hours)]
    return [shown_words(row.received), shown_words(row.decided), *hours, percent(row.on_time)]


def _said(row: ListedFigures) -> list[str]:
    answered = percent(row.complaints_on_time)
    return [number(row.corrections), number(row.rating), shown_words(row.complaints), answered]


def shown_words(value: int | None) -> str:
    return _("不公开") if value is None else str(value)


def rating_tables(rows: Sequence[MonthOfRatings]) -> list[tuple[str, list[tuple[str, str, str, str]]]]:
    """(matter, lines of month, number, average and share) in the order of the rows."""
    return [
        (
            matter_name(matter),
            [
                (f"{one.month:%Y-%m}", shown_words(one.count), number(one.average), percent(one.satisfied))
                for one in lines
            ],
        )
        for matter, lines in groupby(rows, key=lambda one: one.matter)
    ]
