"""Masked texts that come back, for every shape of form that anybody may type."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from registration.rules.fields import sensitive_paths
from registration.rules.masked_input import restore_masked
from registration.rules.masking import masked_form

texts = st.text(max_size=20)
plain = st.text(st.characters(exclude_characters="*", codec="utf-8"), max_size=20)
names = st.sampled_from(["id_no", "mobile", "address", "born_on", "email", "name", "extra"])
leaves = st.none() | st.booleans() | st.integers() | texts
anything = st.recursive(
    leaves, lambda inner: st.lists(inner) | st.dictionaries(names | st.just("key"), inner), max_leaves=8
)
rows = st.dictionaries(names, st.none() | plain | st.integers())
keyed = st.lists(
    st.tuples(st.none() | st.sampled_from(["p1", "p2", "p3", "p4"]), rows),
    max_size=5,
    unique_by=lambda row: row[0] or object(),
).map(lambda pairs: [{**({"key": key} if key else {}), **row} for key, row in pairs])
forms = st.fixed_dictionaries(
    {"people": keyed}, optional={"addons": st.fixed_dictionaries({"postal_address": plain}), "five": rows}
)


@given(forms)
def test_a_form_that_comes_back_masked_is_unchanged(form: dict[str, Any]) -> None:
    masked = masked_form(form, sensitive_paths(form))
    assert restore_masked(masked, form) == form


@given(forms, st.randoms())
def test_the_order_of_persons_does_not_matter(form: dict[str, Any], random: Any) -> None:
    people = [one for one in form["people"] if "key" in one]
    masked = masked_form({"people": people}, sensitive_paths({"people": people}))["people"]
    shuffled = random.sample(list(range(len(people))), len(people))
    assert restore_masked([masked[place] for place in shuffled], people) == [people[place] for place in shuffled]


@given(anything, anything)
def test_nothing_that_is_typed_breaks_it(raw: Any, kept: Any) -> None:
    merged = restore_masked(raw, kept)
    assert restore_masked(merged, kept) == merged
    assert restore_masked(raw, None) == raw


@given(forms, anything)
def test_what_is_typed_without_a_star_is_taken_as_typed(form: dict[str, Any], kept: Any) -> None:
    assert restore_masked(form, kept) == form


def test_a_new_person_gets_nothing_of_another() -> None:
    kept = [{"key": "p1", "id_no": "330702189503071214"}]
    typed = [{"key": "p2", "id_no": "330702********1214"}]
    assert restore_masked(typed, kept) == typed


def test_a_star_of_ones_own_is_kept_where_nothing_is_masked() -> None:
    assert restore_masked({"street": "星光*路"}, {"street": "样例路1号"}) == {"street": "星光*路"}
