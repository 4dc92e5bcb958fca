"""What a signer declares by signing: the truth of the materials, and that nothing disqualifies from a post."""

from collections.abc import Iterable
from datetime import date

from registration.rules.norms import Lang, cited, law_day, listed
from registration.rules.reference import texts

_FILE = "matters/establishment/declarations.yaml"
# What everybody agreed to before the declarations were listed one by one.
AGREED = "agree"


def declarations_for(capacities: Iterable[str], *, regime: str, on: date) -> tuple[str, ...]:
    """The declarations that go with these capacities, in order (Company Law art. 178, Regulation arts. 12, 17)."""
    held, day = frozenset(capacities), law_day(regime, on)
    return tuple(
        key
        for key, row in texts(_FILE).items()
        if (not row.get("capacities") or held.intersection(row["capacities"]))
        and (not row.get("only") or cited(row["law"], day, "zh"))
    )


def order(key: str) -> int:
    """Where a declaration stands among all."""
    return list(texts(_FILE)).index(key)


def declaration_text(key: str, *, regime: str, on: date, lang: Lang) -> str:
    """One declaration in words, with the law that it rests on."""
    row = texts(_FILE)[key]
    law = cited(row.get("law", ()), law_day(regime, on), lang)
    if not law:
        return str(row[lang])
    return f"{row[lang]}（{listed(law, lang)}）" if lang == "zh" else f"{row[lang]} ({listed(law, lang)})"
