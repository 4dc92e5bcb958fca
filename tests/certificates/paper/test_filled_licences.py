"""A licence that is filled into a compiled sheet is that which WeasyPrint lays out: text, places, tags, pixels."""

import io
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, get_args

import pikepdf
import pypdfium2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import ImageChops

from certificates.errors import CertificateError
from certificates.paper import samples
from certificates.paper.design import find
from certificates.paper.pdf import filled, licence, renderer
from certificates.particulars import CopyKind, EntityType, Particulars, Style
from tests.fixtures.marks import some_of

Make = Callable[..., Particulars]
Read = Callable[[bytes], str]
SIGNED_AT = datetime(2026, 10, 12, 6, 30, tzinfo=UTC)
# WeasyPrint's number of a table in the identifiers of its cells, which are compared by row and column.
NUMBERED = re.compile(rb"\(\d+-")
# Points by which a character may stand elsewhere, and pixels of a page at 100 dots an inch that may differ.
APART, DIFFERENT = 0.2, 50
# Every style, type and copy that the design serves.
KINDS = list(samples.kinds(find("jinhua").manifest.serves))


def both(particulars: Particulars, **more: Any) -> tuple[bytes, bytes]:
    """The licence as filled, and as laid out."""
    ready = renderer("jinhua")
    file = filled(ready, particulars, **more)
    assert file is not None
    return bytes(file.written()), licence(ready, particulars, compiled=False, **more)


def characters(pdf: bytes) -> list[tuple[str, tuple[float, ...]]]:
    """Every character of the first page with its box in points."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        page = document[0].get_textpage()
        return [(page.get_text_range(at, 1), page.get_charbox(at)) for at in range(page.count_chars())]
    finally:
        document.close()


def tags(pdf: bytes) -> list[Any]:
    """The tree of tags: kinds, words for pictures, headers of cells; for text only that there is one."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert document.check_pdf_syntax() == []
        return [_tag(kid) for kid in document.Root.StructTreeRoot.K]


def _tag(node: Any) -> Any:
    if not isinstance(node, pikepdf.Dictionary):
        return "text"
    attributes = {key: NUMBERED.sub(b"(", node[key].unparse()) for key in ("/Alt", "/ID", "/A") if key in node}
    return (str(node.S), attributes, [_tag(kid) for kid in node.get("/K", [])])


def assert_same(one: bytes, other: bytes, picture_of: Any) -> None:
    """Asserts that two licences look and read the same."""
    ours, theirs = characters(one), characters(other)
    assert [character for character, _ in ours] == [character for character, _ in theirs]
    for (character, box), (_, expected) in zip(ours, theirs, strict=True):
        assert all(abs(a - b) <= APART for a, b in zip(box, expected, strict=True)), (character, box, expected)
    assert tags(one) == tags(other)
    pictures = (picture_of(pdf, scale=100 / 72) for pdf in (one, other))
    histogram = ImageChops.difference(*pictures).histogram()
    assert sum(histogram[1:]) <= DIFFERENT


@pytest.mark.parametrize("kind", some_of(KINDS, every=7))
def test_every_kind_is_the_same(kind: tuple[Style, EntityType, CopyKind], picture_of: Any) -> None:
    style, entity_type, copy = kind
    facts = samples.particulars(entity_type, style=style, copy_kind=copy, sample=copy == "duplicate")
    assert_same(*both(facts), picture_of)


@pytest.mark.parametrize("kind", some_of(KINDS, every=13))
def test_texts_at_their_limits_are_the_same(kind: tuple[Style, EntityType, CopyKind], picture_of: Any) -> None:
    style, entity_type, copy = kind
    for name, facts in samples.longest(entity_type, style=style, copy_kind=copy):
        if name in ("longest texts", "longest scope"):
            file = filled(renderer("jinhua"), facts)
            assert (file is None) == (facts.delegate is not None and name == "longest texts")
            if file is not None:
                assert_same(*both(facts), picture_of)


WORDS = (
    "样例",
    "技术服务",
    "（除许可业务外）",
    "“样”",
    "《样》",
    "研究、设计",
    "A4",
    "100%",
    "：",
    "茶；",
    "·",
    "）（",
    "3D",
)
LATIN = ("Hello", "World", "W. A.", "a-b", "1,000", "é", "VAT", "(x)")
TEXTS = st.lists(st.sampled_from(WORDS), min_size=1, max_size=9).map("".join)
MIXED = st.lists(st.sampled_from((*WORDS, *LATIN)), min_size=1, max_size=9).map(" ".join)
FACTS = st.fixed_dictionaries(
    {
        "name": TEXTS,
        "type_text": TEXTS,
        "representative": st.one_of(TEXTS, MIXED),
        "domicile": st.lists(TEXTS, min_size=1, max_size=3).map("".join),
        "registrar": TEXTS.map(lambda text: text[:30]),
        "general_items": st.lists(st.lists(TEXTS, min_size=1, max_size=4).map("".join), min_size=1, max_size=9),
        "serial": st.text("0123456789", min_size=1, max_size=24),
        "copy_number": st.integers(1, 999),
    }
)
TYPES: tuple[EntityType, ...] = ("llc", "lp", "individual")
unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.mark.thorough
@settings(unhurried, max_examples=60)
@given(facts=FACTS, entity_type=st.sampled_from(TYPES), copy=st.sampled_from(get_args(CopyKind)))
def test_random_licences_are_the_same(
    facts: dict[str, Any], entity_type: EntityType, copy: CopyKind, picture_of: Any
) -> None:
    texts: dict[str, Any] = {name: one[:60] if isinstance(one, str) else one for name, one in facts.items()}
    try:
        given_facts = samples.particulars(entity_type, copy_kind=copy, **texts)
        file = filled(renderer("jinhua"), given_facts)
    except CertificateError:
        return
    if file is not None:
        assert_same(bytes(file.written()), licence(renderer("jinhua"), given_facts, compiled=False), picture_of)
