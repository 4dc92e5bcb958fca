"""Forged and hostile files at the library, the public page, the API and the command line: none passes, none holds up.

The library reads each in the sandbox, whose limits of time and memory are the proof that it needs no more.
"""

import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from certificates.paper.pdf import render
from certificates.particulars import Particulars
from certificates.signatures.signer import Signer
from registration import keys
from registration.gateways.examination import TOO_COSTLY, examine
from registration.gateways.storage import storage
from registration.http.context import limiter
from registration.keys.trust import TrustAnchors
from registration.models import Licence
from registration.settings import Settings
from tests.certificates.conftest import key_directory, make, signer
from tests.fixtures.visitor import Visitor, words
from tests.forgeries import pdfs
from tests.forgeries.genuine import Genuine
from tests.registration.cli.conftest import Heyi, heyi
from tests.registration.web.conftest import database_url, desk_app, ref, sheet, visit

__all__ = ["database_url", "desk_app", "heyi", "key_directory", "make", "ref", "sheet", "signer", "visit"]

AS_EXPECTED = {
    "saving: a byte": "signature.appended",
    "saving: a comment": "signature.appended",
    "saving: a second signature": "signature.appended",
    "shadow: replace: other content": "signature.appended",
    "annotation: FreeText /DA (/Helv 1": "signature.appended",
    "envelope: a huge key": "signature.unreadable",
    "envelope: no signature": "signature.altered",
    "bomb: many fields": "pdf.too_complex",
    "bomb: many objects": "pdf.too_complex",
    "bomb: 60 MB of references": "pdf.damaged",
    "bomb: an object stream, compressed twice": "pdf.damaged",
    "broken: a byte changed": "signature.altered",
    "broken: a password": "pdf.encrypted",
    "broken: not signed": "signature.missing",
    "broken: noise": "pdf.damaged",
}
# One of each family goes to the slower doors as well.
SHOWN = (
    *("universal: range of zeros", "saving: another page", "wrapping: an object behind the envelope, range moved"),
    *("shadow: hide: a white sheet over it", "annotation: FreeText /DA (/Helv 1", "envelope: a huge key"),
    *("certificate: 0 金华市市场监督管理局", "bomb: 60 MB of references", "bomb: an object stream, compressed twice"),
    *("loop: pages of themselves", "deep: dictionaries", "broken: a password"),
)


@pytest.fixture(scope="module")
def genuine(make: Callable[..., Particulars], signer: Signer) -> Genuine:
    unsigned = render(make())
    signed = signer.sign(unsigned, signed_at=pdfs.AT, reason="核发营业执照", location="浙江金华")
    return Genuine(signed, unsigned)


@pytest.fixture(scope="module")
def corpus(genuine: Genuine, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return pdfs.corpus(genuine, tmp_path_factory.mktemp("forgers"))


def test_the_corpus_is_large_and_has_no_copy(corpus: dict[str, bytes]) -> None:
    assert len(corpus) >= 140
    assert len(set(corpus.values())) == len(corpus)


def test_the_library_calls_none_genuine_within_its_limits(
    genuine: Genuine, corpus: dict[str, bytes], signer: Signer
) -> None:
    believed = TrustAnchors([signer.root])
    assert examine(genuine.signed, sha256="", believed=believed).problems == ()
    found = {name: examine(pdf, sha256="", believed=believed) for name, pdf in corpus.items()}
    assert [name for name, one in found.items() if not one.problems] == []
    assert [name for name, one in found.items() if TOO_COSTLY in one.problems] == []
    assert {name: found[name].problems[0] for name in AS_EXPECTED} == AS_EXPECTED
    forged = [one.problems for name, one in found.items() if name.startswith("certificate")]
    assert set(forged) == {("signature.untrusted",)}


@pytest.fixture
def unlimited() -> Iterator[None]:
    """How often an address may ask is the matter of other tests."""
    limiter.enabled = False
    yield
    limiter.enabled = True


@pytest.fixture
def forged(sheet: Licence, settings: Settings, tmp_path: Path) -> dict[str, bytes]:
    """The same made of a licence that the office of this test has issued."""
    signed = storage(settings).get(sheet.storage_key or "")
    end = signed.index(b"%%EOF\n") + len(b"%%EOF\n")
    made = pdfs.corpus(Genuine(signed, signed[:end]), tmp_path / "forgers")
    return {name: made[name] for name in SHOWN}


@pytest.mark.thorough
def test_page_and_api_say_the_same_of_each(
    desk_app: Flask, visit: Callable[..., Visitor], forged: dict[str, bytes], unlimited: None
) -> None:
    stranger, program = visit(), desk_app.test_client()
    heads = {"not_ours": "不是本登记机关签发的文件", "altered": "内容与签发时不一致"}
    for name, pdf in forged.items():
        answer = program.post("/api/v1/checks/file", data={"file": (io.BytesIO(pdf), "a.pdf")})
        assert answer.status_code == 200, name
        assert answer.get_json()["doubts"], name
        page = words(stranger.post("/check", file=(io.BytesIO(pdf), "a.pdf")))
        assert heads[answer.get_json()["verdict"]] in page, name
        assert "执照有效" not in page, name


def test_the_command_line_calls_none_genuine(
    heyi: Heyi, genuine: Genuine, corpus: dict[str, bytes], signer: Signer, settings: Settings, tmp_path: Path
) -> None:
    roots = settings.keys / keys.ROOTS
    roots.mkdir(exist_ok=True)
    (roots / "signer.pem").write_bytes(signer.root)
    file = tmp_path / "licence.pdf"
    file.write_bytes(genuine.signed)
    assert heyi("certificates", "verify", str(file)).exit_code == 0
    for name in SHOWN:
        file.write_bytes(corpus[name])
        result = heyi("certificates", "verify", str(file), "--json")
        assert result.exit_code == 1, name
        assert json.loads(result.stdout)["genuine"] is False, name
        assert json.loads(result.stdout)["problems"], name
