"""Names of downloads, as RFC 6266 and RFC 8187 write them."""

from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registration.documents.downloads import disposition


@pytest.mark.parametrize(
    ("filename", "header"),
    [
        ("licence-1.pdf", 'attachment; filename="licence-1.pdf"'),
        ("章程.pdf", "attachment; filename=\"__.pdf\"; filename*=UTF-8''%E7%AB%A0%E7%A8%8B.pdf"),
        ('a"b\\c%41.pdf', "attachment; filename=\"a_b_c_41.pdf\"; filename*=UTF-8''a%22b%5Cc%2541.pdf"),
        ("a; filename=b.exe", 'attachment; filename="a; filename=b.exe"'),
    ],
)
def test_a_plain_name_stands_beside_the_true_one(filename: str, header: str) -> None:
    assert disposition(filename) == header


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60))
def test_no_name_breaks_the_header(filename: str) -> None:
    header = disposition(filename)
    assert header.isascii()
    assert header.isprintable()
    plain, _, true = header.removeprefix('attachment; filename="').partition('"')
    assert (unquote(true.partition("UTF-8''")[2]) or plain) == filename
