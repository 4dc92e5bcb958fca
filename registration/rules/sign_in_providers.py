"""The providers by which people sign in (OpenID Connect Core 1.0): the rows of the operator's file (docs/sign-in.md).

Client secrets are files beside it, never part of it; the program and the data of a city have neither.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import Field

from registration.errors import RegistrationError
from registration.rules.folder_files import Closed, FolderFault, FolderReader
from registration.rules.languages import pair
from registration.rules.reference import Said
from workflows.definition.values import DEFAULTS

Level = Literal["low", "substantial", "high"]
Audience = Literal["citizens", "staff"]
Filled = Annotated[str, Field(min_length=1, max_length=200)]
# The levels of Regulation (EU) 910/2014 art. 8(2), the lowest first.
LEVELS: tuple[Level, ...] = ("low", "substantial", "high")
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class ClaimNames(Closed):
    """Which claim of the provider says what; None: it does not say it."""

    name: Filled | None = "name"
    document: Filled | None = None
    phone: Filled | None = "phone_number"
    email: Filled | None = "email"
    staff_number: Filled | None = None
    level: Filled = "acr"


class Provider(Closed):
    """One provider. `levels` maps what it states about a sign-in to a level of assurance; another statement has none.

    `verifies_addresses`: it checks each telephone number and e-mail address, although it does not say so of each
    (`email_verified`, `phone_number_verified`). `ask_level` is sent as `acr_values`.
    """

    name: Said
    issuer: Filled
    client_id: Filled
    secret_file: Filled
    scopes: tuple[Filled, ...] = ("openid", "profile")
    serves: Annotated[tuple[Audience, ...], Field(alias="for", min_length=1)]
    claims: ClaimNames = ClaimNames()
    levels: Mapping[str, Level] = Field(default_factory=dict)
    ask_level: Filled | None = None
    verifies_addresses: bool = False

    def is_for(self, kind: str) -> bool:
        """Whether people with this kind of account, `staff` or `applicant`, sign in here."""
        return ("staff" if kind == "staff" else "citizens") in self.serves


class Providers(Closed):
    """The file. From the level `real_name` on, a provider's statement is the identity check of a signer."""

    providers: Mapping[Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")], Provider]
    real_name: Level | None = None


class ProvidersError(RegistrationError):
    """The file is not valid; `faults` has every fault."""

    code = "oidc_is_faulty"
    status = 503

    def __init__(self, faults: tuple[FolderFault, ...]) -> None:
        self.faults = faults
        first = faults[0]
        said = {lang: first.sentence(lang) for lang in DEFAULTS}
        super().__init__(place=first.place, **said, faults=len(faults))


NONE = Providers(providers={})
_LEVEL_WORDS: Mapping[str | None, Mapping[str, str]] = {
    "low": pair("低", "low"),
    "substantial": pair("中", "substantial"),
    "high": pair("高", "high"),
    None: pair("没有说明", "not stated"),
}


def level_words(level: str | None) -> Mapping[str, str]:
    return _LEVEL_WORDS[level]


def reaches(level: str | None, least: str | None) -> bool:
    """Whether the level is at least that one; without one of both it is not."""
    order: tuple[str, ...] = LEVELS
    return level in order and least in order and order.index(level) >= order.index(least)


def providers_in(path: Path | None) -> Providers:
    """The providers of this file, read once; without a file there are none. Raises ProvidersError."""
    return NONE if path is None else _read_once(path)


@cache
def _read_once(path: Path) -> Providers:
    found, faults = read(path)
    if found is None:
        raise ProvidersError(tuple(faults))
    return found


def read(path: Path) -> tuple[Providers | None, list[FolderFault]]:
    """The file, and every fault of it with its key; None for a file with any."""
    reader = FolderReader(path.parent)
    found: Providers | None = reader.model(Providers, path.name)
    for key, row in (found.providers if found else {}).items():
        at = f"providers.{key}"
        if not _is_safe(row.issuer):
            reader.fault(path.name, f"{at}.issuer", "not_https")
        if "openid" not in row.scopes:
            reader.fault(path.name, f"{at}.scopes", "no_openid")
        if row.is_for("staff") and row.claims.staff_number is None:
            reader.fault(path.name, f"{at}.claims.staff_number", "missing")
        if not _holds_secret(path.parent / row.secret_file):
            reader.fault(path.name, f"{at}.secret_file", "no_secret", path=path.parent / row.secret_file)
    return (None if reader.faults else found), reader.faults


def secret_of(path: Path, row: Provider) -> str:
    """The client secret; it is read at each use, so that a new one needs no restart."""
    return (path.parent / row.secret_file).read_text(encoding="utf-8").strip()


def _is_safe(address: str) -> bool:
    """Whether it is https; plain http is accepted on this machine alone."""
    parts = urlsplit(address)
    return bool(parts.hostname) and (
        parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
    )


def _holds_secret(path: Path) -> bool:
    """Whether a secret is there that no other account of this machine reads."""
    try:
        return bool(path.read_text(encoding="utf-8").strip()) and not path.stat().st_mode & 0o077
    except (OSError, UnicodeDecodeError):
        return False
