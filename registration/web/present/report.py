"""The numbers of an office for one request, the large ones among them, and what a figure is made of."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from flask_babel import gettext as _
from markupsafe import Markup
from sqlmodel import Session

from registration.queries.dashboard import counts, people
from registration.queries.dashboard.savings import Savings, savings
from registration.queries.dashboard.selection import Selection, count_of, decided, received
from registration.queries.dashboard.times import Times, times

# (what, value) -> the address of the cases behind a number.
Link = Callable[[str, str], str]


@dataclass(frozen=True)
class Cell:
    """`href` leads to the cases behind a number."""

    text: str
    href: str = ""


Line = tuple[Cell, ...]


@dataclass(frozen=True)
class Figure:
    """`headings` are (text, class); the first cell of a row names it. `note` says how it is counted.

    Without a `chart`, where all is zero, only the table is shown; with a text in `empty` neither is.
    """

    key: str
    title: str
    headings: Sequence[tuple[str, str]]
    rows: Sequence[Line]
    chart: Markup
    note: str = ""
    empty: str = ""


@dataclass(frozen=True)
class Headline:
    """One large number; `look` is the kind of a tag, or empty."""

    label: str
    value: str
    unit: str = ""
    note: str = ""
    href: str = ""
    look: str = ""


@dataclass
class Report:
    """The numbers of one request, each read when a figure first needs it."""

    session: Session
    selection: Selection
    now: datetime
    link: Link = field(repr=False)

    @cached_property
    def received(self) -> int:
        return count_of(self.session, received(self.selection))

    @cached_property
    def decided(self) -> int:
        return count_of(self.session, decided(self.selection))

    @cached_property
    def times(self) -> Times:
        return times(self.session, self.selection)

    @cached_property
    def flow(self) -> counts.Flow:
        return counts.flow(self.session, self.selection)

    @cached_property
    def refusals(self) -> counts.Counted:
        return counts.refusals(self.session, self.selection)

    @cached_property
    def corrections(self) -> counts.Corrections:
        return counts.corrections(self.session, self.selection)

    @cached_property
    def overdue(self) -> people.Overdue:
        return people.overdue(self.session, self.selection, now=self.now)

    @cached_property
    def in_work(self) -> int:
        return people.in_work(self.session, self.selection)

    @cached_property
    def savings(self) -> Savings | None:
        refused = sum(number for _code, number in self.refusals)
        return savings(registrations=self.decided - refused, days=self.times.days)

    def count(self, number: int, what: str, value: str = "") -> Cell:
        """A number that leads to its cases; zero leads nowhere."""
        return Cell(str(number), self.link(what, value) if number else "")


def headlines(report: Report) -> list[Headline]:
    """The numbers at the top of the dashboard."""
    shown, corrected = report.times, report.corrections
    share = _("%(count)s件超期", count=len(shown.late)) if shown.late else ""
    per_case = corrected.notices / corrected.decided if corrected.decided else None
    return [
        Headline(_("收件"), str(report.received), _("件"), href=report.count(report.received, "received").href),
        Headline(_("办结"), str(report.decided), _("件"), href=report.count(report.decided, "decided").href),
        Headline(_("按期办结"), percent(shown.share), note=share, href=report.count(len(shown.late), "late").href),
        Headline(_("办结用时中位数"), number(shown.days), _("个工作日")),
        Headline(_("每件补正"), number(per_case, 2), _("次"), href=report.count(corrected.notices, "corrected").href),
        Headline(
            _("现在超期"),
            str(report.overdue.cases),
            _("件"),
            href=report.count(report.overdue.cases, "overdue").href,
            look="bad" if report.overdue.cases else "",
        ),
    ]


def wall(report: Report, today: Report) -> list[Headline]:
    """The large numbers of the screen in the hall: nobody's name, and no links."""
    return [
        Headline(_("今天收件"), str(today.received), _("件")),
        Headline(_("今天办结"), str(today.decided), _("件")),
        Headline(_("正在办理"), str(report.in_work), _("件")),
        Headline(_("本月办结"), str(report.decided), _("件")),
        Headline(_("本月按期办结"), percent(report.times.share)),
        Headline(_("办结用时中位数"), number(report.times.days), _("个工作日")),
    ]


def percent(share: float | None) -> str:
    return "—" if share is None else f"{round(share * 100, 1):g}%"


def number(value: float | None, digits: int = 1) -> str:
    """Without needless zeros: 3, 3.5; a dash where there is none."""
    return "—" if value is None else f"{round(value, digits):g}" if value < 100_000 else f"{value:.0f}"
