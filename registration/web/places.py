"""The desk's navigation and the page after signing in, according to the access table."""

from dataclasses import dataclass

from flask import current_app, url_for
from flask_babel import lazy_gettext as _l

from registration.access import is_admitted, rule_of
from registration.actor import Actor
from registration.database import reading
from registration.http.context import actor_here
from registration.queries.attention import attention

DESK = (
    ("admin.home", _l("系统管理")),
    ("review.inbox", _l("收件箱")),
    ("agencies.inbox", _l("联办收件箱")),
    ("receipts.listed", _l("回执")),
    ("archive.home", _l("登记档案")),
    ("hotline.home", _l("市民热线")),
    ("dashboard.show", _l("统计")),
    ("supervision.listed", _l("督办")),
    ("misuse.listed", _l("冒用报告")),
    ("feedback_desk.listed", _l("评价投诉")),
    ("voices_desk.listed", _l("诉求")),
    ("public_notices.office", _l("公告和异议")),
    ("public_notices.agencies", _l("注销征询")),
    ("restraints.listed", _l("协助执行")),
    ("capital_terms.listed", _l("出资期限")),
    ("outbox.parked", _l("待处理任务")),
    ("ledger.inbox", _l("执照")),
    ("letterheads.listed", _l("签发信息")),
    ("straight_through.listed", _l("即时核准")),
    ("sample_audits.listed", _l("抽查")),
    ("barred.listed", _l("限制任职")),
    ("staff_accounts.listed", _l("人员账户")),
    ("setting_changes.listed", _l("设置变更")),
    ("workflows.listed", _l("流程表")),
    ("verification.listed", _l("核验记录")),
    ("audit.listed", _l("审计记录")),
    ("names.check", _l("名称")),
    ("verify.check", _l("查验")),
)
# The pages of the system administrator, in the order of the home page: endpoint, label, what is done there. A page is
# listed for those who may enter it.
ADMINISTRATION = (
    ("calendars.listed", _l("工作日历"), _l("哪些年份的工作日已知，载入放假安排")),
    ("number_pools.listed", _l("号段"), _l("每个登记机关的号码用到哪里、还够多久，新增号段")),
    ("setting_changes.listed", _l("设置变更"), _l("等另一人决定的日历、号段和名称用词，以前决定的")),
    ("registrars.listed", _l("登记机关"), _l("辖区、登记模式、核准方式，与城市文件夹的差别")),
    ("name_imports.listed", _l("名称登记簿"), _l("从别的系统载入已有的名称")),
    ("name_words.listed", _l("名称用词"), _l("名称里不能用的词，本机关加入的")),
    ("workflows.listed", _l("流程表"), _l("各版本、流程图、比较、在办申请的迁移")),
    ("verification.listed", _l("核验记录"), _l("历史、每日的根、登记簿、公开日志和文件是否完整")),
    ("exchange.listed", _l("与部门交换"), _l("登记信息送到各部门没有，按天核对，谁联系不上")),
    ("webhooks.listed", _l("事件推送"), _l("把办件和登记簿的变化推送给谁，送到了没有")),
    ("arrangements.listed", _l("部门和版式"), _l("各部门看到什么，各版式的检查结果")),
    ("outbox.parked", _l("待处理任务"), _l("后台工作停下的任务，可以重试")),
    ("staff_accounts.listed", _l("人员账户"), _l("新建、变更、停用账户")),
    ("audit.listed", _l("审计记录"), _l("谁在什么时候做了什么")),
)
ENTRANCES = (
    *("admin.home", "review.inbox", "agencies.inbox", "outbox.parked", "staff_accounts.listed", "audit.listed"),
    *("archive.home", "hotline.home", "apply.mine"),
)


def has_endpoint(endpoint: str) -> bool:
    return endpoint in current_app.view_functions


# Pages that are opened now and then: they stand behind “More”, except while something waits there, or in a short menu.
SELDOM = frozenset(
    {
        *("letterheads.listed", "straight_through.listed", "barred.listed", "misuse.listed", "outbox.parked"),
        *("sample_audits.listed", "names.check", "verify.check", "public_notices.office"),
        *("restraints.listed", "capital_terms.listed"),
    }
)
SHORT_MENU = 9
# Beside the search and the account at 1280 pixels, in widths of a Latin letter, of which a Han character has two.
SHORT_LABELS = 56


@dataclass(frozen=True)
class Place:
    """A page of the menu; `waiting` is how much work is there for the reader, `seldom` puts it behind “More”."""

    endpoint: str
    label: str
    waiting: int
    seldom: bool


# The page for each kind of pending decision.
WAITING = {
    "review.inbox": "orders",
    "ledger.inbox": "proposals",
    "letterheads.listed": "letterheads",
    "straight_through.listed": "switches",
    "sample_audits.listed": "samples",
    "outbox.parked": "parked",
    "misuse.listed": "misuse",
    "feedback_desk.listed": "feedback",
    "voices_desk.listed": "voices",
    "staff_accounts.listed": "accounts",
    "setting_changes.listed": "settings",
    "barred.listed": "barred",
    "workflows.listed": "workflows",
    "verification.listed": "faults",
}


def desk_places() -> list[Place]:
    """The places that the present actor may enter, in the order of the menu."""
    actor = actor_here()
    counts: dict[str, int] = {}
    if actor is not None and actor.is_staff:
        with reading() as session:
            counts = attention(session, actor=actor)
    open_ones = [(endpoint, str(label)) for endpoint, label in DESK if _open_to(endpoint, actor)]
    is_long = len(open_ones) > SHORT_MENU or sum(_width(label) for _, label in open_ones) > SHORT_LABELS
    return [
        Place(endpoint, label, waiting, is_long and endpoint in SELDOM and not waiting)
        for endpoint, label in open_ones
        for waiting in [counts.get(WAITING.get(endpoint, ""), 0)]
    ]


def _width(label: str) -> int:
    return sum(1 if ord(character) < 0x2E80 else 2 for character in label)


def administration() -> list[tuple[str, str, str]]:
    """(endpoint, label, what is done there) of the pages of administration that the present actor may enter."""
    actor = actor_here()
    return [(endpoint, str(label), str(hint)) for endpoint, label, hint in ADMINISTRATION if _open_to(endpoint, actor)]


def may_search() -> bool:
    """Whether the present actor may search what the desk has."""
    return _open_to("search.show", actor_here())


def entrance(actor: Actor) -> str:
    """The address of the page on which this person's work begins."""
    for endpoint in ENTRANCES:
        if _open_to(endpoint, actor) and actor.is_staff == (endpoint != "apply.mine"):
            return url_for(endpoint)
    # Roles whose work is done by the command line have no desk.
    return url_for("account.show" if actor.is_staff else "public.home")


def _open_to(endpoint: str, actor: Actor | None) -> bool:
    view = current_app.view_functions.get(endpoint)
    return view is not None and is_admitted(rule_of(view), actor)
