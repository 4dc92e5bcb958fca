"""What is sealed opens again to what it was, in its own case alone, and nothing typed is taken for a seal."""

import json
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import HealthCheck, given
from hypothesis import settings as tries
from hypothesis import strategies as st

from registration.keys.field_encryption import MARK, blind_index, decrypt, decrypt_form, encrypt, encrypt_form
from registration.rules.fields import sensitive_paths
from registration.settings import Settings

pytestmark = pytest.mark.usefixtures("settings")
# The keys are made once for all examples, and nothing of an example is left in them.
examples = tries(suppress_health_check=[HealthCheck.function_scoped_fixture])

texts = st.text(max_size=30) | st.text(max_size=10).map(lambda text: MARK + text)
names = st.sampled_from(["id_no", "mobile", "address", "name", "key", "born_on", "0"])
leaves = st.none() | st.booleans() | st.integers() | texts
values = st.recursive(leaves, lambda inner: st.lists(inner) | st.dictionaries(names, inner), max_leaves=10)
people = st.lists(st.dictionaries(names, leaves), max_size=4)
forms = st.dictionaries(st.sampled_from(["people", "addons", "domicile"]), people | values)


@examples
@given(forms)
def test_a_form_opens_to_what_was_typed(form: dict[str, Any]) -> None:
    sealed = encrypt_form(form, sensitive_paths(form), case="HY-1")
    assert decrypt_form(sealed, case="HY-1") == form


@examples
@given(people)
def test_nothing_sensitive_can_be_read(typed: list[dict[str, Any]]) -> None:
    form = {"people": typed}
    sealed = encrypt_form(form, sensitive_paths(form), case="HY-1")
    for before, after in zip(form["people"], sealed["people"], strict=True):
        for name in ("id_no", "mobile", "address", "born_on"):
            if isinstance(before.get(name), str) and before[name]:
                assert after[name].startswith(MARK)
                assert after[name] != before[name]


def test_the_form_that_was_given_stays_open(settings: Settings) -> None:
    form = {"people": [{"id_no": "330702189503071214"}]}
    encrypt_form(form, sensitive_paths(form), case="HY-1")
    assert form == {"people": [{"id_no": "330702189503071214"}]}


def test_the_same_value_is_sealed_differently_each_time(settings: Settings) -> None:
    assert encrypt("330702189503071214", case="HY-1") != encrypt("330702189503071214", case="HY-1")


def test_a_value_copied_into_another_case_does_not_open(settings: Settings) -> None:
    sealed = encrypt("330702189503071214", case="HY-1")
    assert decrypt(sealed, case="HY-1") == "330702189503071214"
    with pytest.raises(InvalidTag):
        decrypt(sealed, case="HY-2")


def test_a_number_is_found_however_it_is_written(settings: Settings) -> None:
    assert blind_index(" 33070218950307121x ") == blind_index("33070218950307121X")
    assert blind_index("33070218950307121X") != blind_index("330702189503071214")


def test_a_number_in_a_misshapen_section_is_sealed_all_the_same() -> None:
    form = {"people": {"0": {"id_no": "33070218950307121X"}}, "odd": [{"mobile": "13800000001"}]}
    kept = json.dumps(encrypt_form(form, sensitive_paths(form), case="HY-1"))
    assert "33070218950307121X" not in kept
    assert "13800000001" not in kept
