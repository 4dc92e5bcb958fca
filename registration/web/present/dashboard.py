"""The figures of the dashboard: each a chart, a table with links to the cases, and a note on how it is counted."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta

from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup

from registration.http.context import say
from registration.matters import definition_of, matters
from registration.queries.dashboard import counts, people
from registration.queries.dashboard.savings import Savings
from registration.queries.dashboard.times import MOST, Times
from registration.queries.supervision import order_counts
from registration.rules.city import city
from registration.rules.feedback import GRADES
from registration.rules.periods import Period
from registration.rules.reasons import correction_reasons, rejection_reasons
from registration.web.present.at_once import at_once_figure
from registration.web.present.charts import Bar, bars, columns
from registration.web.present.feedback import grade_words
from registration.web.present.report import Cell, Figure, Report, number, percent
from registration.web.present.states import label_in
from registration.web.wording import role_words


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
    "at_once": at_once_figure,
    "overdue": overdue_figure,
    "workload": workload_figure,
    "corrections": corrections_figure,
    "refusals": refusals_figure,
    "opinions": opinions_figure,
    "orders": orders_figure,
    "savings": savings_figure,
}


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
