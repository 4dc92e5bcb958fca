"""Asks once more who one is before a step that decides something, where it was shown too long ago: by the password, or
by signing in anew at a provider that is linked to the account."""

from functools import cache

from flask import render_template, request

from registration.clock import now
from registration.errors import InvalidInput, TooManyAttempts
from registration.http.context import settings_here, the_actor
from registration.matters import definition_of
from registration.operations import accounts
from registration.queries.identities import links_of
from registration.web.account import problem_texts, wait_words
from registration.web.providers import offered
from registration.web.resending import ONCE_MORE, typed_here
from workflows.analytics.milestones import decisions


def decides(definition: str, action: str) -> bool:
    """Whether the action ends the examination of a case, for it or against it."""
    return action in _deciding(definition)


@cache
def _deciding(definition: str) -> frozenset[str]:
    return frozenset(action for action, _source, _target in decisions(definition_of(definition)))


def asked_first(what: str, *, back: str) -> tuple[str, int] | None:
    """None where the step may go on; else the page that asks, which keeps all that was typed and sends it again.

    `what` is the step in words, `back` the address of the page that it came from.
    """
    actor, at = the_actor(), now()
    if not accounts.must_confirm(actor, now=at):
        return None
    problems, status = [], 200
    if ONCE_MORE in request.form:
        try:
            accounts.confirm(actor, request.form[ONCE_MORE], path=ONCE_MORE, now=at)
        except InvalidInput as wrong:
            problems, status = problem_texts(wrong.problems), wrong.status
        except TooManyAttempts as refused:
            problems, status = [(ONCE_MORE, wait_words(refused))], refused.status
        else:
            return None
    linked = {one.provider for one in links_of(actor.account_id)}
    page = render_template(
        "account/confirm.html",
        what=what,
        back=back,
        typed=typed_here().fields,
        field=ONCE_MORE,
        minutes=settings_here().confirm_minutes,
        has_password=bool(accounts.own_account(actor).password_hash),
        providers=[(key, name) for key, name in offered() if key in linked],
        onward=request.full_path.rstrip("?"),
        problems=problems,
    )
    return page, status
