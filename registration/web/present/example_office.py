"""The people of the example office on the home page: who each is, and their pending work."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from flask import current_app, render_template
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from sqlmodel import Session, col, select

from registration.actor import Actor
from registration.http.context import lang_here
from registration.keys.account_names import login_key
from registration.models import Account
from registration.operations import accounts, samples
from registration.operations.samples import SampleAccount
from registration.queries.example_office import Filling, Waiting, filling, latest_rows, waiting_for
from registration.web.wording import place_words, registrar_names, role_words

_KEPT = "example office"


# What those find who work on no case.
_ADMINISTRATION = {
    "secadmin": _l("人员账户：一位提出，另一位决定"),
    "auditor": _l("审计记录：谁在什么时候做了什么"),
    "sysadmin": _l("工作日历、号段、登记机关、待处理任务，看不到申请内容"),
    "archivist": _l("到期归档的申请，查阅登记档案"),
    "hotline": _l("凭查询码查进度，代为提交诉求，查找答案"),
}


@dataclass(frozen=True)
class Person:
    """An account to sign in with; `finds` is a sentence about the pending work."""

    login: str
    who: str
    finds: str


@dataclass(frozen=True)
class Overview:
    """The people by the place where they work, as a part of a page, and how far the office is filled."""

    people: Markup
    filling: Filling | None


@dataclass(frozen=True)
class _Kept:
    """What the home page shows while the newest rows and the minute are `made_from`."""

    made_from: tuple[object, ...]
    waiting: Mapping[str, Waiting]
    overviews: dict[str, Overview]


def overview(session: Session, *, now: datetime) -> Overview:
    """It is kept, in each language, until a row is added or the minute is over: the home page would otherwise read some
    150 counts each time."""
    made_from = (*latest_rows(session), now.replace(second=0, microsecond=0))
    kept = current_app.extensions.get(_KEPT)
    if kept is None or kept.made_from != made_from:
        kept = current_app.extensions[_KEPT] = _Kept(made_from, _waiting(session, now), {})
    lang = lang_here()
    if lang not in kept.overviews:
        kept.overviews[lang] = _overview(session, kept.waiting)
    return kept.overviews[lang]


def _overview(session: Session, waiting: Mapping[str, Waiting]) -> Overview:
    names, places = registrar_names(), dict[str, list[Person]]()
    for sample in samples.ACCOUNTS:
        if (numbers := waiting.get(login_key(sample.login))) is not None:
            person = Person(sample.login, _who(sample), _finds(numbers, sample))
            places.setdefault(_place(sample, names), []).append(person)
    people = render_template("public/_example_people.html", places=places)
    return Overview(Markup(people), filling(session))  # noqa: S704 - made by our own template


def _place(sample: SampleAccount, names: Mapping[str, str]) -> str:
    if sample.agency:
        return _("各部门")
    if sample.registrar_code is None:
        return _("管理和审计") if sample.roles else role_words(())
    return names[sample.registrar_code]


def _waiting(session: Session, now: datetime) -> Mapping[str, Waiting]:
    """The counts of all sample accounts by login."""
    return {login: waiting_for(session, actor=actor, now=now) for login, actor in _actors(session).items()}


def _actors(session: Session) -> dict[str, Actor]:
    """The sample accounts that may sign in, by the stored form of their logins."""
    logins = [login_key(sample.login) for sample in samples.ACCOUNTS]
    found = session.exec(select(Account).where(col(Account.login).in_(logins), col(Account.disabled_at).is_(None)))
    return {account.login: accounts.actor_of(account) for account in found}


def _who(sample: SampleAccount) -> str:
    if not sample.roles:
        return sample.name
    return place_words(sample) if sample.agency else role_words(sample.roles)


def _finds(waiting: Waiting, sample: SampleAccount) -> str:
    numbers = asdict(waiting)
    if not sample.roles:
        return _("%(all)s件申请：%(mine)s件等您接着办，%(open)s件在登记机关，%(ready)s件有了执照", **numbers)
    if sample.agency:
        return _("%(open)s件等本部门办理，其中超期%(overdue)s件", **numbers)
    if sample.roles[0] in _ADMINISTRATION:
        return str(_ADMINISTRATION[sample.roles[0]])
    if "licensing" in sample.roles:
        return _("%(ready)s份执照制好了，等人来领", **numbers)
    if {"approver", "director"} & {*sample.roles}:
        words = _("%(approval)s件等核准或者决定，本机关超期%(overdue)s件", **numbers)
        return words + (_("；%(proposals)s件执照事项等第二人决定", **numbers) if waiting.proposals else "")
    words = _("%(open)s件可以领取，%(mine)s件在手上，其中超期%(late)s件", **numbers)
    return words + (_("；%(objections)s件有部门异议", **numbers) if waiting.objections else "")
