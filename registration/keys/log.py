"""The keys of the public log: the secret one that signs its heads, the public ones under which heads are believed."""

import json
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec

from registration.keys import files
from registration.rules import tree_heads
from registration.settings import Settings

# Public keys of the time before a new one was made: <name>.json, each a JWK as the log publishes it.
RETIRED = "log-retired"


def signing_key(settings: Settings) -> ec.EllipticCurvePrivateKey:
    """Raises Unavailable where there is none yet."""
    return tree_heads.private_key(files.log_key(settings))


def public_keys(settings: Settings) -> list[dict[str, Any]]:
    """The present key first, then those that it replaced, as JWK."""
    present = tree_heads.public_jwk(signing_key(settings).public_key())
    retired = sorted((settings.keys / RETIRED).glob("*.json"))
    return [present, *(json.loads(path.read_text(encoding="utf-8")) for path in retired)]
