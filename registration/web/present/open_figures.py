"""The live figures as charts with their tables, and as large numbers; what is withheld is said."""

from collections.abc import Mapping, Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from registration.http.context import say
from registration.rules.open_figures import FigureRow, OpenFigures, PeriodFigures
from registration.rules.small_numbers import FEWEST
from registration.web.present.charts import Bar, bars
from registration.web.present.report import Cell, Figure, Headline, Line

_TITLES = {
    ("district", "today"): _l("今天，按辖区"),
    ("district", "month"): _l("本月，按辖区"),
    ("district", "waiting"): _l("正在等待办理，按辖区"),
    ("matter", "today"): _l("今天，按登记事项"),
    ("matter", "month"): _l("本月，按登记事项"),
    ("matter", "waiting"): _l("正在等待办理，按登记事项"),
}


def number_words(number: int | None) -> str:
    return _("不公开") if number is None else str(number)


def large_numbers(found: OpenFigures) -> list[Headline]:
    """Of the whole city."""
    city = found.city
    rows = [
        (_("今天收件"), city.today.received),
        (_("今天办结"), city.today.decided),
        (_("本月收件"), city.month.received),
        (_("本月办结"), city.month.decided),
        (_("本月按期办结"), city.month.kept),
        (_("本月超期办结"), city.month.broken),
        (_("正在等待办理"), city.waiting),
    ]
    return [Headline(label, number_words(number), "" if number is None else _("件")) for label, number in rows]


def figures_shown(found: OpenFigures) -> Mapping[str, Figure]:
    """Each figure by its key, which is its name in an address too."""
    groups = {"district": found.districts, "matter": found.matters}
    shown = [_figure(group, part, rows, found.city) for part in ("today", "month") for group, rows in groups.items()]
    shown += [_waiting(group, rows, found.city) for group, rows in groups.items()]
    return {one.key: one for one in shown}


def _figure(group: str, period: str, rows: Sequence[FigureRow], city: FigureRow) -> Figure:
    title = str(_TITLES[group, period])
    counts = [(row, row.today if period == "today" else row.month) for row in (*rows, city)]
    came, went, kept, broken = _("收件"), _("办结"), _("按期"), _("超期")
    lines = [(Cell(say(row.name)), *map(_cell, _numbers(part))) for row, part in counts]
    return Figure(
        f"{group}-{period}",
        title,
        [(_heading(group), ""), (came, "num"), (went, "num"), (kept, "num"), (broken, "num")],
        lines,
        _chart(
            [(row, (part.received, part.decided)) for row, part in counts[:-1]],
            title=title,
            desc=_("收件和办结的件数，在下面的表格里。"),
            name=f"{group}-{period}",
            legend=[came, went],
        ),
        empty=_("还没有收件，也没有办结。") if _is_empty(lines) else "",
    )


def _waiting(group: str, rows: Sequence[FigureRow], city: FigureRow) -> Figure:
    title, waiting = str(_TITLES[group, "waiting"]), _("等待")
    return Figure(
        f"{group}-waiting",
        title,
        [(_heading(group), ""), (waiting, "num")],
        [(Cell(say(row.name)), _cell(row.waiting)) for row in (*rows, city)],
        _chart(
            [(row, (row.waiting,)) for row in rows],
            title=title,
            desc=_("现在等待登记机关办理的件数，在下面的表格里。"),
            name=f"{group}-waiting",
        ),
        empty=_("现在没有申请在等。") if city.waiting == 0 else "",
    )


def _chart(
    rows: Sequence[tuple[FigureRow, tuple[int | None, ...]]],
    *,
    title: str,
    desc: str,
    name: str,
    legend: Sequence[str] = (),
) -> Markup:
    """Without the rows that have nothing; they are in the table. Empty where no row has anything."""
    shown = [
        Bar(say(row.name), [_length(one) for one in numbers])
        for row, numbers in rows
        if any(numbers) or None in numbers
    ]
    return bars(shown, title=title, desc=desc, name=name, legend=legend) if shown else Markup()


def _heading(group: str) -> str:
    return _("辖区") if group == "district" else _("登记事项")


def _numbers(part: PeriodFigures) -> tuple[int | None, ...]:
    return part.received, part.decided, part.kept, part.broken


def _is_empty(lines: Sequence[Line]) -> bool:
    return all(cell.text == "0" for line in lines for cell in line[1:])


def _cell(number: int | None) -> Cell:
    return Cell(number_words(number))


def _length(number: int | None) -> tuple[float, str]:
    """A bar; of a withheld number there is none, so that its length says nothing."""
    return (number or 0, number_words(number))


def how_counted(found: OpenFigures) -> str:
    return _(
        "收件按第一次提交的日期；办结是准予、不予登记或者不予受理；按期、超期是与承诺时限比较，只看最近办结的%(most)s件。1至%(least)s件的，"
        "和能推算出它们的，不公开，以免认出人来。每2分钟更新一次。",
        most=found.judged,
        least=FEWEST - 1,
    )
