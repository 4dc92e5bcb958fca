"""The reasons for corrections and refusals, and the legal remedies."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

from registration.rules.entity_types import type_row
from registration.rules.languages import pair, said
from registration.rules.norms import cited, in_force, is_old_law, law_day, listed
from registration.rules.reference import texts

if TYPE_CHECKING:
    from registration.rules.facts import Facts

_FILE = "matters/establishment/reasons.yaml"
_BASES = "matters/establishment/bases.yaml"
_LICENCES = "reference/licence_reasons.yaml"
# Parts of a form about contributions: amount, method and date.
_CAPITAL = frozenset({"section.capital", "section.shareholders", "section.investor", "section.partners"})


@cache
def rejection_codes() -> frozenset[str]:
    """R01 to R08: every reason in any law."""
    return frozenset(reasons("rejection"))


@cache
def correction_codes() -> frozenset[str]:
    return frozenset(reasons("correction"))


def reasons(kind: str) -> Mapping[str, Any]:
    """Code -> texts, of `rejection` or `correction`."""
    found: Mapping[str, Any] = texts(_FILE)[kind]
    return found


def reason_law(code: str, *, entity_type: str, regime: str, on: date) -> list[str]:
    """The citations in force on `on` for a refusal with this reason; empty if the law does not have it."""
    row = reasons("rejection")[code]
    known = [*row.get("law", ()), *row.get(type_row(entity_type).family, ())]
    return [citation for citation in known if in_force(citation, law_day(regime, on))]


def reason_article(code: str, *, entity_type: str, regime: str, on: date, lang: str) -> str:
    """The same in words, for the paper and the pages; empty if there is none."""
    law = reason_law(code, entity_type=entity_type, regime=regime, on=on)
    return listed(cited(law, law_day(regime, on), lang), lang)


def condition_words(code: str, lang: str) -> str:
    """The name of the condition for the reason; empty if it has none."""
    name = reasons("rejection")[code].get("if")
    return said(_CONDITIONS[name][1], lang) if name else ""


def possible_reasons(facts: "Facts") -> frozenset[str]:
    """The reasons in the law of the case's regime that the facts of the case allow."""
    return frozenset(code for code in rejection_codes() if why_impossible(code, facts) is None)


def why_impossible(code: str, facts: "Facts") -> Mapping[str, str] | None:
    """Why a refusal cannot use this reason, in both languages; None if it can."""
    if not reason_law(code, entity_type=facts.entity_type, regime=facts.regime, on=facts.today):
        return _NO_GROUND
    name = reasons("rejection")[code].get("if")
    holds, words = _CONDITIONS[name] if name else (_always, {})
    return None if holds(facts) else words


def correction_article(*, regime: str, on: date, lang: str) -> str:
    """The law that requires one notice with everything."""
    return listed(bases(["MR19"], regime=regime, on=on, lang=lang), lang)


def bases(keys: Iterable[str], *, regime: str, on: date, lang: str) -> list[str]:
    """The citations of a workflow's table that are in force under this regime on this day."""
    group = "old" if is_old_law(regime) else "new"
    found = [citation for key in keys for citation in texts(_BASES).get(key, {}).get(group, ())]
    return cited(found, law_day(regime, on), lang)


def remedies(*, regime: str, on: date, lang: str, reconsideration: str = "", court: str = "") -> str:
    """The remedies against a decision: the bodies and the time limits.

    The two bodies are the registrar's data; without them the sentence names their kind. Administrative
    Reconsideration Law arts. 20, 24 (before 2024: 9, 12), its Implementing Regulation art. 17, Administrative
    Litigation Law art. 46.
    """
    day = law_day(regime, on)
    row = next(one for one in texts(_FILE)["remedies"] if day <= one.get("until", date.max))
    usual = texts(_FILE)["authorities"]
    return said(row, lang).format(
        reconsideration=reconsideration or said(usual["reconsideration"], lang),
        court=court or said(usual["court"], lang),
        law=listed(cited(row["law"], day, lang), lang),
    )


def licence_reasons(kind: str) -> Mapping[str, Any]:
    """Code -> texts and what follows, of `reissue`, `revoke` or `reinstate`."""
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
_CONDITIONS: Mapping[str, tuple[Callable[["Facts"], bool], Mapping[str, str]]] = {
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
