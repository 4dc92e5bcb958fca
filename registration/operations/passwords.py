"""Passwords: Argon2id (RFC 9106), what a new one must be, and equal work for an account that does not exist."""

import unicodedata
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from registration.rules.problems import Problem
from registration.rules.reference import words
from registration.settings import settings

SHORTEST = 8
SHORTEST_STAFF = 10
LONGEST = 128


def hashed(password: str) -> str:
    return _hasher().hash(_plain(password))


def matches(password_hash: str | None, password: str) -> bool:
    """With no hash (nobody of that name) the same work is done and the answer is no."""
    try:
        _hasher().verify(password_hash or _nobody(), _plain(password))
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None


def is_outdated(password_hash: str) -> bool:
    """Whether the hash was made with other parameters than the settings now name."""
    return _hasher().check_needs_rehash(password_hash)


def password_problems(password: str, *, login: str, staff: bool, path: str = "password") -> list[Problem]:
    """Length before variety (NIST SP 800-63B): long enough, not well known, not the name it belongs to."""
    plain, shortest = _plain(password), SHORTEST_STAFF if staff else SHORTEST
    if len(plain) < shortest:
        return [Problem(path, "password.too_short", {"least": shortest})]
    if len(plain) > LONGEST:
        return [Problem(path, "password.too_long", {"most": LONGEST})]
    if plain.casefold() in words("passwords_common") or len(set(plain)) < 3:
        return [Problem(path, "password.common")]
    if plain.casefold() in {login.casefold(), login.casefold().partition("@")[0]}:
        return [Problem(path, "password.is_login")]
    return []


def _plain(password: str) -> str:
    # The same password may arrive composed or full-width from another keyboard.
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
