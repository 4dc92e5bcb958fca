"""The declarations of a signer: the materials are true, and nothing disqualifies the person from a post."""

from collections.abc import Iterable
from datetime import date

from registration.rules.languages import OF_PAPERS, formatted, said
from registration.rules.norms import cited, law_day, listed
from registration.rules.reference import texts

_FILE = "matters/establishment/declarations.yaml"
# The general declaration of signatures from before the declarations were listed separately.
AGREED = "agree"


def declarations_for(capacities: Iterable[str], *, regime: str, on: date) -> tuple[str, ...]:
    """The declarations that go with these capacities, in order (Company Law art. 178, Regulation arts. 12, 17)."""
    held, day = frozenset(capacities), law_day(regime, on)
    return tuple(
        key
        for key, row in texts(_FILE).items()
        if (not row.get("capacities") or held.intersection(row["capacities"]))
        and (not row.get("only") or cited(row["law"], day, OF_PAPERS))
    )


def order(key: str) -> int:
    """The position of a declaration in the list of all."""
    return list(texts(_FILE)).index(key)


def declaration_text(key: str, *, regime: str, on: date, lang: str) -> str:
    """The text of one declaration, with its legal basis."""
    row = texts(_FILE)[key]
    law = cited(row.get("law", ()), law_day(regime, on), lang)
    if not law:
        return said(row, lang)
    return formatted("in_brackets", lang, words=said(row, lang), more=listed(law, lang))
