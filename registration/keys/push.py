"""The key by which push services know this deployment (VAPID, RFC 8292)."""

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from certificates.credentials.jose import b64url
from registration.keys import files
from registration.rules import tree_heads
from registration.settings import Settings


def signing_key(settings: Settings) -> ec.EllipticCurvePrivateKey:
    """Raises Unavailable where there is none yet."""
    return tree_heads.private_key(files.push_key(settings))


def public_key(settings: Settings) -> str:
    """The point of the public key, 65 bytes in base64url: what a browser binds a subscription to."""
    point = signing_key(settings).public_key()
    return b64url(point.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint))
