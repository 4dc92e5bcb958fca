"""Where a key may come from, what each source signs with, and what is said when it cannot be used."""

import importlib.util
import logging
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12

from certificates.errors import SigningError
from certificates.paper.pdf import render
from certificates.particulars import Particulars
from certificates.signatures.key_sources import from_pem, from_pkcs12, from_token, root_of_bundle
from certificates.signatures.signer import Signer
from certificates.signatures.verify import verify
from tests.fixtures.authorities import Authority

AT = datetime(2026, 10, 13, 6, 30, tzinfo=UTC)
PIN = "739204"
MODULES = ("/usr/lib/softhsm/libsofthsm2.so", "/usr/lib64/libsofthsm2.so", "/usr/local/lib/softhsm/libsofthsm2.so")
MODULE = next((Path(path) for path in MODULES if Path(path).exists()), None)
needs_token = pytest.mark.skipif(
    MODULE is None or shutil.which("softhsm2-util") is None or importlib.util.find_spec("pkcs11") is None,
    reason="SoftHSM (apt-get install softhsm2) or python-pkcs11 (pip install 'heyi[hsm]') is not installed",
)


@pytest.fixture(scope="module")
def unsigned(make: Callable[..., Particulars]) -> bytes:
    return render(make())


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority("金华样例根")


@pytest.fixture(scope="module", params=["P-256", "RSA-3072"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def key(kind: str) -> Any:
    return ec.generate_private_key(ec.SECP256R1()) if kind == "P-256" else rsa.generate_private_key(65537, 3072)


@pytest.fixture(scope="module")
def certificate(key: Any, authority: Authority) -> x509.Certificate:
    return authority.issue("金华市市场监督管理局", key.public_key())


def signs(signer: Signer, unsigned: bytes, kind: str) -> None:
    assert signer.facts.algorithm == kind
    signed = signer.sign(unsigned, signed_at=AT, reason="核发营业执照", location="浙江金华")
    verdict = verify(signed, trust_roots=[signer.root])
    assert verdict.genuine
    assert verdict.signer == signer.common_name == "金华市市场监督管理局"


def code_of(load: Callable[[], object]) -> str:
    with pytest.raises(SigningError) as caught:
        load()
    return caught.value.code


def pem_of(key: Any) -> bytes:
    plain = serialization.NoEncryption()
    out: bytes = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    return out


def private(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    path.chmod(0o600)


def test_pem_files(
    tmp_path: Path, key: Any, certificate: Any, authority: Authority, unsigned: bytes, kind: str
) -> None:
    authority.write(tmp_path, certificate)
    private(tmp_path / "signer.key", pem_of(key))
    signs(Signer.load(tmp_path), unsigned, kind)


@pytest.mark.parametrize("other", [ec.generate_private_key(ec.SECP384R1()), rsa.generate_private_key(65537, 2048)])
def test_other_kinds_of_keys_are_refused(tmp_path: Path, other: Any, authority: Authority) -> None:
    authority.write(tmp_path, authority.issue("x", other.public_key()))
    private(tmp_path / "signer.key", pem_of(other))
    assert code_of(lambda: from_pem(tmp_path)) == "key.kind"


def test_a_certificate_that_is_none_is_refused(
    tmp_path: Path, key: Any, certificate: Any, authority: Authority
) -> None:
    authority.write(tmp_path, certificate)
    private(tmp_path / "signer.key", pem_of(key))
    (tmp_path / "signer.pem").write_text("nothing")
    assert code_of(lambda: from_pem(tmp_path)) == "key.certificate"


def bundle(key: Any, certificate: Any, others: list[x509.Certificate], passphrase: bytes) -> bytes:
    lock = serialization.BestAvailableEncryption(passphrase)
    return pkcs12.serialize_key_and_certificates(b"registrar", key, certificate, others, lock)


def test_a_pkcs12_file(
    tmp_path: Path, key: Any, certificate: Any, authority: Authority, unsigned: bytes, kind: str
) -> None:
    content = bundle(key, certificate, [authority.certificate], b"right")
    authority.write(tmp_path, None)
    assert code_of(lambda: from_pkcs12(tmp_path, passphrase=b"right")) == "key.missing"
    private(tmp_path / "signer.p12", content)
    signs(Signer.holding(from_pkcs12(tmp_path, passphrase=b"right")), unsigned, kind)
    for wrong in (b"wrong", None):
        assert code_of(partial(from_pkcs12, tmp_path, passphrase=wrong)) == "key.passphrase"
    (tmp_path / "signer.p12").chmod(0o640)
    assert code_of(lambda: from_pkcs12(tmp_path, passphrase=b"right")) == "key.permissions"
    assert root_of_bundle(content, passphrase=b"right") == authority.pem
    rootless = bundle(key, certificate, [], b"right")
    assert code_of(lambda: root_of_bundle(rootless, passphrase=b"right")) == "key.root"


def test_a_pkcs12_file_without_a_key(tmp_path: Path, certificate: Any, authority: Authority) -> None:
    authority.write(tmp_path, None)
    lock = serialization.BestAvailableEncryption(b"right")
    private(tmp_path / "signer.p12", pkcs12.serialize_key_and_certificates(b"x", None, None, [certificate], lock))
    assert code_of(lambda: from_pkcs12(tmp_path, passphrase=b"right")) == "key.missing"


@pytest.fixture(scope="module")
def softhsm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of tokens of its own, one token in it. The library reads its settings once in a process."""
    folder = tmp_path_factory.mktemp("softhsm")
    (folder / "tokens").mkdir()
    (folder / "softhsm2.conf").write_text(f"directories.tokendir = {folder / 'tokens'}\nlog.level = ERROR\n")
    os.environ["SOFTHSM2_CONF"] = str(folder / "softhsm2.conf")
    command = ["softhsm2-util", "--init-token", "--free", "--label", "heyi", "--so-pin", "9999", "--pin", PIN]
    subprocess.run(command, check=True, capture_output=True)
    return folder


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory, softhsm: Path, key: Any, kind: str) -> None:
    """The key goes into the token under the label of its kind."""
    path = tmp_path_factory.mktemp("import") / "key.pem"
    path.write_bytes(pem_of(key))
    where = ["--token", "heyi", "--pin", PIN, "--label", kind, "--id", os.urandom(4).hex()]
    subprocess.run(["softhsm2-util", "--import", str(path), *where], check=True, capture_output=True)
    path.unlink()


@pytest.fixture
def in_token(tmp_path: Path, imported: None, certificate: Any, authority: Authority) -> Path:
    """Only certificates lie outside of the token."""
    authority.write(tmp_path, certificate)
    return tmp_path


@needs_token
def test_a_token(in_token: Path, unsigned: bytes, kind: str, caplog: pytest.LogCaptureFixture) -> None:
    assert MODULE is not None
    with caplog.at_level(logging.DEBUG):
        source = from_token(in_token, module=MODULE, token="heyi", label=kind, pin=PIN)
        signer = Signer.holding(source)
        signs(signer, unsigned, kind)
        # The doctor looks at the key of a process that has it open.
        signs(Signer.holding(from_token(in_token, module=MODULE, token="heyi", label=kind, pin=PIN)), unsigned, kind)
    assert PIN not in caplog.text + repr(source) + repr(source.key) + repr(signer)


@needs_token
@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"label": "another"}, "token.key"),
        ({"token": "another"}, "token.missing"),
        ({"module": Path("/nowhere/libnothing.so")}, "token.module"),
    ],
)
def test_a_token_says_what_is_missing(in_token: Path, kind: str, wrong: dict[str, Any], code: str) -> None:
    right = {"module": MODULE, "token": "heyi", "label": kind, "pin": PIN}
    with pytest.raises(SigningError) as caught:
        from_token(in_token, **{**right, **wrong})
    assert caught.value.code == code
    assert PIN not in str(caught.value)


@needs_token
def test_a_wrong_pin_opens_nothing(in_token: Path, kind: str) -> None:
    # In a process of its own: in this one somebody has signed in already.
    script = (
        "from pathlib import Path\nfrom certificates.errors import SigningError\n"
        "from certificates.signatures.key_sources import from_token\n"
        f"try:\n    from_token(Path({str(in_token)!r}), module=Path({str(MODULE)!r}), token='heyi', label={kind!r},"
        " pin='000000')\nexcept SigningError as refused:\n    print(refused)\n"
    )
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert "token.pin" in told
    assert "000000" not in told


@needs_token
def test_a_token_whose_certificate_is_another_s_signs_nothing(in_token: Path, kind: str, authority: Authority) -> None:
    assert MODULE is not None
    stranger = ec.generate_private_key(ec.SECP256R1()) if kind == "P-256" else rsa.generate_private_key(65537, 3072)
    authority.write(in_token, authority.issue("x", stranger.public_key()))
    source = from_token(in_token, module=MODULE, token="heyi", label=kind, pin=PIN)
    assert code_of(lambda: Signer.holding(source)) == "key.mismatch"
