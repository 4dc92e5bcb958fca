"""Decisions at once on the dashboard: how many, which share of all decisions, how fast, and what their audits found."""

from flask_babel import gettext as _

from registration.queries.dashboard.at_once import figures
from registration.web.present.charts import Bar, bars
from registration.web.present.report import Cell, Figure, Report, number, percent


def at_once_figure(report: Report) -> Figure:
    found = figures(report.session, report.selection)
    waiting = found.sampled - found.audited
    # (label, number, whole, value of the link)
    rows = [
        (_("系统即时核准（件）"), found.decided, report.decided, ""),
        (_("抽中（件）"), found.sampled, found.decided, "sampled"),
        (_("抽查没有问题（件）"), found.right, found.sampled, "right"),
        (_("抽查有问题（件）"), found.faulty, found.sampled, "faulty"),
        (_("还没有抽查（件）"), waiting, found.sampled, "waiting"),
    ]
    share = percent(found.decided / report.decided if report.decided else None)
    counted = [
        (Cell(label), report.count(count, "at_once", value), Cell(percent(count / whole if whole else None)))
        for label, count, whole, value in rows
    ]
    seconds = (Cell(_("用时中位数（秒）")), Cell(number(found.seconds)), Cell("—"))
    return Figure(
        "at_once",
        _("即时核准"),
        [(_("项目"), ""), (_("数字"), "num"), (_("占比"), "num")],
        [counted[0], seconds, *counted[1:]],
        bars(
            [Bar(label, [(count, str(count))]) for label, count, _whole, _value in rows],
            title=_("即时核准"),
            desc=_("系统即时核准%(count)s件，占办结的%(share)s。", count=found.decided, share=share),
            name="at_once",
        ),
        _("用时从提交到系统核准；第一行的占比以全部办结为底，抽中的以即时核准为底，抽查结果以抽中为底。"),
        "" if found.decided or found.sampled else _("这段时间没有由系统即时核准的申请。"),
    )
