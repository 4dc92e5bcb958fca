"""Opinions and reasons that the office can choose: those of the matters to read, the registrar's own to change."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from registration.access import ObjectFacts, access, allows
from registration.clock import local_date, now
from registration.database import reading
from registration.errors import InvalidInput
from registration.http.context import lang_here, say, the_actor
from registration.matters import current, definition_of, matters
from registration.models import OwnPhrase
from registration.operations import phrases
from registration.operations.phrases import PhraseData
from registration.queries import phrases as known
from registration.rules.city import city
from registration.rules.matter_folders import PACKAGED, matter_data
from registration.rules.norms import cited, norm_keys, norm_title, version_on
from registration.rules.own_phrases import CORRECTION, KINDS, OPINION, REFUSAL, filled
from registration.rules.reasons import condition_words, correction_reasons, rejection_reasons
from registration.web import confirming
from registration.web.account import problem_texts
from workflows.definition.values import CHINESE, DEFAULTS

blueprint = Blueprint("phrases", __name__, url_prefix="/desk/phrases")

Page = str | Response | tuple[str, int]
Problems = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Standard:
    """A text of the matter or of the bureau: where it is offered, `more` its law or remedy, `source` its file."""

    where: str
    code: str
    words: str
    more: str
    condition: str
    source: str


@blueprint.get("")
@access("phrase.read")
def listed() -> str:
    return _page()


@blueprint.post("")
@access("phrase.change")
def add() -> Page:
    kind = request.form.get("kind", "")
    try:
        row = phrases.add(_typed(kind), actor=the_actor(), now=now())
    except InvalidInput as invalid:
        return _page(problem_texts(invalid.problems), kind=kind, typed=request.form), invalid.status
    flash(_("已经提出，等另一人决定") if row.status == "proposed" else _("已经加上，办理时可以选用"), "ok")
    return _back(kind)


@blueprint.post("/<phrase>")
@access("phrase.change")
def change(phrase: str) -> Page:
    """Moves it up or down, ends it, or decides on a proposed one."""
    step, words = request.form.get("step", ""), request.form.get("words", "")
    decides = step not in ("up", "down", "end")
    if decides and (asks := confirming.asked_first(_("决定一项设置的变更"), back=url_for("phrases.listed"))):
        return asks
    try:
        if step in ("up", "down"):
            phrases.move(phrase, up=step == "up", actor=the_actor(), now=now())
        elif step == "end":
            phrases.end(phrase, actor=the_actor(), now=now())
            flash(_("已经停用；用过它的申请保留原来的文字"), "ok")
        else:
            phrases.decide(phrase, step, words=words, actor=the_actor(), now=now())
            flash(_("已经记下决定"), "ok")
    except InvalidInput as invalid:
        return _page([(f"{at}-{phrase}", text) for at, text in problem_texts(invalid.problems)]), invalid.status
    return _back(request.form.get("kind", ""))


def _back(kind: str) -> Response:
    return redirect(url_for("phrases.listed", kind=kind if kind in KINDS else None), 303)


def _typed(kind: str) -> PhraseData:
    given = request.form
    law = tuple(one.strip() for one in given.get("law", "").replace("，", ",").split(",") if one.strip())
    words, remedy = ({lang: given.get(f"{name}.{lang}", "") for lang in DEFAULTS} for name in ("words", "remedy"))
    matter, action = given.get("matter", ""), given.get("action", "")
    return PhraseData(kind=kind, matter=matter, words=words, remedy=remedy, action=action, law=law)


def _page(problems: Problems = (), *, kind: str = "", typed: Mapping[str, str] | None = None) -> str:
    asked = kind or request.args.get("kind") or request.form.get("kind") or OPINION
    shown = asked if asked in KINDS else OPINION
    with reading() as session:
        rows = [one for one in known.phrases_of(session, actor=the_actor()) if one.kind == shown]
    return render_template(
        "phrases/listed.html",
        kind=shown,
        kinds=[(one, _kind(one)) for one in KINDS],
        standard=list(_standard(shown)),
        rows=[(row, known.code_of(row), _where(row), _more(row)) for row in rows if row.status in ("used", "proposed")],
        past=[(row, known.code_of(row), _status(row)) for row in rows if row.status not in ("used", "proposed")],
        matters=[(one, say(_table(one).title)) for one in matters()],
        actions=list(_actions()),
        norms=_norms() if shown == REFUSAL else [],
        chinese=CHINESE,
        others=DEFAULTS[1:],
        may_change=allows("phrase.change", the_actor(), ObjectFacts()),
        typed=typed or {},
        problems=problems,
    )


def _kind(kind: str) -> str:
    return {OPINION: _("办理意见"), CORRECTION: _("补正理由"), REFUSAL: _("驳回理由")}[kind]


def _status(row: OwnPhrase) -> str:
    return {"ended": _("已经停用"), "refused": _("已经退回"), "withdrawn": _("已经撤回")}[row.status]


def _table(matter: str) -> Any:
    return definition_of(str(current(matter, chosen={})))


def _actions() -> Iterator[tuple[str, str]]:
    for matter in matters():
        known_actions = _table(matter).actions
        for action in matter_data(matter).opinions.opinions:
            yield action, say(known_actions[action].label) if action in known_actions else action


def _where(row: OwnPhrase) -> str:
    return dict(_actions()).get(row.action, row.action) if row.kind == OPINION else ""


def _more(row: OwnPhrase) -> str:
    if row.kind == REFUSAL:
        return "; ".join(cited(row.law, local_date(now()), lang_here()))
    return say(filled(row.remedy)) if row.remedy else ""


def _standard(kind: str) -> Iterator[Standard]:
    for matter in matters():
        if kind == OPINION:
            yield from _standard_opinions(matter)
        elif kind == CORRECTION:
            own = matter_data(matter).reasons.correction
            for code, row in correction_reasons(matter).items():
                file = _file(matter, "reasons.yaml") if code in own else "reference/reasons.yaml"
                if "-" not in code:
                    yield Standard("", code, say(row.words), say(row.remedy), "", file)
        else:
            yield from _standard_refusals(matter)


def _standard_opinions(matter: str) -> Iterator[Standard]:
    labels = dict(_actions())
    for action, texts in matter_data(matter).opinions.opinions.items():
        for key, words in texts.items():
            yield Standard(labels[action], key, say(words), "", "", _file(matter, "opinions.yaml"))
    for one in city().opinions:
        if not one.registrars or the_actor().registrar_code in one.registrars:
            yield Standard(labels.get(one.action, one.action), one.key, say(one.text), "", "", "opinions.yaml")


def _standard_refusals(matter: str) -> Iterator[Standard]:
    today = local_date(now())
    for code in matter_data(matter).reasons.rejection:
        row = rejection_reasons(matter)[code]
        law = dict.fromkeys([*row.law, *(one for family in row.families.values() for one in family)])
        condition = condition_words(code, lang_here(), matter=matter)
        unless = _("除非：%(condition)s", condition=condition) if condition else ""
        more = "; ".join(cited(law, today, lang_here()))
        yield Standard("", code, say(row.words), more, unless, _file(matter, "reasons.yaml"))


def _file(matter: str, name: str) -> str:
    """The file as it is called in the folder of the matters."""
    return str(Path(PACKAGED.name, matter, name))


def _norms() -> list[tuple[str, str]]:
    """(key, title) of the law in force today."""
    found = [(key, version_on(key, local_date(now()))) for key in sorted(norm_keys())]
    return [(key, norm_title(one, lang_here())) for key, one in found if one is not None]
