"""How Chinese is set: which sign may begin or end a line, what is never torn, in real print."""

from collections.abc import Callable, Iterator
from typing import Any

import pypdfium2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from certificates import samples
from certificates.particulars import Particulars
from certificates.render import render

Make = Callable[..., Particulars]
NOT_FIRST, NOT_LAST = "，。；：、）》”’！？", "（《“‘"
PIECES = ("样例", "技术服务", "（除许可业务外）", "“样”", "《样》", "研究、设计", "A4", "100%", "：", "茶；", "·")
WORDS = st.sampled_from(PIECES)


def lines(pdf: bytes) -> Iterator[str]:
    """The printed lines of the first page, as runs of characters on one height."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        text = document[0].get_textpage().get_text_range()
    finally:
        document.close()
    yield from (line.strip() for line in text.splitlines() if line.strip())


def scope_lines(pdf: bytes) -> list[str]:
    """Those from the head of the scope on, up to its end."""
    found, inside = [], False
    for line in lines(pdf):
        inside = inside or "一般项目" in line
        if inside:
            found.append(line)
        if inside and "动）。" in line:
            break
    return found


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(WORDS, min_size=20, max_size=90).map("".join))
def test_no_line_begins_with_a_closing_or_ends_with_an_opening_sign(make: Make, item: str) -> None:
    printed = scope_lines(render(make(general_items=(f"样{item}样",), licensed_items=())))
    assert printed
    assert not [line for line in printed[1:] if line[0] in NOT_FIRST]
    assert not [line for line in printed[:-1] if line[-1] in NOT_LAST]


@pytest.mark.parametrize("size", range(120, 140))
def test_the_last_line_of_a_scope_is_never_one_character(size: int, make: Make) -> None:
    printed = scope_lines(render(make(general_items=("样" * size,), licensed_items=())))
    assert len(printed[-1]) >= 6


@pytest.mark.parametrize("length", range(2, 12))
def test_brackets_round_a_delegate_stay_on_one_line(length: int, make: Make) -> None:
    whole = f"（委派代表：{'陆' * 3}）"
    pdf = render(make("lp", representative="名" * (length + 10), delegate="陆" * 3))
    assert any(whole in line for line in lines(pdf))


@pytest.mark.parametrize("name", ["𬭎样", "㛃样", "阿依古丽·样例", "喆犇堃䶮", "鿏𬭚样", "𠮷样"])
def test_rare_characters_are_printed_or_named_before_issue(name: str, make: Make) -> None:
    from certificates import glyphs
    from certificates.errors import MissingGlyph

    facts: Any = {"representative": name}
    if lacking := glyphs.missing(name):
        with pytest.raises(MissingGlyph) as caught:
            render(make(**facts))
        assert caught.value.characters == lacking
    else:
        assert any(name in line for line in lines(render(make(**facts))))


def test_a_foreign_capital_and_the_longest_name_are_printed_whole(make: Make) -> None:
    name = "金华" + "样" * 54 + "有限公司"
    text = "".join(lines(render(make(name=name, currency="USD", capital=samples.PRESENT["capital"]))))
    assert name in text
    assert "伍佰万美元" in text
