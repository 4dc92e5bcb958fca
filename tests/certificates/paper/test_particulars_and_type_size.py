"""What particulars accept, how they are digested, which items and sizes follow from them."""

import pickle
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificates import canonical
from certificates.errors import InvalidNumber, InvalidParticulars, MissingGlyph
from certificates.paper import glyphs, licence_items
from certificates.paper.type_size import LANDSCAPE, type_size_for
from certificates.particulars import Particulars

Make = Callable[..., Particulars]


def test_digest_is_of_the_facts_and_not_of_the_copy(make: Make) -> None:
    one = make()
    changes: dict[str, Any]
    for changes in (
        {"copy_kind": "original"},
        {"copy_number": 2},
        {"sample": False},
        {"check_url": "https://other.example/v/1"},
        {"capital": Decimal("5000000.00")},
    ):
        assert make(**changes).digest() == one.digest()
    for changes in (
        {"name": "金华双溪样例茶叶有限公司"},
        {"capital": Decimal("5000000.01")},
        {"edition": 2},
        {"issued_on": date(2026, 10, 14)},
        {"general_items": ("农副产品销售", "茶叶种植", "日用陶瓷制品销售")},
    ):
        assert make(**changes).digest() != one.digest()


def test_attached_json_gives_the_same_particulars_back(make: Make, make_five: Make) -> None:
    for particulars in (make(), make("individual", name=None), make_five(term_until=date(2045, 7, 19))):
        again = Particulars.model_validate_json(particulars.to_json())
        assert again == particulars
        assert again.digest() == particulars.digest()


def test_canonical_json_is_sorted_tight_and_utf8() -> None:
    assert canonical.canonical({"b": [1, True], "a": "茶\n"}) == '{"a":"茶\\n","b":[1,true]}'.encode()
    assert canonical.in_fours("7c1e09d45a3bf210ffff") == "7C1E 09D4 5A3B F210"
    with pytest.raises(TypeError):
        canonical.canonical({"a": [0.5]})


@given(st.dictionaries(st.text(), st.integers(-(2**53) + 1, 2**53 - 1) | st.text() | st.booleans()))
def test_digest_does_not_depend_on_the_order_of_keys(facts: dict[str, Any]) -> None:
    turned = dict(reversed(list(facts.items())))
    surrogate = any("\ud800" <= c <= "\udfff" for text in (*facts, *map(str, facts.values())) for c in text)
    if not surrogate:
        assert canonical.digest(facts) == canonical.digest(turned)


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"name": "双溪\u202e茶业"}, "text.control", "name"),
        ({"representative": "苏\n知禾"}, "text.control", "representative"),
        ({"domicile": "双溪路\u200b88号"}, "text.control", "domicile"),
        ({"general_items": ("茶叶\x07种植",)}, "text.control", "scope"),
        ({"registrar": "\ufeff金华"}, "text.control", "registrar"),
        ({"name": "茶" * 61}, "text.length", "name"),
        ({"check_url": "https://heyi.example/" + "a" * 150}, "text.length", "check_url"),
        ({"general_items": ("茶" * 20_001,)}, "text.length", "scope"),
        ({"name": None}, "item.missing", "name"),
        ({"name": "  "}, "item.missing", "name"),
        ({"general_items": (), "licensed_items": ()}, "item.missing", "scope"),
        ({"uscc": None}, "item.missing", "uscc"),
        ({"edition": 0}, "item.range", "edition"),
        ({"copy_number": 1000}, "item.range", "copy_number"),
    ],
)
def test_particulars_that_must_not_be_printed_are_refused(
    make: Make, changes: dict[str, Any], code: str, field: str
) -> None:
    with pytest.raises(InvalidParticulars) as caught:
        make(**changes)
    assert (caught.value.code, caught.value.data["field"]) == (code, field)


def test_wrong_numbers_never_reach_paper(make: Make, make_five: Make) -> None:
    with pytest.raises(InvalidNumber):
        make(uscc="91330701MAT000019L")
    five = make_five().five_numbers
    assert five is not None
    with pytest.raises(InvalidNumber):
        type(five)(**{**five.model_dump(), "tax_number": "330701MAT000019"})


def test_each_style_has_its_own_numbers(make: Make, make_five: Make) -> None:
    with pytest.raises(InvalidParticulars) as caught:
        make_five(uscc="91330701MAT000018L")
    assert (caught.value.code, caught.value.data) == ("item.unexpected", {"field": "uscc"})
    assert make().code == "91330701MAT000018L"
    assert make_five().code == "330702200001236"


@pytest.mark.parametrize(
    ("entity_type", "changes", "code"),
    [
        ("individual", {"capital": Decimal(1)}, "item.unexpected"),
        ("llc", {"composition": "family"}, "item.unexpected"),
        ("branch", {"capital": Decimal(1), "currency": "USD"}, "item.unexpected"),
        ("llc", {"term_until": date(2046, 1, 1)}, "item.unexpected"),
        ("llc", {"delegate": "陆栖梧"}, "item.unexpected"),
    ],
)
def test_a_fact_that_the_licence_would_not_show_is_refused(
    make: Make, entity_type: str, changes: dict[str, Any], code: str
) -> None:
    with pytest.raises(InvalidParticulars) as caught:
        licence_items.columns_for(make(entity_type, **changes))
    assert caught.value.code == code


def test_a_currency_is_a_fact_of_its_own(make: Make) -> None:
    one, foreign = make(), make(currency="USD")
    assert "currency" not in one.to_json().decode()
    assert one.digest() != foreign.digest()
    with pytest.raises(InvalidParticulars) as caught:
        make(capital=None, currency="USD")
    assert caught.value.data == {"field": "currency"}


def test_the_style_of_2015_is_for_companies(make_five: Make) -> None:
    with pytest.raises(InvalidParticulars) as caught:
        licence_items.columns_for(make_five("individual"))
    assert caught.value.code == "style.not_for_type"


def test_a_missing_item_is_an_error_and_not_a_blank(make: Make) -> None:
    particulars = make(capital=None)
    _, right = licence_items.columns_for(particulars)
    with pytest.raises(InvalidParticulars) as caught:
        licence_items.value_of(right[0], particulars)
    assert caught.value.data == {"field": "capital"}


def test_labels_per_type_are_those_of_the_regulation(make: Make) -> None:
    def labels(entity_type: str) -> list[str]:
        return ["".join(item.label) for column in licence_items.columns_for(make(entity_type)) for item in column]

    assert labels("llc") == ["名称", "类型", "法定代表人", "经营范围", "注册资本", "成立日期", "住所"]
    assert labels("llc_single") == labels("llc")
    assert labels("individual") == ["名称", "类型", "经营者", "经营范围", "组成形式", "注册日期", "经营场所"]
    assert labels("lp")[2::4] == ["执行事务合伙人", "主要经营场所"]


@pytest.mark.thorough
@given(st.integers(1, 3000), st.integers(2, 60), st.integers(1, 60))
def test_type_never_grows_when_text_does(scope: int, name: int, person: int) -> None:
    def size(length: int) -> int:
        particulars = Particulars.model_construct(  # type: ignore[call-arg]  # only what the size is reckoned from
            entity_type="llc",
            style="present",
            name="茶" * name,
            type_text="有限责任公司",
            representative="禾" * person,
            delegate=None,
            domicile="址" * 10,
            founded_on=date(2026, 10, 12),
            registrar="局" * 10,
            capital=Decimal(1),
            composition=None,
            term_until=None,
            general_items=tuple("样" * min(40, length - at) for at in range(0, length, 40)),
            licensed_items=(),
        )
        step = type_size_for(particulars)
        return len(LANDSCAPE) if step.annex else [room.scope for room in LANDSCAPE].index(step.scope)

    assert size(scope) <= size(scope + 50)


def test_rare_characters_of_names_have_glyphs_and_others_are_named() -> None:
    assert glyphs.missing("喆犇堃㛃𬭎䶮鿏𬭚") == ""
    with pytest.raises(MissingGlyph) as caught:
        glyphs.refuse_missing(["苏😀禾", "ᚠ😀"])
    assert caught.value.characters == "😀ᚠ"
    assert pickle.loads(pickle.dumps(caught.value)).characters == "😀ᚠ"


def test_errors_survive_a_queue(make: Make) -> None:
    with pytest.raises(InvalidParticulars) as caught:
        make(name=None)
    again = pickle.loads(pickle.dumps(caught.value))
    assert (again.code, again.data) == (caught.value.code, caught.value.data)
