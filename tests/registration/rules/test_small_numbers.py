"""Withheld counts: whoever tries every number that fits what is published finds more than one for each small count."""

from itertools import product
from random import Random

from registration.rules.open_figures import COUNTS, PERIODS, WHOLE, published
from registration.rules.small_numbers import MANY, Sum, is_small, share, withheld


def test_a_small_count_has_more_than_one_value_that_fits() -> None:
    """Two districts with promises kept and broken, and their sums: every table up to eight is tried against each."""
    base = [(place, name) for place in "ab" for name in ("kept", "broken")]
    sums = [Sum((place, "decided"), ((place, "kept"), (place, "broken"))) for place in (*"ab", "city")]
    sums += [Sum(("city", name), (("a", name), ("b", name))) for name in ("kept", "broken", "decided")]

    def whole(values: tuple[int, ...]) -> dict[tuple[str, str], int]:
        found = dict(zip(base, values, strict=True))
        for place in "ab":
            found[place, "decided"] = found[place, "kept"] + found[place, "broken"]
        return found | {("city", name): found["a", name] + found["b", name] for name in ("kept", "broken", "decided")}

    tables = [whole(values) for values in product(range(9), repeat=4)]
    chosen = Random(4)
    for table in chosen.sample(tables, 40):
        hidden = withheld(table, sums)
        small = {key for key, number in table.items() if is_small(number)}
        assert small <= hidden
        fitting = [one for one in tables if all(one[key] == table[key] for key in table if key not in hidden)]
        assert all(len({one[key] for one in fitting}) > 1 for key in small), table


def test_what_needs_no_withholding_is_shown() -> None:
    one = Sum("city", ("a", "b", "c"))
    assert withheld({"city": 30, "a": 20, "b": 10, "c": 0}, [one]) == set()
    assert withheld({"city": 22, "a": 20, "b": 2, "c": 0}, [one]) == {"a", "b"}


def test_a_whole_that_is_one_part_of_another_sum_is_withheld_with_it() -> None:
    sums = [Sum("city", ("a", "b", "c")), Sum("city", ("matter",))]
    assert withheld({"city": 8, "matter": 8, "a": 8, "b": 0, "c": 0}, sums) == set()
    found = withheld({"city": 4, "matter": 4, "a": 2, "b": 2, "c": 0}, sums)
    assert found == {"city", "matter", "a", "b"}


def test_the_days_before_today_do_not_follow() -> None:
    """Two cases this month before today: today's number is withheld with them, because the month's is shown."""
    counted = {
        (*row, period, name): number
        for row in (WHOLE, ("matter", "one"))
        for period, number in (("today", 9), ("month", 11))
        for name in COUNTS
    }
    counted |= {(*row, "now", "waiting"): 0 for row in (WHOLE, ("matter", "one"))}
    shown = published(counted, {"matter": ["one"]})
    for name in COUNTS:
        assert None in {shown["matter", "one", period, name] for period in PERIODS}


def test_a_share_tells_no_small_number() -> None:
    assert share(5, 10) == 0.5
    assert share(40, 40) == 1.0
    assert share(38, 40) is None
    assert share(2, 3) is None
    assert share(MANY - 2, MANY) == 0.99
