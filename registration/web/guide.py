"""The guide before the form, without an account: questions that lead to a type, a registrar and what to have at hand.

All answers are in the address, so that it can be kept, sent to others, and left by the browser's back button. A matter
on a registered entity has one page, made from its item of the power list.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from registration.access import access
from registration.clock import now
from registration.http.context import PUBLIC_LIMIT, limiter, say
from registration.matters import founding_matters, matter_title, matters
from registration.models import Registrar
from registration.queries.accounts import registrars
from registration.rules.choices import choices_of
from registration.rules.entity_types import EntityType, entity_types
from registration.rules.form import ESTABLISHMENT
from registration.rules.guide import accepted, fitting, next_question, questions
from registration.rules.jurisdiction import regions_served, registrar_problems, tenures_not_here
from registration.rules.matter_folders import matter_data
from registration.rules.scope import permit_of, prohibited_in
from registration.rules.scope_general import found_for, idea_in
from registration.rules.scope_trades import items_of_trade, trade_of, trades
from registration.web.kept_pages import Page, same_for_all
from registration.web.lists import listed_power
from registration.web.present.districts import districts_served
from registration.web.present.guide import compared, preparation
from registration.web.present.kinds import regime_words
from registration.web.present.lists import limit_words
from registration.web.present.matter_guide import choices, papers, types_shown

blueprint = Blueprint("guide", __name__, url_prefix="/guide")

# Items that a search shows at most.
FOUND = 12
# The questions beside those of the entity types; `asked` in an address is the question that was just answered.
MATTER, TYPE, REGION, TENURE, ASKED = "matter", "entity_type", "region", "tenure", "asked"


@dataclass(frozen=True, slots=True)
class Step:
    """A question with its choices (value, words) and, once answered, the value."""

    key: str
    words: str
    options: Sequence[tuple[str, str]]
    answer: str = ""
    hint: str = ""

    @property
    def answer_words(self) -> str:
        return dict(self.options)[self.answer]


@blueprint.get("")
@access("public")
@limiter.limit(PUBLIC_LIMIT)
@same_for_all
def ask() -> Page:
    """The next question, or the answer. An address with more than the accepted answers leads to one without."""
    steps, row, registrar = _steps(request.args)
    answers: dict[str, Any] = {step.key: step.answer for step in steps if step.answer}
    step = next((step for step in steps if not step.answer), None)
    missed = step is not None and request.args.get(ASKED) == step.key
    if not missed and answers != request.args.to_dict():
        return redirect(url_for("guide.ask", **answers))
    done = [(one, _before(steps, one)) for one in steps if one.answer]
    if step is not None:
        problems = [(step.key, _("请选择一项"))] if missed else []
        return render_template("guide/question.html", step=step, done=done, answers=answers, problems=problems)
    return _answer_page(answers, row, registrar, done)


@blueprint.get("/types")
@access("public")
@limiter.limit(PUBLIC_LIMIT)
@same_for_all
def types() -> Page:
    """All entity types beside each other."""
    return render_template("guide/types.html", rows=compared(now=now()))


@blueprint.get("/scope")
@access("public")
@limiter.limit(PUBLIC_LIMIT)
def scope() -> str:
    """What a business is called in the catalogue, and which permits it needs before and after registration."""
    sought, trade = request.args.get("q", "").strip(), trade_of(request.args.get("trade", ""))
    found = found_for(sought, limit=FOUND) if sought else items_of_trade(trade.code) if trade else []
    return render_template(
        "guide/scope.html",
        sought=sought,
        trade=None if sought else trade,
        trades=trades(),
        idea=idea_in(sought),
        trade_of=trade_of,
        found=found,
        prohibited=prohibited_in(sought),
        permit_of=permit_of,
    )


@blueprint.get("/matters/<matter>")
@access("public")
@limiter.limit(PUBLIC_LIMIT)
def matter(matter: str) -> str | Response:
    """What a matter on a registered entity takes, of all types or of one; a founding has the questions instead."""
    record = listed_power(matter)
    if matter in founding_matters():
        return redirect(url_for("guide.ask", matter=matter))
    types = types_shown(record, request.args.get(TYPE, ""))
    return render_template(
        "guide/matter.html",
        item=record,
        texts=matter_data(matter).start,
        types=types,
        kinds=[(one.key, say(one.name)) for one in record.applies_to],
        choices=choices(record, types),
        papers=papers(types),
        chosen=types[0].key if len(types) == 1 else "",
        limit_words=limit_words,
        regime_words=regime_words,
    )


def later_matters() -> list[tuple[str, str]]:
    """(key, title) of the matters on a registered entity."""
    return [(key, say(matter_title(key))) for key in matters() if key not in founding_matters()]


def _steps(given: Mapping[str, str]) -> tuple[list[Step], EntityType | None, Registrar | None]:
    """The questions in their order: those answered, then at most one that is not; the type and the registrar so far."""
    titles = [(key, say(matter_title(key))) for key in founding_matters()]
    steps = [_step(MATTER, _("您要办什么"), titles, given)] if len(titles) > 1 else []
    matter = steps[0].answer if steps else ESTABLISHMENT
    if matter != ESTABLISHMENT:
        return steps, None, None
    about_type = _about_type(given)
    steps += about_type
    if not about_type[-1].answer:
        return steps, None, None
    row = next(row for row in entity_types() if row.key in _types_left(about_type))
    steps.append(_step(REGION, _("在哪个区县经营"), districts_served(), given))
    registrar = _registrar(row, steps[-1].answer) if steps[-1].answer else None
    if registrar is not None:
        barred = tenures_not_here(row.key, declared=registrar.declared_domicile)
        ways = [(key, say(words)) for key, words in choices_of("domicile.tenure").items() if key not in barred]
        steps.append(_step(TENURE, _("经营的地方怎么来的"), ways, given))
    return steps, row, registrar


def _step(key: str, words: str, options: Sequence[tuple[str, str]], given: Mapping[str, str]) -> Step:
    answer = given.get(key, "")
    return Step(key, words, options, answer if answer in dict(options) else "")


def _about_type(given: Mapping[str, str]) -> list[Step]:
    """The type itself where it is given, as by the comparison; else the questions that lead to it."""
    kinds = [(row.key, say(row.name)) for row in entity_types()]
    if given.get(TYPE) in dict(kinds):
        return [_step(TYPE, _("企业类型"), kinds, given)]
    answers = accepted(given)
    steps = [
        Step(one.key, say(one.words), [(key, say(words)) for key, words in one.options.items()], answers[one.key])
        for one in questions()
        if one.key in answers
    ]
    left = next_question(answers)
    if left is not None:
        options = [(key, say(words)) for key, words in left.options.items()]
        steps.append(Step(left.key, say(left.words), options, hint=say(left.hint) if left.hint else ""))
    return steps


def _types_left(steps: Sequence[Step]) -> set[str]:
    if steps[0].key == TYPE:
        return {steps[0].answer}
    return {row.key for row in fitting({step.key: step.answer for step in steps})}


def _registrar(row: EntityType, region: str) -> Registrar | None:
    """The registrar for the type in a district: of those that serve it the one with the fewest districts."""
    able = [one for one in registrars() if not registrar_problems(one.code, entity_type=row.key)]
    serving = (one for one in able if region in regions_served(one.regions, entity_type=row.key))
    return min(serving, key=lambda one: len(one.regions), default=None)


def _before(steps: Sequence[Step], changed: Step) -> str:
    """The address in which this question and those after it are open again."""
    kept: dict[str, Any] = {step.key: step.answer for step in steps[: steps.index(changed)]}
    return url_for("guide.ask", **kept)


def _answer_page(
    answers: Mapping[str, str], row: EntityType | None, registrar: Registrar | None, done: Sequence[tuple[Step, str]]
) -> str:
    matter = answers.get(MATTER, ESTABLISHMENT)
    ready = preparation(row, registrar, tenure=answers[TENURE], now=now()) if row and registrar else None
    return render_template(
        "guide/answer.html",
        matter=matter,
        title=say(matter_title(matter)),
        texts=matter_data(matter).start,
        row=row,
        registrar=registrar,
        ready=ready,
        done=done,
    )


blueprint.add_app_template_global(later_matters, "later_matters")
