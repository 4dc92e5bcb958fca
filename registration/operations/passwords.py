"""Passwords: Argon2id (RFC 9106), rules for new ones, and equal work for an account that does not exist."""

import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from registration import database
from registration.http.request_queue import out_of_turn
from registration.rules.email_address import address_key, address_problems
from registration.rules.identity import MalformedId, check_id
from registration.rules.problems import Problem
from registration.rules.reference import words
from registration.settings import settings

SHORTEST = 8
SHORTEST_STAFF = 10
LONGEST = 128
# How many are hashed while other requests of the process run. One more is hashed in its own turn.
AT_ONCE = 2

_beside = threading.BoundedSemaphore(AT_ONCE)


def hashed(password: str) -> str:
    with _beside_others():
        return _hasher().hash(_plain(password))


def matches(password_hash: str | None, password: str) -> bool:
    """Whether the password is right. Without a hash (no account, or none with a password) it does the same work and
    returns False."""
    try:
        with _beside_others():
            _hasher().verify(password_hash or _nobody(), _plain(password))
    except (VerificationError, InvalidHashError):
        return False
    return bool(password_hash)


@contextmanager
def _beside_others() -> Iterator[None]:
    """Lets other requests run meanwhile: a hash takes a tenth of a second, and does not need the interpreter."""
    # What waits for a lock of this transaction would keep the turn that this request needs to end it.
    if database.holds_writes() or not _beside.acquire(blocking=False):
        yield
        return
    try:
        with out_of_turn():
            yield
    finally:
        _beside.release()


def is_outdated(password_hash: str) -> bool:
    """Whether the hash was made with other parameters than the settings now name."""
    return _hasher().check_needs_rehash(password_hash)


def password_problems(
    password: str, *, login: str, staff: bool, email: str | None = None, path: str = "password"
) -> list[Problem]:
    """The problems of a new password (NIST SP 800-63B-4, 3.1.1.2): too short, well known, or derived from data of the
    account. `login` is an e-mail address or a staff number; `email` is where mail to the account goes.
    """
    plain, shortest = _plain(password), SHORTEST_STAFF if staff else SHORTEST
    if len(plain) < shortest:
        return [Problem(path, "password.too_short", {"least": shortest})]
    if len(plain) > LONGEST:
        return [Problem(path, "password.too_long", {"most": LONGEST})]
    if plain.casefold() in words("passwords_common") or len(set(plain)) < 3:
        return [Problem(path, "password.common")]
    if plain.casefold() in _names(login) | _names(email or ""):
        return [Problem(path, "password.is_login")]
    if not address_problems(plain):
        return [Problem(path, "password.is_address")]
    return [Problem(path, "password.is_id_number")] if _is_id_number(plain) else []


def _names(name: str) -> set[str]:
    """A login or an address, and its part before the @."""
    key = address_key(name)
    return {key, key.partition("@")[0]}


def _is_id_number(text: str) -> bool:
    """Whether the text is an identity number. No password may be one: its owner is not known here."""
    try:
        check_id("".join(text.split()).upper(), kind="resident_id")
    except MalformedId:
        return False
    return True


def _plain(password: str) -> str:
    # Another keyboard may send the same password in composed or full-width characters.
    return unicodedata.normalize("NFKC", password)


def _hasher() -> PasswordHasher:
    chosen = settings()
    return PasswordHasher(time_cost=chosen.argon2_time_cost, memory_cost=chosen.argon2_memory_kib)


def _nobody() -> str:
    chosen = settings()
    return _nobody_with(chosen.argon2_time_cost, chosen.argon2_memory_kib)


@lru_cache(maxsize=4)
def _nobody_with(time_cost: int, memory_kib: int) -> str:
    return PasswordHasher(time_cost=time_cost, memory_cost=memory_kib).hash("nobody has this password")
