"""What others check us with: keys, the page without a network, status lists, and the licence as a credential."""

import hashlib
import json
import re
import zlib
from base64 import b64decode
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from cryptography import x509
from flask import Flask
from joserfc import jws, jwt
from joserfc.jwk import ECKey, KeySet
from sqlmodel import select

from certificates.credentials import jose, qr_statement
from certificates.credentials.status_list import SIZE
from certificates.particulars import Particulars
from registration import clock, database, keys
from registration.keys import offline
from registration.models import Entity, Licence
from registration.settings import Settings
from tests.fixtures.licences import LIN
from tests.fixtures.visitor import Visitor

Visit = Callable[..., Visitor]


def address_of(visitor: Visitor) -> str:
    """Where the applicant's page offers the credential."""
    case = re.search(r'href="(/applications/(?!new)[^"/]+)"', visitor.get("/applications").text)
    assert case is not None
    offered = re.search(r'href="([^"]+\.sd-jwt)"', visitor.get(case[1]).text)
    assert offered is not None
    return offered[1]


def issuer_keys(visitor: Visitor) -> KeySet:
    """As a wallet finds them."""
    told = visitor.get("/.well-known/jwt-vc-issuer").json
    return KeySet([ECKey.import_key(row) for row in told["jwks"]["keys"]])


def bit(visitor: Visitor, status: dict[str, Any]) -> int:
    """The status of a credential as a stranger reads it, the list's signature verified by another library."""
    path = status["uri"].partition("8000")[2]
    answer = visitor.get(path)
    assert answer.mimetype == "application/statuslist+jwt"
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    token = jwt.decode(answer.text, issuer_keys(visitor), algorithms=["ES256"])
    assert token.header["typ"] == "statuslist+jwt"
    assert token.claims["sub"] == status["uri"]
    assert token.claims["exp"] - token.claims["iat"] == 24 * 3600
    packed = token.claims["status_list"]
    assert packed["bits"] == 1
    bits = zlib.decompress(jose.from_b64url(packed["lst"]))
    assert len(bits) == SIZE // 8
    return int(bits[status["idx"] // 8] >> status["idx"] % 8 & 1)


def test_keys_are_published_with_their_dates_and_roots(visit: Visit, settings: Settings) -> None:
    answer = visit().get("/.well-known/heyi-keys.json")
    assert answer.headers["Cache-Control"] == "public, max-age=3600"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    rows = answer.json["keys"]
    assert [row["purpose"] for row in rows] == ["qr", "credential"]
    assert not {"d", "p", "q"} & {name for row in rows for name in row}
    assert rows[0]["kid"] == jose.kid(offline.signing_key("qr").public_key())
    # Another library's thumbprint begins with our name of the key.
    assert jose.from_b64url(ECKey.import_key(rows[0]).thumbprint()).hex().startswith(rows[0]["kid"])
    [root] = answer.json["pdf_roots"]
    certificate = x509.load_der_x509_certificate(b64decode(root["x5c"][0]))
    assert certificate == x509.load_pem_x509_certificate(keys.trust_roots(settings)[0])
    assert root["not_after"] == certificate.not_valid_after_utc.isoformat()


def test_codes_of_a_former_key_keep_verifying(visit: Visit, settings: Settings, sheet: Licence) -> None:
    particulars = Particulars.model_validate(sheet.particulars)
    text = qr_statement.qr_text(particulars, registrar="330702", key=offline.signing_key("qr"))
    before = visit().get("/.well-known/heyi-keys.json").json["keys"][0]
    offline.rotate(settings.keys, "qr", now=clock.now() + timedelta(days=400))
    rows = [row for row in visit().get("/.well-known/heyi-keys.json").json["keys"] if row["purpose"] == "qr"]
    assert [row["kid"] for row in rows] == [before["kid"], jose.kid(offline.signing_key("qr").public_key())]
    assert rows[0]["until"] == rows[1]["since"]
    assert "until" not in rows[1]
    found = jose.public_keys({"keys": rows}, purpose="qr")
    assert qr_statement.check(text, keys=found).code == sheet.code
    newer = qr_statement.qr_text(particulars, registrar="330702", key=offline.signing_key("qr"))
    assert newer != text
    assert qr_statement.check(newer, keys=found).code == sheet.code


def test_the_paper_bears_what_the_register_says(visit: Visit, settings: Settings, sheet: Licence) -> None:
    """The page hands its script the register's words; the statement on the paper has the same."""
    page = visit().get(f"/v/{sheet.ref}").text
    told = json.loads(unescape(re.findall(r'data-register="([^"]+)"', page)[0]))
    particulars = Particulars.model_validate(sheet.particulars)
    text = qr_statement.qr_text(particulars, registrar="330702", key=offline.signing_key("qr"))
    assert qr_statement.check(text, keys=offline.public_keys(settings, "qr")).plain() == told
    assert "data-register" not in visit().get(f"/check?q={sheet.code}").text


def test_the_offline_page_stands_alone_in_both_languages(visit: Visit) -> None:
    for visitor in (visit(), visit(LIN), visit(lang="en")):
        page = visitor.get("/offline-check")
        assert "离线核验执照二维码" in page.text
        assert "Check a licence's QR code offline" in page.text
        assert "/account" not in page.text  # nothing of who is signed in may be kept by the worker
        assert "camera=(self)" in page.headers["Permissions-Policy"]
    worker = visit().get("/offline-check/worker.js")
    assert worker.headers["Service-Worker-Allowed"] == "/offline-check"
    assert '"/offline-check", "/static/heyi.css?v=' in worker.text
    saved = visit().get("/offline-check/heyi-check.html")
    assert "attachment" in saved.headers["Content-Disposition"]
    assert not re.search(r'(?:src|href)="(?!#)', saved.text)
    assert "default-src 'none'" in unescape(saved.text)


def test_the_credential_is_verified_by_another_library(visit: Visit, sheet: Licence) -> None:
    owner, stranger = visit(LIN), visit()
    answer = owner.get(address_of(owner))
    assert answer.mimetype == "application/dc+sd-jwt"
    signed, *disclosures, end = answer.text.split("~")
    assert end == ""
    token = jws.deserialize_compact(signed, issuer_keys(stranger), algorithms=["ES256"])
    claims = json.loads(token.payload)
    assert token.headers()["typ"] == "dc+sd-jwt"
    assert claims["iss"] == "http://127.0.0.1:8000" == stranger.get("/.well-known/jwt-vc-issuer").json["issuer"]
    assert claims["vct"].endswith("/credential-types/licence")
    assert stranger.get("/credential-types/licence").json["vct"] == claims["vct"]
    assert (claims["uscc"], claims["name"]) == (sheet.code, sheet.particulars["name"])
    assert claims["sample"]
    opened = {}
    for disclosure in disclosures:
        assert jose.b64url(hashlib.sha256(disclosure.encode()).digest()) in claims["_sd"]
        salt, name, value = json.loads(jose.from_b64url(disclosure))
        assert len(jose.from_b64url(salt)) == 16
        opened[name] = value
    assert opened == {name: sheet.particulars[name] for name in ("representative", "domicile")}
    assert not {"representative", "domicile", "check_url"} & set(claims)
    altered = signed.replace(".", ".e", 1)
    with pytest.raises(Exception, match=r"bad_signature|decode|Invalid"):
        jws.deserialize_compact(altered, issuer_keys(stranger), algorithms=["ES256"])


@pytest.mark.parametrize("status", ["superseded", "revoked"])
def test_the_status_list_says_what_does_not_hold_any_more(visit: Visit, sheet: Licence, status: str) -> None:
    owner, stranger = visit(LIN), visit()
    signed = owner.get(address_of(owner)).text.partition("~")[0]
    place = json.loads(jose.from_b64url(signed.split(".")[1]))["status"]["status_list"]
    assert bit(stranger, place) == 0
    with database.transaction() as session:
        session.get_one(Licence, sheet.id).status = status
    assert bit(stranger, place) == 1
    assert bit(stranger, place | {"idx": place["idx"] + 1}) == 0


def test_the_licences_of_an_entity_that_is_no_more_do_not_hold(visit: Visit, sheet: Licence) -> None:
    place = {"uri": "http://127.0.0.1:8000/status-lists/0", "idx": sheet.id}
    assert bit(visit(), place) == 0
    with database.transaction() as session:
        session.exec(select(Entity)).one().status = "deregistered"
    assert bit(visit(), place) == 1


def test_there_is_no_list_of_licences_that_are_not_there(visit: Visit, desk_app: Flask) -> None:
    assert visit().get("/status-lists/0").status_code == 404
    assert visit().get("/status-lists/999999999999999999999").status_code == 404
