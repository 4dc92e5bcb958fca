"""The file of the providers: every fault with its key, before anything starts on it."""

from pathlib import Path

import pytest

from registration.rules.sign_in_providers import ProvidersError, providers_in, reaches, read
from tests.fixtures.sign_in_providers import written_to
from tests.house.source import ROOT


def test_every_fault_is_named_with_its_key(tmp_path: Path) -> None:
    path = written_to(tmp_path, "https://id.example.cn")
    assert read(path)[1] == []
    wrong = path.read_text().replace("face: high", "face: highest").replace("for: [staff]", "for: []")
    path.write_text(wrong.replace("{zh: 市民一号通, en: City ID}", "{zh: 市民一号通}") + "\n    secret: in the file\n")
    places = {fault.place for fault in read(path)[1]}
    assert places == {
        "oidc.yaml: providers.city.levels.face",
        "oidc.yaml: providers.city.name",
        "oidc.yaml: providers.office.for",
        "oidc.yaml: providers.office.secret",
    }


def test_addresses_secrets_and_staff_numbers_are_checked(tmp_path: Path) -> None:
    path = written_to(tmp_path, "http://id.example.cn")
    path.write_text(path.read_text().replace("claims: {staff_number: employee}", "scopes: [profile]"))
    (tmp_path / "secret").chmod(0o644)
    found = {(fault.key.removeprefix("providers."), fault.code) for fault in read(path)[1]}
    assert found == {
        *(("city.issuer", "not_https"), ("city.secret_file", "no_secret")),
        *(("office.issuer", "not_https"), ("office.secret_file", "no_secret")),
        *(("office.claims.staff_number", "missing"), ("office.scopes", "no_openid")),
    }
    with pytest.raises(ProvidersError) as refused:
        providers_in(path)
    assert "https://" in refused.value.data["zh"]


def test_the_example_is_whole_but_for_its_secrets() -> None:
    assert {fault.code for fault in read(ROOT / "deploy" / "oidc.example.yaml")[1]} == {"no_secret"}


def test_levels_have_an_order() -> None:
    assert reaches("high", "substantial")
    assert not reaches("low", "substantial")
    assert not reaches(None, "low")
    assert not reaches("high", None)
