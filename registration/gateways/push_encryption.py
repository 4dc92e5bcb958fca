"""What a push service carries and cannot read (RFC 8291, with the coding aes128gcm of RFC 8188), and who sends it.

Written here with `cryptography` alone, and compared with the example in appendix A of RFC 8291.
"""

import os
from base64 import urlsafe_b64decode
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from certificates.credentials import jose
from registration import clock

CURVE = ec.SECP256R1()
# The one record of a message; a push service takes at least 4096 bytes (RFC 8030, 7.2).
RECORD = 4096
LARGEST = RECORD - 16 - 1 - 86
# The last record ends with this octet (RFC 8188, 2).
LAST = b"\x02"
TOKEN_SECONDS = 12 * 3600


def from_b64(text: str) -> bytes:
    """Base64url with or without padding, as browsers give it. Raises ValueError."""
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def encrypt(
    plain: bytes,
    *,
    receiver: bytes,
    secret: bytes,
    sender: ec.EllipticCurvePrivateKey | None = None,
    salt: bytes | None = None,
) -> bytes:
    """The body of a message for the browser with the point `receiver` (65 bytes) and the shared `secret` (16 bytes).

    `sender` and `salt` are drawn for each message; only a comparison gives them. Raises ValueError for a point that is
    not on the curve, or a text longer than `LARGEST` bytes.
    """
    if len(plain) > LARGEST:
        raise ValueError("too long for one record")
    key, salt = sender or ec.generate_private_key(CURVE), salt or os.urandom(16)
    own = key.public_key().public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    shared = key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(CURVE, receiver))
    content_key, nonce = keys_of(shared, secret=secret, salt=salt, receiver=receiver, sender=own)
    header = salt + RECORD.to_bytes(4, "big") + bytes([len(own)]) + own
    return header + AESGCM(content_key).encrypt(nonce, plain + LAST, None)


def keys_of(shared: bytes, *, secret: bytes, salt: bytes, receiver: bytes, sender: bytes) -> tuple[bytes, bytes]:
    """Key and nonce of the record (RFC 8291, 3.4)."""
    material = _derived(shared, salt=secret, info=b"WebPush: info\0" + receiver + sender, length=32)
    content_key = _derived(material, salt=salt, info=b"Content-Encoding: aes128gcm\0", length=16)
    return content_key, _derived(material, salt=salt, info=b"Content-Encoding: nonce\0", length=12)


def authorization(endpoint: str, *, key: ec.EllipticCurvePrivateKey, contact: str) -> str:
    """The header by which a push service knows the sender (VAPID, RFC 8292): a token for its origin, for half a day."""
    parts = urlsplit(endpoint)
    until = int(clock.now().timestamp()) + TOKEN_SECONDS
    claims = {"aud": f"{parts.scheme}://{parts.netloc}", "exp": until, "sub": contact}
    point = key.public_key().public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    return f"vapid t={jose.compact({'typ': 'JWT'}, claims, key)}, k={jose.b64url(point)}"


def _derived(material: bytes, *, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(hashes.SHA256(), length=length, salt=salt, info=info).derive(material)
