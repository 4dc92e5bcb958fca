"""How an address is found again in the register, and how many entities one address may have."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from registration.rules.city import SharedAddress, city
from registration.rules.regions import address_text

_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−－", "-"))


def address_key(address: str) -> str:
    """One spelling for all of the same address: width, blanks, capitals and kinds of dashes do not count."""
    return "".join(unicodedata.normalize("NFKC", address).translate(_DASHES).split()).casefold()


def domicile_key(domicile: Any) -> str:
    """The same of a form's section `domicile`; empty where district or street is missing."""
    known = domicile or {}
    region, street = str(known.get("region") or ""), str(known.get("street") or "")
    return address_key(address_text(region, street)) if region and street else ""


@dataclass(frozen=True)
class Room:
    """How many active entities an address may have at a registrar, by which local rule.

    `shared` is the row of an address that is exempt.
    """

    most: int
    source: Mapping[str, str]
    shared: SharedAddress | None = None


def room_at(key: str, *, registrar: str) -> Room | None:
    """The limit for the address with this key; None where the registrar has none."""
    limit = next((one.domicile_limit for one in city().registrars if one.code == registrar), None)
    if limit is None:
        return None
    shared = next((one for one in limit.shared if address_key(one.address) == key), None)
    return Room(shared.most if shared else limit.most, limit.source, shared)
