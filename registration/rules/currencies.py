"""The currencies in which capital is stated (reference/currencies.yaml): Implementing Rules art. 13."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from certificates import chinese
from registration.rules.fields import label_of
from registration.rules.languages import formatted, said
from registration.rules.reference import texts

# What every amount is in, unless the form says another currency.
HOME = "CNY"
# The sections that have the currency of all amounts of the form.
SECTIONS = ("capital", "partners")
# How the names of fields with an amount end.
AMOUNT = "_wan"


def currencies() -> Mapping[str, Mapping[str, str]]:
    """Code of ISO 4217 -> the unit as an amount names it, by language: 美元, USD."""
    found: Mapping[str, Mapping[str, str]] = texts("reference/currencies.yaml")
    return found


def in_currency(text: str, currency: str | None, lang: str) -> str:
    """A text about amounts, which is written for yuan, with the unit of another currency: 100万元 as 100万美元."""
    if not currency or currency == HOME or currency not in currencies():
        return text
    return text.replace(said(currencies()[HOME], lang), said(currencies()[currency], lang))


def money_text(amount: Decimal, currency: str | None, lang: str) -> str:
    """An amount in whole units, in Chinese capitals as on a licence, in English as a figure with its currency."""
    home = currency in (None, HOME)
    capitals = chinese.money(amount) if home else chinese.capital(amount, currency=currency)
    return formatted("money", lang, figures=f"{amount:,.2f}", capitals=capitals, currency=currency or HOME)


def labelled(path: str, form: Mapping[str, Any], lang: str, *, entity_type: str = "") -> str:
    """The label of a field, as `label_of` has it; that of an amount names the currency of this form."""
    label = label_of(path, lang, entity_type=entity_type)
    return in_currency(label, currency_in(form), lang) if path.endswith(AMOUNT) else label


def currency_in(form: Mapping[str, Any]) -> str:
    """The currency that a raw form states; CNY where it states none that is known."""
    for section in SECTIONS:
        typed = form.get(section)
        stated = typed.get("currency") if isinstance(typed, Mapping) else None
        if isinstance(stated, str) and stated in currencies():
            return stated
    return HOME
