"""The licence as a verifiable credential: SD-JWT VC, whose holder may omit a person's name and the address."""

import hashlib
import json
import secrets
from datetime import datetime, timedelta
from typing import Any

from certificates.credentials import jose
from certificates.particulars import Particulars

LEEWAY = timedelta(minutes=5)
TYPE = "dc+sd-jwt"
MEDIA_TYPE = "application/dc+sd-jwt"
# What the holder may omit when presenting it: a person's name, and the address of the business.
DISCLOSED = ("representative", "domicile")
SHOWN = (
    *("entity_type", "type_text", "name", "uscc", "five_numbers", "capital", "currency"),
    *(
        "composition",
        "general_items",
        "licensed_items",
        "founded_on",
        "issued_on",
        "term_until",
        "registrar",
        "serial",
        "edition",
        "sample",
    ),
)


def credential(
    particulars: Particulars,
    *,
    issuer: str,
    kind: str,
    status: tuple[str, int],
    issued_at: datetime,
    key: jose.PrivateKey,
) -> str:
    """`<JWT>~<disclosure>~<disclosure>~`: all disclosures, each of which the holder may omit; not bound to a holder.

    `kind` is the URL of the credential's type, `status` the URL of a status list and the index in it.
    """
    facts = particulars.model_dump(mode="json", exclude_none=True)
    disclosures = [_disclosure(name, facts[name]) for name in DISCLOSED]
    uri, index = status
    payload = {
        "iss": issuer,
        # A wallet whose clock is a little slow would take a credential of this second for one of the future.
        "iat": int((issued_at - LEEWAY).timestamp()),
        "nbf": int((issued_at - LEEWAY).timestamp()),
        "vct": kind,
        "status": {"status_list": {"idx": index, "uri": uri}},
        "_sd_alg": "sha-256",
        # Sorted, so that the order does not reveal which digest is which.
        "_sd": sorted(_hashed(disclosure) for disclosure in disclosures),
        **{name: facts[name] for name in SHOWN if name in facts},
    }
    return "~".join([jose.compact({"typ": TYPE}, payload, key), *disclosures, ""])


def type_metadata(kind: str) -> dict[str, Any]:
    """What a wallet shows of the type (draft of SD-JWT VC); `sd` says which claims may be omitted."""
    claims = [{"path": [name], "sd": "allowed" if name in DISCLOSED else "never"} for name in (*SHOWN, *DISCLOSED)]
    display = [
        {"lang": "zh-CN", "name": "营业执照", "description": "登记机关核发的营业执照"},
        {"lang": "en", "name": "Business licence", "description": "Business licence issued by the registrar"},
    ]
    return {"vct": kind, "name": "Business licence", "display": display, "claims": claims}


def _disclosure(name: str, value: Any) -> str:
    salt = jose.b64url(secrets.token_bytes(16))
    return jose.b64url(json.dumps([salt, name, value], ensure_ascii=False).encode())


def _hashed(disclosure: str) -> str:
    return jose.b64url(hashlib.sha256(disclosure.encode("ascii")).digest())
