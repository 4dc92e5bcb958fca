"""Rules for the end of an entity: the promise of its investors (Implementing Rules 47, 48), and its liquidation."""

from collections.abc import Iterator
from datetime import timedelta

from registration.rules.case import Case
from registration.rules.form.closing import PROMISES
from registration.rules.problems import Problem
from registration.rules.registered_entity import is_announced

# Regulation 32: the deregistration is applied for within so many days of the end of the liquidation.
APPLY_WITHIN = timedelta(days=30)


def _promised(case: Case) -> Iterator[Problem]:
    closing = case.form.closing
    for name in PROMISES if closing else ():
        if not getattr(closing, name):
            yield Problem(f"closing.{name}", "closing.promise_missing")


def _group(case: Case) -> Iterator[Problem]:
    """Company Law 232: a group liquidates, and one of its members is its head."""
    dissolution, chosen = case.form.dissolution, case.form.chosen
    if dissolution is None or chosen is None:
        return
    for name in ("decided_on", "formed_on"):
        day = getattr(dissolution, name)
        if day is not None and day > case.today:
            yield Problem(f"dissolution.{name}", "closing.day_to_come")
    if not is_announced(chosen.matter, case.entity_type.key):
        return
    for name in ("formed_on", "group", "head", "phone"):
        if not getattr(dissolution, name):
            yield Problem(f"dissolution.{name}", "field.missing")
    if dissolution.head and dissolution.group and dissolution.head not in dissolution.group:
        yield Problem("dissolution.head", "dissolution.head_no_member")


def _settled(case: Case) -> Iterator[Problem]:
    settlement = case.form.settlement
    if settlement is None:
        return
    for name in ("paid", "distributed"):
        if not getattr(settlement, name):
            yield Problem(f"settlement.{name}", "settlement.not_done")
    if settlement.completed_on > case.today:
        yield Problem("settlement.completed_on", "closing.day_to_come")


def to_look_at(case: Case) -> Iterator[Problem]:
    """A late application is recorded and no reason to refuse (Regulation 32, 46)."""
    settlement = case.form.settlement
    if settlement is not None and case.today > settlement.completed_on + APPLY_WITHIN:
        late = (case.today - settlement.completed_on - APPLY_WITHIN).days
        yield Problem("settlement.completed_on", "flag.applied_late", {"days": late})


RULES = (_promised, _group, _settled)
