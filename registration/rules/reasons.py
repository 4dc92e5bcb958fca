"""The reasons for corrections and refusals, and the legal remedies."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

from registration.rules.entity_types import type_row
from registration.rules.folder_files import Closed
from registration.rules.languages import pair, said
from registration.rules.matter_folders import matter_data
from registration.rules.matter_shapes import BasisRow, CorrectionReason, RefusalReason, Remedy
from registration.rules.norms import cited, in_force, is_old_law, law_day, listed
from registration.rules.own_phrases import CORRECTION, REFUSAL, is_offered, own_phrases
from registration.rules.reference import Said, texts

if TYPE_CHECKING:
    from registration.rules.facts import Facts

Row = TypeVar("Row")
_LICENCES = "reference/licence_reasons.yaml"
# Parts of a form about contributions: amount, method and date.
_CAPITAL = frozenset(
    {"section.capital", "section.shareholders", "section.investor", "section.partners", "section.members"}
)


class _Authorities(Closed):
    reconsideration: Said
    court: Said


class _SharedReasons(Closed):
    """reference/reasons.yaml: what all matters have."""

    correction: Mapping[str, CorrectionReason]
    remedies: tuple[Remedy, ...]
    authorities: _Authorities


@cache
def _shared() -> _SharedReasons:
    return _SharedReasons.model_validate(dict(texts("reference/reasons.yaml")))


@cache
def _shared_bases() -> Mapping[str, BasisRow]:
    return {key: BasisRow.model_validate(row) for key, row in texts("reference/bases.yaml").items()}


def rejection_reasons(matter: str) -> Mapping[str, RefusalReason]:
    """Code -> reason to refuse an application in this matter, in any law; with those of all registrars."""
    own = {one.code: one.refusal for one in own_phrases(REFUSAL, matter=matter)}
    return {**matter_data(matter).reasons.rejection, **own}


def offered_rejections(matter: str, *, registrar: str) -> Mapping[str, RefusalReason]:
    """Those that this registrar can choose now."""
    return _offered(rejection_reasons(matter), REFUSAL, matter, registrar)


def correction_reasons(matter: str) -> Mapping[str, CorrectionReason]:
    """Code -> reason to ask for a correction, by code: those of all matters, the matter's own, those of registrars."""
    own = {one.code: one.correction for one in own_phrases(CORRECTION, matter=matter)}
    return {**dict(sorted({**_shared().correction, **matter_data(matter).reasons.correction}.items())), **own}


def offered_corrections(matter: str, *, registrar: str) -> Mapping[str, CorrectionReason]:
    """Those that this registrar can choose now."""
    return _offered(correction_reasons(matter), CORRECTION, matter, registrar)


def _offered(rows: Mapping[str, Row], kind: str, matter: str, registrar: str) -> Mapping[str, Row]:
    about = {"kind": kind, "matter": matter, "registrar": registrar}
    return {code: row for code, row in rows.items() if is_offered(code, **about)}


def known_bases(matter: str) -> Mapping[str, BasisRow]:
    """Key of a citation in a table -> its meaning: those of all matters and the matter's own."""
    return {**_shared_bases(), **matter_data(matter).bases}


def reason_law(code: str, *, matter: str, entity_type: str, regime: str, on: date) -> list[str]:
    """The citations in force on `on` for a refusal with this reason; empty if the law does not have it."""
    row = rejection_reasons(matter)[code]
    known = [*row.law, *row.families.get(type_row(entity_type).family, ())]
    return [citation for citation in known if in_force(citation, law_day(regime, on))]


def reason_article(code: str, *, matter: str, entity_type: str, regime: str, on: date, lang: str) -> str:
    """The same in words, for the paper and the pages; empty if there is none."""
    law = reason_law(code, matter=matter, entity_type=entity_type, regime=regime, on=on)
    return listed(cited(law, law_day(regime, on), lang), lang)


def condition_words(code: str, lang: str, *, matter: str) -> str:
    """The name of the condition for the reason; empty if it has none."""
    name = rejection_reasons(matter)[code].needs
    return said(CONDITIONS[name][1], lang) if name else ""


def possible_reasons(facts: "Facts") -> frozenset[str]:
    """The reasons in the law of the case's regime that the facts of the case allow."""
    return frozenset(code for code in rejection_reasons(facts.matter) if why_impossible(code, facts) is None)


def why_impossible(code: str, facts: "Facts") -> Mapping[str, str] | None:
    """Why a refusal cannot use this reason, in both languages; None if it can."""
    if not is_offered(code, kind=REFUSAL, matter=facts.matter, registrar=facts.registrar):
        return _NO_GROUND
    about = {"matter": facts.matter, "entity_type": facts.entity_type, "regime": facts.regime}
    if not reason_law(code, **about, on=facts.today):
        return _NO_GROUND
    name = rejection_reasons(facts.matter)[code].needs
    holds, words = CONDITIONS[name] if name else (_always, {})
    return None if holds(facts) else words


def correction_article(*, regime: str, on: date, lang: str) -> str:
    """The law that requires one notice with everything."""
    return listed(_law_of([_shared_bases()["MR19"]], regime=regime, on=on, lang=lang), lang)


def bases(keys: Iterable[str], *, matter: str, regime: str, on: date, lang: str) -> list[str]:
    """The citations of a workflow's table that are in force under this regime on this day."""
    known = known_bases(matter)
    return _law_of((known[key] for key in keys if key in known), regime=regime, on=on, lang=lang)


def _law_of(rows: Iterable[BasisRow], *, regime: str, on: date, lang: str) -> list[str]:
    found = [citation for row in rows for citation in (row.old if is_old_law(regime) else row.new)]
    return cited(found, law_day(regime, on), lang)


def remedies(*, regime: str, on: date, lang: str, reconsideration: str = "", court: str = "") -> str:
    """The remedies against a decision: the bodies and the time limits.

    The two bodies are the registrar's data; without them the sentence names their kind. Administrative
    Reconsideration Law arts. 20, 24 (before 2024: 9, 12), its Implementing Regulation art. 17, Administrative
    Litigation Law art. 46.
    """
    day = law_day(regime, on)
    row = next(one for one in _shared().remedies if day <= one.until)
    usual = _shared().authorities
    return said(row.words, lang).format(
        reconsideration=reconsideration or said(usual.reconsideration, lang),
        court=court or said(usual.court, lang),
        law=listed(cited(row.law, day, lang), lang),
    )


def licence_reasons(kind: str) -> Mapping[str, Any]:
    """Code -> texts and what follows, of `correct`, `lost`, `revoke` or `reinstate`."""
    found: Mapping[str, Any] = texts(_LICENCES)[kind]
    return found


def licence_reason(code: str | None) -> Mapping[str, Any] | None:
    """The texts of one code of any kind of reason."""
    return next((rows[code] for rows in texts(_LICENCES).values() if code in rows), None)


def _always(_: "Facts") -> bool:
    return True


def _bears_a_name(facts: "Facts") -> bool:
    """An individual business may go without a name (Regulation art. 8)."""
    return bool(facts.form.get("name"))


def _had_corrections(facts: "Facts") -> bool:
    return bool(facts.noticed_targets)


def _was_asked_to_adjust_capital(facts: "Facts") -> bool:
    return not _CAPITAL.isdisjoint(facts.noticed_targets)


_NO_GROUND = pair(
    "本申请适用的法律没有规定这一理由", "the law that applies to this application does not know this reason"
)
# The conditions that a reason may name, each with its text.
CONDITIONS: Mapping[str, tuple[Callable[["Facts"], bool], Mapping[str, str]]] = {
    "bears_a_name": (
        _bears_a_name,
        pair("这份申请没有使用名称", "this application uses no name"),
    ),
    "was_told_to_correct": (
        _had_corrections,
        pair("还没有发过一次性告知书", "no one-time notice has been sent yet"),
    ),
    "was_asked_to_adjust_capital": (
        _was_asked_to_adjust_capital,
        pair(
            "还没有告知申请人调整注册资本或者出资，请先发一次性告知书",
            "the applicant has not been asked to adjust capital or contributions: please send the notice first",
        ),
    ),
}
