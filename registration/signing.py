"""The registrar's signing key as a working process holds it."""

from functools import cache

from certificates.sign import Signer
from registration.keys import signing_key
from registration.settings import settings


@cache
def signer() -> Signer:
    """Read once a process: parsing a key costs more than a signature."""
    return signing_key(settings())
