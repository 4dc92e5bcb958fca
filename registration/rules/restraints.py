"""Orders of courts and other authorities that bind the registration of an entity (Implementing Rules 79)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from registration.rules.languages import dated, in_offered, joined, pair, said
from registration.rules.register_items import register_items
from registration.rules.registered_entity import register_rows, sections_changed

# The items of the register that a section of the form changes; one that is not listed changes none.
ITEMS_OF_SECTION: Mapping[str, tuple[str, ...]] = {
    "name": ("name",),
    "domicile": ("domicile",),
    "scope": ("scope",),
    "capital": ("capital", "term", "contributions"),
    "shareholders": ("investors", "contributions", "capital"),
    "partners": ("investors", "contributions", "capital", "representative", "delegate", "term"),
    "investor": ("investors", "capital", "representative", "residences"),
    "operator": ("representative", "composition", "family", "residences"),
    "legal_rep": ("representative",),
    "responsible": ("representative",),
    "officers": ("officers",),
    "members": ("members", "capital"),
    "council": ("representative", "officers"),
    "contacts": ("liaison", "finance_officer"),
    "owners": ("beneficial_owners",),
    "foreign": ("recipient",),
}
# What an order may name, beside everything: shares first, since most orders freeze those.
RESTRAINABLE = (
    "investors",
    "contributions",
    "capital",
    "representative",
    "officers",
    "name",
    "domicile",
    "scope",
    "term",
)
UNTIL_LIFTED = pair("解除为止", "until it is lifted")
EVERYTHING = pair("全部登记和备案事项", "everything that is registered or filed")


@dataclass(frozen=True)
class BindingOrder:
    """An order in force: who gave it, its paper, the items (none: all), and until when."""

    court: str
    paper_number: str
    items: tuple[str, ...]
    until_on: date | None = None

    @property
    def words(self) -> dict[str, Any]:
        """The data of the refusal."""
        return {"court": self.court, "paper": self.paper_number, "items": in_offered(self.items_text)}

    def items_text(self, lang: str) -> str:
        labels = [said(register_items()[item].label, lang) for item in self.items]
        return joined("list", lang, labels) if labels else said(EVERYTHING, lang)

    def until_text(self, lang: str) -> str:
        return dated("day", lang, self.until_on) if self.until_on else said(UNTIL_LIFTED, lang)


def binds(order: BindingOrder, *, matter: str, form: Mapping[str, Any]) -> bool:
    """Whether the order forbids what an application in the matter changes: chosen items, or the whole registration."""
    rows = register_rows(matter)
    if rows is None:
        return False
    if not order.items or rows.ends_as is not None:
        return True
    changed = sections_changed(matter, form)
    return not set(order.items).isdisjoint(item for key in changed for item in ITEMS_OF_SECTION.get(key, ()))
