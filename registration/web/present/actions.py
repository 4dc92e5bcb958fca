"""What an applicant can do with a case now, read from the table: the pages know no action by its name."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext as _

from registration.clock import local_date, now
from registration.http.context import say
from registration.matters import definition_of
from registration.queries.casefile import CaseFile
from registration.rules.blockers import field_of
from registration.web.present.decisions import Input, blocker_texts, inputs_for
from registration.web.present.law import bases_of
from workflows.definition import UNCHANGED, Action
from workflows.engine import Offer


@dataclass(frozen=True, slots=True)
class Choice:
    """An action of the applicant. `plain` ones need nothing but a click."""

    action: str
    label: str
    style: str
    href: str
    plain: bool
    means: str


@dataclass(frozen=True, slots=True)
class ActionPage:
    """The general page of an action; `standing` lists the obstacles that no field can correct."""

    action: str
    label: str
    style: str
    means: tuple[str, ...]
    fields: tuple[Input, ...]
    basis: tuple[str, ...]
    standing: tuple[str, ...]


def choices(file: CaseFile) -> list[Choice]:
    """What the applicant can do that has no page of its own, in the order of the table."""
    return [_choice(file, offer) for offer in file.offers if _action(file, offer).shown.page is None]


def by_page(file: CaseFile) -> dict[str, Choice]:
    """What the applicant can do on a page of its own, by the page that the table names."""
    return {_action(file, offer).shown.page or "": _choice(file, offer) for offer in file.offers}


def page_of(file: CaseFile, offer: Offer) -> ActionPage:
    table = definition_of(file.case.definition)
    action = table.actions[offer.action]
    return ActionPage(
        action=offer.action,
        label=_label(file, offer),
        style=action.style,
        means=tuple(_means(file, offer)),
        fields=tuple(inputs_for(table, offer)),
        basis=tuple(bases_of(file.case, offer.row.basis, on=local_date(now()))),
        standing=tuple(blocker_texts(one for one in offer.blockers if field_of(one) is None)),
    )


def in_the_way(file: CaseFile, page: str) -> list[str]:
    """Why the action with this page cannot be taken though the form is filled in; empty where it can."""
    asking = by_page(file).get(page)
    offer = file.offer(asking.action) if asking else None
    return [] if offer is None or offer.allowed else list(blocker_texts(offer.blockers))


def taken_words(action: Action) -> str:
    """The message after the action was taken."""
    return say(action.shown.done) if action.shown.done else _("已办理：%(action)s", action=say(action.label))


def _action(file: CaseFile, offer: Offer) -> Action:
    return definition_of(file.case.definition).actions[offer.action]


def _choice(file: CaseFile, offer: Offer) -> Choice:
    action = _action(file, offer)
    return Choice(
        action=offer.action,
        label=_label(file, offer),
        style=action.style,
        href=url_for("progress.take", ref=file.case.ref, action=offer.action),
        plain=not action.asks and action.style != "stop",
        means=say(action.shown.means) if action.shown.means else "",
    )


def _gives_up_draft(file: CaseFile, offer: Offer) -> bool:
    states = definition_of(file.case.definition).states
    return states[file.case.state].kind == "start" and _ends(file, offer)


def _ends(file: CaseFile, offer: Offer) -> bool:
    target = offer.row.to
    return target != UNCHANGED and definition_of(file.case.definition).states[target].kind == "final"


def _label(file: CaseFile, offer: Offer) -> str:
    return _("放弃这份草稿") if _gives_up_draft(file, offer) else say(_action(file, offer).label)


def _means(file: CaseFile, offer: Offer) -> Iterator[str]:
    """The table's own text for the action, then the text that follows from its target."""
    own = _action(file, offer).shown.means
    if _gives_up_draft(file, offer):
        yield _("放弃以后不能再填写，内容只能查看。")
    elif own is not None:
        yield say(own)
    if _ends(file, offer):
        if file.facts.reservation is not None:
            yield _("名称仍为您保留到原来的日期。")
        return
    table = definition_of(file.case.definition)
    target = table.states[offer.row.target_from(file.case.state)]
    if offer.row.to != UNCHANGED and target.shown.next is not None:
        yield _("办理以后：%(next)s。", next=say(target.shown.next))
