"""The opinion on an action, chosen or typed on the page of the file."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import request
from markupsafe import Markup

from registration.http.context import say
from registration.queries.casefile import CaseFile
from registration.rules.languages import said
from registration.rules.opinions import opinions_for
from registration.web.present.decisions import Bar, Button
from workflows.definition.values import CHINESE


@dataclass(frozen=True)
class Opinion:
    """An action that needs nothing but an opinion.

    `choices` are (key, words, the Chinese that goes into the file where the words are in another language), `chosen` is
    the key of one, `typed` what was written instead.
    """

    button: Button
    choices: tuple[tuple[str, str, Markup], ...]
    chosen: str
    typed: str


def opinions_of(file: CaseFile, bar: Bar, before: Mapping[str, str]) -> dict[str, Opinion]:
    """The actions of the bar that are taken without another page, with the first text chosen.

    `before` are opinions of decisions that did not leave, by action.
    """
    return {button.action: _opinion(file, button, before) for button in bar.buttons if button.asks == ("opinion",)}


def chosen_opinion(file: CaseFile, action: str) -> str:
    """What was typed for this action on the page of the file, else the text that was chosen; empty without either."""
    typed = request.form.get(f"opinion.{action}", "").strip()
    chosen = _texts(file, action).get(request.form.get(f"opinion_of.{action}", ""))
    return typed or (said(chosen, CHINESE) if chosen else "")


def drafts_here() -> dict[str, str]:
    """What was chosen and typed in the bar of the file, for a page that leads back there."""
    return {
        name: value for name, value in request.form.items() if value and name.startswith(("opinion.", "opinion_of."))
    }


def _opinion(file: CaseFile, button: Button, before: Mapping[str, str]) -> Opinion:
    texts = _texts(file, button.action)
    choices = tuple((key, say(words), _kept(words)) for key, words in texts.items())
    chosen = request.form.get(f"opinion_of.{button.action}") or next(iter(texts), "")
    typed = request.form.get(f"opinion.{button.action}", before.get(button.action, ""))
    return Opinion(button, choices, chosen, typed)


def _kept(words: Mapping[str, str]) -> Markup:
    """The Chinese text, where the page shows another."""
    kept = said(words, CHINESE)
    return Markup('<span lang="zh-Hans">{}</span>').format(kept) if kept != say(words) else Markup("")


def _texts(file: CaseFile, action: str) -> dict[str, Mapping[str, str]]:
    return opinions_for(action, matter=file.case.matter, registrar_code=file.case.registrar_code)
