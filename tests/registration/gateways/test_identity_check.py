"""The twin of the identity service believes a well-formed number, nothing else, and never hides what it is."""

from random import Random

import pytest

from registration import settings as configuration
from registration.errors import Unavailable
from registration.gateways.identity import NullIdentityCheck, identity_check
from tests.fixtures.identity_numbers import sample_id

pytestmark = pytest.mark.usefixtures("settings")
GOOD = sample_id(Random(1))


def test_a_well_formed_number_passes_as_a_sample() -> None:
    result = identity_check().check(name="林知夏", id_type="resident_id", id_no=GOOD, mobile="")
    assert (result.passed, result.sample, result.method) == (True, True, "sample")
    assert GOOD not in result.reference


@pytest.mark.parametrize(("name", "number"), [("林知夏", GOOD[:-1]), ("林知夏", f"9{GOOD[1:]}"), (" ", GOOD)])
def test_anything_else_does_not(name: str, number: str) -> None:
    assert not identity_check().check(name=name, id_type="resident_id", id_no=number, mobile="").passed


def test_an_office_names_a_check_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEYI_IDENTITY", "registration.gateways.identity:NullIdentityCheck")
    configuration.settings.cache_clear()
    assert isinstance(identity_check(), NullIdentityCheck)


def test_production_has_none_unless_one_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEYI_MODE", "production")
    configuration.settings.cache_clear()
    with pytest.raises(Unavailable):
        identity_check()
