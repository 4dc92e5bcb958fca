"""The declarations of a signer: the materials are true, and nothing disqualifies the person from a post."""

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache

from registration.rules.languages import OF_PAPERS, formatted, said
from registration.rules.matter_folders import matter_data
from registration.rules.matter_shapes import DeclarationRow
from registration.rules.norms import cited, law_day, listed
from registration.rules.reference import texts

# The general declaration of signatures from before the declarations were listed separately.
AGREED = "agree"


@cache
def _shared() -> Mapping[str, DeclarationRow]:
    return {key: DeclarationRow.model_validate(row) for key, row in texts("reference/declarations.yaml").items()}


def known_declarations(matter: str) -> Mapping[str, DeclarationRow]:
    """Key -> declaration, in order: those of all matters, then the matter's own."""
    return {**_shared(), **matter_data(matter).declarations}


def declarations_for(
    capacities: Iterable[str], *, matter: str, items: Iterable[str] = (), regime: str, on: date
) -> tuple[str, ...]:
    """The declarations that go with these capacities, in order (Company Law art. 178, Regulation arts. 12, 17).

    `items`: what the application has chosen, where its matter has a choice.
    """
    held, chosen, day = frozenset(capacities), frozenset(items), law_day(regime, on)
    return tuple(
        key
        for key, row in known_declarations(matter).items()
        if (not row.capacities or held.intersection(row.capacities))
        and (not row.items or chosen.intersection(row.items))
        and (not row.only or cited(row.law, day, OF_PAPERS))
    )


def order(key: str, *, matter: str) -> int:
    """The position of a declaration in the list of all."""
    return list(known_declarations(matter)).index(key)


def declaration_text(key: str, *, matter: str, regime: str, on: date, lang: str) -> str:
    """The text of one declaration, with its legal basis."""
    row = known_declarations(matter)[key]
    law, words = cited(row.law, law_day(regime, on), lang), said(row.words, lang)
    if not law:
        return words
    return formatted("in_brackets", lang, words=words, more=listed(law, lang))
