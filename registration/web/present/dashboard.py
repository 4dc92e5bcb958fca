"""The figures of the dashboard: each a chart, a table with links to the cases, and a note on how it is counted."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property

from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup
from sqlmodel import Session

from registration.http.context import say
from registration.matters import definition_of, matters
from registration.queries.dashboard import counts, people
from registration.queries.dashboard.savings import Savings, savings
from registration.queries.dashboard.selection import Selection, count_of, decided, received
from registration.queries.dashboard.times import MOST, Times, times
from registration.queries.supervision import order_counts
from registration.rules.city import city
from registration.rules.feedback import GRADES
from registration.rules.periods import Period
from registration.rules.reasons import correction_reasons, rejection_reasons
from registration.web.present.charts import Bar, bars, columns
from registration.web.present.feedback import grade_words
from registration.web.present.states import label_in
from registration.web.wording import role_words

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
        Headline(_("收件"), str(report.received), _("件"), href=report.link("received", "") if report.received else ""),
        Headline(_("办结"), str(report.decided), _("件"), href=report.link("decided", "") if report.decided else ""),
        Headline(_("按期办结"), percent(shown.share), note=share, href=report.link("late", "") if share else ""),
        Headline(_("办结用时中位数"), number(shown.days), _("个工作日")),
        Headline(_("每件补正"), number(per_case, 2), _("次"), href=report.link("corrected", "") if per_case else ""),
        Headline(
            _("现在超期"),
            str(report.overdue.cases),
            _("件"),
            href=report.link("overdue", "") if report.overdue.cases else "",
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


def flow_figure(report: Report) -> Figure:
    found = report.flow
    labels = [_slice_label(one) for one in found.slices]
    came, went = _("收件"), _("办结")
    return Figure(
        "flow",
        _("收件和办结"),
        [(_("日期"), ""), (came, "num"), (went, "num")],
        [
            (Cell(label), Cell(str(first)), Cell(str(second)))
            for label, first, second in zip(labels, found.received, found.decided, strict=True)
        ],
        columns(
            [label[5:10] if len(label) > 7 else label for label in labels],
            [(came, found.received), (went, found.decided)],
            title=_("收件和办结"),
            desc=_("共收件%(came)s件，办结%(went)s件。", came=report.received, went=report.decided),
            name="flow",
        ),
        _("收件按第一次提交的日期，补正以后再提交的不再算；办结是准予、不予登记或者不予受理。"),
    )


def promise_figure(report: Report) -> Figure:
    found = report.times
    rows = [(_("按期"), "in_time", len(found.in_time)), (_("超期"), "late", len(found.late))]
    return Figure(
        "on_time",
        _("按期办结"),
        [(_("结果"), ""), (_("件"), "num"), (_("占比"), "num")],
        [(Cell(label), report.count(count, what), Cell(_share(count, rows))) for label, what, count in rows],
        bars(
            [Bar(label, [(count, _("%(count)s件", count=count))]) for label, _what, count in rows],
            title=_("按期办结"),
            desc=_("按期办结%(share)s。", share=percent(found.share)),
            name="on_time",
        ),
        _("办结时刻与当时的承诺时限比较；补正、中止的时间按规定不算。") + _unread(found),
        "" if found.in_time or found.late else _("这段时间没有办结的申请。"),
    )


def hours_figure(report: Report) -> Figure:
    found = [(label_in(definition_of(one.definition), one.state), one) for one in report.times.states]
    median, likely = _("中位数"), _("九成不超过")
    return Figure(
        "hours",
        _("各环节用时（工作小时）"),
        [(_("环节"), ""), (_("件"), "num"), (median, "num"), (likely, "num")],
        [
            (
                Cell(label),
                report.count(one.cases, "stayed", one.state),
                Cell(number(one.median)),
                Cell(number(one.likely)),
            )
            for label, one in found
        ],
        bars(
            [Bar(label, [(one.median, number(one.median)), (one.likely, number(one.likely))]) for label, one in found],
            title=_("各环节用时（工作小时）"),
            desc=_("每个环节用时的中位数，和九成申请不超过的用时。"),
            name="hours",
            legend=[median, likely],
        ),
        _("这段时间办结的申请，从第一次提交到办结；只算办公时间，等申请人的环节也列出。") + _unread(report.times),
        "" if found else _("这段时间没有办结的申请。"),
    )


def corrections_figure(report: Report) -> Figure:
    found = report.corrections
    rows = [(_reason(code), code, count) for code, count in found.reasons]
    return Figure(
        "corrections",
        _("为什么要补正"),
        [(_("原因"), ""), (_("件"), "num")],
        [(Cell(label), report.count(count, "corrected", code)) for label, code, count in rows],
        _counted_bars([(label, count) for label, _code, count in rows], _("为什么要补正"), "corrections"),
        _(
            "办结的%(decided)s件里有%(cases)s件补正过，共%(notices)s份告知书；一件有几个原因的各算一次。",
            decided=found.decided,
            cases=found.cases,
            notices=found.notices,
        ),
        "" if rows else _("办结的申请都没有补正过。"),
    )


def refusals_figure(report: Report) -> Figure:
    rows = [(_ground(code), code or "none", count) for code, count in report.refusals]
    return Figure(
        "refusals",
        _("不予登记、不予受理的理由"),
        [(_("理由"), ""), (_("件"), "num")],
        [(Cell(label), report.count(count, "refused", code)) for label, code, count in rows],
        _counted_bars([(label, count) for label, _code, count in rows], _("不予登记、不予受理的理由"), "refusals"),
        "",
        "" if rows else _("这段时间没有不予登记或者不予受理的申请。"),
    )


def overdue_figure(report: Report) -> Figure:
    found = report.overdue
    agencies = {one.key: say(one.name) for one in city().agencies}
    office, nobody = _("登记机关"), _("没有人领取")
    rows = [
        (office, _staff(login) if login else nobody, count, "overdue", login or "none")
        for login, count in found.holders
    ]
    rows += [(agencies.get(key, key), "—", count, "overdue_parts", key) for key, count in found.agencies]
    return Figure(
        "overdue",
        _("现在超期"),
        [(_("单位"), ""), (_("经办"), ""), (_("件"), "num")],
        [(Cell(place), Cell(who), report.count(count, what, value)) for place, who, count, what, value in rows],
        _counted_bars(
            [(f"{place}{_('：')}{who}" if who != "—" else place, count) for place, who, count, _what, _value in rows],
            _("现在超期"),
            "overdue",
        ),
        _("按此刻计算，与所选时间无关；部门的数字是并联事项。"),
        "" if rows else _("现在没有超期的申请。"),
    )


def workload_figure(report: Report) -> Figure:
    found = people.workload(report.session, report.selection, now=report.now)
    held, done = _("手上"), _("办结")
    return Figure(
        "workload",
        _("每个人的工作量"),
        [
            (_("工号"), ""),
            (_("岗位"), ""),
            (held, "num"),
            (_("其中超期"), "num"),
            (done, "num"),
            (_("办理步骤"), "num"),
        ],
        [
            (
                Cell(_staff(one.login)),
                Cell(role_words(one.roles)),
                report.count(one.held, "held", one.login),
                report.count(one.late, "overdue", one.login),
                report.count(one.decided, "decided", one.login),
                Cell(str(one.steps)),
            )
            for one in found
        ],
        bars(
            [
                Bar(_staff(one.login), [(one.held, str(one.held)), (one.decided, str(one.decided))])
                for one in found
                if one.held or one.decided
            ],
            title=_("每个人的工作量"),
            desc=_("每个人手上的件数，和这段时间办结的件数。"),
            name="workload",
            legend=[held, done],
        ),
        _("“手上”和“超期”是此刻的；“办结”记在作出决定的人名下；“办理步骤”是这个人让申请进入下一环节的次数。"),
    )


def opinions_figure(report: Report) -> Figure:
    found = counts.opinions(report.session, report.selection, now=report.now)
    graded = [(grade_words(grade), found.grades.get(grade, 0), "rated", str(grade)) for grade in GRADES]
    rows = [
        *graded,
        (_("投诉"), found.complaints, "complained", ""),
        (_("其中还没有答复"), found.open, "complained", "open"),
        (_("其中答复逾期"), found.late, "complained", "open"),
    ]
    return Figure(
        "opinions",
        _("评价和投诉"),
        [(_("评价或者投诉"), ""), (_("次"), "num")],
        [(Cell(label), report.count(count, what, value)) for label, count, what, value in rows],
        _counted_bars([(label, count) for label, count, _what, _value in graded], _("评价和投诉"), "opinions"),
        _("这段时间作出的评价和投诉。"),
    )


def orders_figure(report: Report) -> Figure:
    waiting, late, answered = order_counts(report.session, report.selection, now=report.now)
    rows = [
        (_("等待答复，还没到期"), waiting, ""),
        (_("逾期没有答复"), late, "late"),
        (_("这段时间答复的"), answered, "answered"),
    ]
    return Figure(
        "orders",
        _("督办"),
        [(_("状态"), ""), (_("项"), "num")],
        [(Cell(label), report.count(count, "ordered", value)) for label, count, value in rows],
        _counted_bars([(label, count) for label, count, _value in rows], _("督办"), "orders"),
    )


def savings_figure(report: Report) -> Figure:
    found = report.savings
    if found is None:
        return Figure("savings", _("合办省下的"), [], [], Markup(""), "", _("本市没有填写比较用的数字。"))
    words = {"certificates": _("证照（份）"), "visits": _("跑动（次）"), "days": _("工作日（天）")}
    return Figure(
        "savings",
        _("合办省下的"),
        [(_("省下什么"), ""), (_("分别办理"), "num"), (_("现在"), "num"), (_("合计省下"), "num")],
        [
            (Cell(words[one.key]), Cell(number(one.before)), Cell(number(one.now)), Cell(number(one.total)))
            for one in found.rows
        ],
        bars(
            [
                Bar(
                    _("%(what)s，合计省下%(total)s", what=words[one.key], total=number(one.total)),
                    [(one.before, number(one.before)), (one.now, number(one.now))],
                )
                for one in found.rows
            ],
            title=_("合办省下的"),
            desc=_("一家企业分别办理和现在办理各要多少。"),
            name="savings",
            legend=[_("分别办理"), _("现在")],
        ),
        _method(found),
    )


def _method(found: Savings) -> str:
    listed = _("；").join(
        _(
            "%(name)s%(certificates)s份、%(visits)s次、%(days)s个工作日",
            name=say(one.name),
            certificates=one.certificates,
            visits=one.visits,
            days=one.days,
        )
        for one in found.assumed.separate
    )
    return _(
        "算法：准予登记的%(count)s件，乘以一家企业分别办理的总数与现在的差；现在的天数是这段时间的中位数。"
        "分别办理：%(listed)s。%(source)s这些数字在本市的city.yaml里，可以修改。",
        count=found.registrations,
        listed=listed,
        source=say(found.assumed.source),
    )


FIGURES: Mapping[str, Callable[[Report], Figure]] = {
    "flow": flow_figure,
    "on_time": promise_figure,
    "hours": hours_figure,
    "overdue": overdue_figure,
    "workload": workload_figure,
    "corrections": corrections_figure,
    "refusals": refusals_figure,
    "opinions": opinions_figure,
    "orders": orders_figure,
    "savings": savings_figure,
}


def percent(share: float | None) -> str:
    return "—" if share is None else f"{round(share * 100, 1):g}%"


def number(value: float | None, digits: int = 1) -> str:
    """Without needless zeros: 3, 3.5; a dash where there is none."""
    return "—" if value is None else f"{round(value, digits):g}" if value < 100_000 else f"{value:.0f}"


def _counted_bars(rows: Sequence[tuple[str, int]], title: str, name: str) -> Markup:
    if not any(count for _label, count in rows):
        return Markup("")
    most = max(rows, key=lambda row: row[1])
    desc = _("最多的是%(label)s，%(count)s。", label=most[0], count=most[1])
    return bars([Bar(label, [(count, str(count))]) for label, count in rows], title=title, desc=desc, name=name)


def _share(count: int, rows: Sequence[tuple[str, str, int]]) -> str:
    whole = sum(one for _label, _what, one in rows)
    return percent(count / whole if whole else None)


def _unread(found: Times) -> str:
    words = ""
    if found.unknown:
        words += ngettext("%(num)d件没有承诺时限，没有计入。", "%(num)d件没有承诺时限，没有计入。", found.unknown)
    if found.left_out:
        words += _("只算最近办结的%(most)s件，更早的%(count)s件没有计入。", most=MOST, count=found.left_out)
    return words


def _slice_label(one: Period) -> str:
    if one.first == one.last:
        return one.first.isoformat()
    whole_month = one.first.day == 1 and _is_last_of_month(one.last)
    return f"{one.first:%Y-%m}" if whole_month else f"{one.first.isoformat()}–{one.last:%m-%d}"


def _is_last_of_month(day: date) -> bool:
    return (day + timedelta(days=1)).day == 1


def _staff(login: str) -> str:
    return _("%(number)s号", number=login)


def _reason(code: str) -> str:
    rows = [row for matter in matters() if (row := correction_reasons(matter).get(code))]
    return say(rows[0].words) if rows else code


def _ground(code: str) -> str:
    rows = [row for matter in matters() if (row := rejection_reasons(matter).get(code))]
    return f"{code} {say(rows[0].words)}" if rows else code or _("不予受理，或者没有写明法定理由")
