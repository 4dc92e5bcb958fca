"""The application's secrets: made once, private, and loudly absent."""

import os
from pathlib import Path

import pytest

from registration import keys
from registration.errors import Unavailable
from registration.keys import offline
from registration.settings import Settings


def test_a_key_that_exists_is_never_replaced(tmp_path: Path) -> None:
    first = keys.make(tmp_path / "keys")
    before = {path: path.read_bytes() for path in first}
    (tmp_path / "keys" / "secret.key").unlink()
    assert keys.make(tmp_path / "keys") == [tmp_path / "keys" / "secret.key"]
    kept = [path for path in first if path.name != "secret.key"]
    assert all(path.read_bytes() == before[path] for path in kept)


def test_keys_are_private_and_differ(settings: Settings) -> None:
    assert len({keys.field_key(), keys.index_key(), keys.secret_key(settings)}) == 3
    assert keys.exposed(settings.keys) == []
    assert keys.missing(settings.keys) == []
    (settings.keys / "field.key").chmod(0o644)
    assert keys.exposed(settings.keys) == [settings.keys / "field.key"]


@pytest.mark.parametrize(("content", "code"), [(None, "key_missing"), (b"short", "key_malformed")])
def test_a_key_that_cannot_be_used_is_named(
    tmp_path: Path, settings: Settings, content: bytes | None, code: str
) -> None:
    path = settings.keys / "field.key"
    path.unlink()
    if content is not None:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
        os.write(descriptor, content)
        os.close(descriptor)
    keys.make(tmp_path / "elsewhere")
    with pytest.raises(Unavailable) as refused:
        keys.field_key()
    assert (refused.value.reason, refused.value.data["path"]) == (code, str(path))
    assert keys.missing(settings.keys) == [path]


def test_the_keys_of_codes_and_credentials_are_made_once_and_private(tmp_path: Path) -> None:
    made = keys.make(tmp_path / "keys")
    paths = [tmp_path / "keys" / purpose / "signer.key" for purpose in offline.PURPOSES]
    assert set(paths) < set(made)
    assert keys.make(tmp_path / "keys") == []
    assert offline.missing(tmp_path / "keys") == offline.exposed(tmp_path / "keys") == []
    paths[0].chmod(0o640)
    paths[1].unlink()
    assert offline.exposed(tmp_path / "keys") == paths[:1]
    assert offline.missing(tmp_path / "keys") == paths[1:]


def test_a_key_of_codes_that_cannot_be_used_is_named(settings: Settings) -> None:
    path = settings.keys / "qr" / "signer.key"
    path.write_bytes(b"no key")
    with pytest.raises(Unavailable) as refused:
        offline.signing_key("qr")
    assert (refused.value.reason, refused.value.data["path"]) == ("key_malformed", str(path))
    path.unlink()
    with pytest.raises(Unavailable) as refused:
        offline.signing_key("qr")
    assert refused.value.reason == "key_missing"
