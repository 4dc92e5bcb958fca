"""A forecast as figures: how busy each role will be, and how many cases will wait for it."""

from flask_babel import gettext as _

from registration.http.context import say
from registration.matters import definition_of
from registration.queries.dashboard.forecast import Forecast
from registration.web.present.charts import Bar, bars
from registration.web.present.report import Cell, Figure, number, percent


def forecast_figures(found: Forecast) -> list[Figure]:
    """Nothing without a forecast."""
    if found.reason:
        return []
    return [_outcome(found), _busy(found), _queue(found)]


def _outcome(found: Forecast) -> Figure:
    interval = ""
    if found.low is not None and found.high is not None:
        interval = _("%(low)s 至 %(high)s", low=percent(max(0, found.low)), high=percent(min(1, found.high)))
    came, went = number(found.arrivals, 0), number(found.decided, 0)
    return Figure(
        "forecast",
        _("预测的收件和办结"),
        [(_("项目"), ""), (_("预测"), "num")],
        [
            (Cell(_("收件")), Cell(came)),
            (Cell(_("办完")), Cell(went)),
            (Cell(_("按期的占比")), Cell(percent(found.on_time))),
            *([(Cell(_("占比的范围（二十次里十九次）")), Cell(interval))] if interval else []),
            (Cell(_("用时中位数（工作日）")), Cell(number(found.days))),
        ],
        bars(
            [Bar(_("收件"), [(found.arrivals, came)]), Bar(_("办完"), [(found.decided, went)])],
            title=_("预测的收件和办结"),
            desc=_("%(weeks)s周里收件%(came)s件，办完%(went)s件。", weeks=found.weeks, came=came, went=went),
            name="forecast",
        ),
    )


def _busy(found: Forecast) -> Figure:
    rows = [(_role(found, one.role), one) for one in found.roles]
    return Figure(
        "busy",
        _("各岗位忙碌程度"),
        [(_("岗位"), ""), (_("人数"), "num"), (_("工作时间的占比"), "num")],
        [(Cell(label), Cell(str(one.staff)), Cell(percent(one.busy))) for label, one in rows],
        bars(
            [Bar(label, [(one.busy, percent(one.busy))]) for label, one in rows],
            title=_("各岗位忙碌程度"),
            desc=_("接近满负荷的岗位，等候会越来越长。"),
            name="busy",
            full=1.0,
        ),
        _("接近满负荷的岗位，等候会越来越长。"),
    )


def _queue(found: Forecast) -> Figure:
    weeks = [_("第%(number)s周", number=week + 1) for week in range(found.weeks)]
    rows = [(_role(found, one.role), one.queue) for one in found.roles]
    return Figure(
        "queue",
        _("每周平均等候的件数"),
        [(_("岗位"), ""), *((week, "num") for week in weeks)],
        [(Cell(label), *(Cell(number(value)) for value in queue)) for label, queue in rows],
        bars(
            [Bar(label, [(max(queue, default=0), number(max(queue, default=0)))]) for label, queue in rows],
            title=_("每周平均等候的件数"),
            desc=_("等候最多的一周，每个岗位的件数。"),
            name="queue",
        ),
        _("图上是等候最多的一周。"),
    )


def _role(found: Forecast, role: str) -> str:
    return say(definition_of(found.definition).roles[role])
