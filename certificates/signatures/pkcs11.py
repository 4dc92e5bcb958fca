"""A key in a PKCS#11 token: the token signs, the key never leaves it."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, Self

from cryptography.hazmat.primitives.asymmetric import ec, rsa

from certificates.errors import SigningError


@dataclass(frozen=True)
class TokenKey:
    """An open session with a token; it makes one signature at a time."""

    _sign: Callable[[bytes], bytes] = field(repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    @classmethod
    def open(
        cls, module: Path, *, token: str, label: str, pin: str, public: ec.EllipticCurvePublicKey | rsa.RSAPublicKey
    ) -> Self:
        """Log in and find the private key; raises SigningError with a separate code for each missing part."""
        try:
            import pkcs11
        except ImportError:
            raise SigningError("token.package", {"install": "pip install 'heyi[hsm]'"}) from None
        kind = pkcs11.KeyType.RSA if isinstance(public, rsa.RSAPublicKey) else pkcs11.KeyType.EC
        session = _session(pkcs11, module, token, pin)
        try:
            key = session.get_key(object_class=pkcs11.ObjectClass.PRIVATE_KEY, key_type=kind, label=label)
        except (pkcs11.NoSuchKey, pkcs11.MultipleObjectsReturned) as error:
            raise SigningError("token.key", {"token": token, "label": label, "kind": type(error).__name__}) from None
        return cls(_rsa(pkcs11, key) if kind is pkcs11.KeyType.RSA else _ecdsa(pkcs11, key))

    def sign(self, data: bytes) -> bytes:
        """Sign the SHA-256 of the data in the token; raises SigningError `token.away` when it does not answer."""
        import pkcs11

        with self._lock:
            try:
                return self._sign(data)
            except pkcs11.PKCS11Error as error:
                raise SigningError("token.away", {"kind": type(error).__name__}) from None


def _session(pkcs11: Any, module: Path, token: str, pin: str) -> Any:
    try:
        library = pkcs11.lib(str(module))
    except (RuntimeError, pkcs11.PKCS11Error):
        raise SigningError("token.module", {"path": str(module)}) from None
    try:
        found = library.get_token(token_label=token)
        return found.open(user_pin=pin)
    except pkcs11.UserAlreadyLoggedIn:
        # A login applies to the whole process, not to one session.
        return found.open()
    except (pkcs11.NoSuchToken, pkcs11.MultipleTokensReturned, pkcs11.TokenNotPresent):
        raise SigningError("token.missing", {"token": token, "path": str(module)}) from None
    except pkcs11.PKCS11Error as error:
        raise SigningError("token.pin", {"token": token, "kind": type(error).__name__}) from None


def _rsa(pkcs11: Any, key: Any) -> Callable[[bytes], bytes]:
    return lambda data: bytes(key.sign(data, mechanism=pkcs11.Mechanism.SHA256_RSA_PKCS))


def _ecdsa(pkcs11: Any, key: Any) -> Callable[[bytes], bytes]:
    """Hashed here, since few tokens hash and sign in one call; they return r and s concatenated, not DER."""
    from pkcs11.util.ec import encode_ecdsa_signature

    def sign(data: bytes) -> bytes:
        pair = key.sign(sha256(data).digest(), mechanism=pkcs11.Mechanism.ECDSA)
        return bytes(encode_ecdsa_signature(pair))

    return sign
