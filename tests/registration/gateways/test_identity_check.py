"""The twin of the identity service believes a well-formed number, nothing else, and never hides what it is."""

from random import Random

import pytest

from registration.gateways.identity import identity_check
from registration.rules.identity import sample_id

GOOD = sample_id(Random(1))


def test_a_well_formed_number_passes_as_a_sample() -> None:
    result = identity_check().check(name="林知夏", id_type="resident_id", id_no=GOOD, mobile="")
    assert (result.passed, result.sample, result.method) == (True, True, "sample")
    assert GOOD not in result.reference


@pytest.mark.parametrize(("name", "number"), [("林知夏", GOOD[:-1]), ("林知夏", f"9{GOOD[1:]}"), (" ", GOOD)])
def test_anything_else_does_not(name: str, number: str) -> None:
    assert not identity_check().check(name=name, id_type="resident_id", id_no=number, mobile="").passed
