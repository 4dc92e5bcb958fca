"""Rules for the promise before a simple deregistration (Implementing Rules 47, 48)."""

from collections.abc import Iterator

from registration.rules.case import Case
from registration.rules.form.closing import PROMISES
from registration.rules.problems import Problem


def _promised(case: Case) -> Iterator[Problem]:
    closing = case.form.closing
    if closing is None:
        return
    for name in PROMISES:
        if not getattr(closing, name):
            yield Problem(f"closing.{name}", "closing.promise_missing")


RULES = (_promised,)
