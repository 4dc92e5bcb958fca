"""What people type is data: printed as it stands or refused with a reason; nothing outside the package is read."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest

from certificates.errors import InvalidParticulars, RenderError
from certificates.paper import samples
from certificates.paper.page_images import texts
from certificates.paper.papers import Paper, render_paper
from certificates.paper.pdf import DataFile, render, renderer
from certificates.particulars import Particulars
from tests.fixtures.marks import some_of

Make = Callable[..., Particulars]
# Each would do something if any part of it were markup.
PRINTED = (
    "<script>alert(1)</script>",
    '<img src="file:///etc/hostname">',
    "<style>*{color:#fff}</style>",
    "<style>@import 'http://127.0.0.1:9/a.css'",
    "</td></tr></table><h1>作废</h1>",
    "<svg><use href='http://127.0.0.1:9/a.svg#b'/></svg>",
    "<a href='javascript:alert(1)'>茶</a>",
    "<link rel=attachment href='file:///etc/hosts'>",
    "{{ 7*7 }}{% raw %}",
    "url(file:///etc/hostname)",
    "&lt;b&gt;&#x202e;&amp;",
    '=HYPERLINK("http://127.0.0.1:9")',
)
REFUSED = (
    *("\u202e", "\u2066", "\u200f", "\u200b", "\u00ad", "\ufeff"),
    *("\x00", "\x1b", "\n", "\u2028", "\ue000", "\ud800"),
)
FIELDS = ("name", "type_text", "representative", "domicile", "registrar", "general_items", "licensed_items")


def tight(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize("payload", some_of(PRINTED, every=3))
def test_markup_prints_as_text_on_licences_and_papers(payload: str, make: Make) -> None:
    short = payload[:36]
    facts = {"name": payload, "representative": payload, "domicile": payload, "type_text": short, "registrar": short}
    text = "".join(texts(render(make(**facts, general_items=(payload,)))))
    assert text.count(tight(short)) >= len(FIELDS) - 1
    assert text.count(tight(payload)) >= 4
    paper = samples.paper(
        "refusal",
        rows=0,
        registrar=short,
        facts={"name": payload, "address": payload},
        before=(payload,),
        after=(payload,),
        contacts=(payload,),
    )
    assert "".join(texts(render_paper(paper))).count(tight(payload)) >= 5


@pytest.mark.parametrize("character", REFUSED)
@pytest.mark.parametrize("field", FIELDS)
def test_what_is_not_seen_is_refused_with_field_and_place_on_licences(field: str, character: str, make: Make) -> None:
    text: Any = f"茶{character}业"
    with pytest.raises(InvalidParticulars) as caught:
        make(**{field: (text,) if field.endswith("items") else text})
    assert caught.value.code == "text.control"
    assert caught.value.data["field"] == ("scope" if field.endswith("items") else field)
    assert caught.value.data["position"] == 2


@pytest.mark.parametrize("character", REFUSED)
@pytest.mark.parametrize("field", ["registrar", "number", "before", "after", "contacts", "facts", "rows"])
def test_what_is_not_seen_is_refused_with_field_and_place_on_papers(field: str, character: str) -> None:
    text = f"茶{character}业"
    shapes = {"facts": {"name": text}, "rows": ((text, "茶", "茶"),)}
    value = shapes.get(field, text if field in ("registrar", "number") else (text,))
    with pytest.raises(InvalidParticulars) as caught:
        _refusal(field, value)
    assert caught.value.code == "text.control"
    assert caught.value.data["field"].startswith(field)


def _refusal(field: str, value: Any) -> None:
    known = samples.paper("refusal").model_dump()
    Paper(**{**known, field: value})


SVG = "<svg xmlns='http://www.w3.org/2000/svg' xmlns:xlink='http://www.w3.org/1999/xlink'>{0}</svg>"
INSIDE = (
    "<image href='file:///etc/hostname' width='9' height='9'/>",
    "<image href='http://127.0.0.1:9/x.png' width='9' height='9'/>",
    "<use href='file:///etc/hostname#a'/>",
    "<use xlink:href='http://127.0.0.1:9/x.svg#a'/>",
    "<style>@import url(http://127.0.0.1:9/x.css);</style>",
    "<rect width='9' height='9' fill='url(http://127.0.0.1:9/x.svg#a)'/>",
)


@pytest.mark.parametrize("inside", INSIDE)
def test_a_picture_inside_a_picture_reads_nothing(inside: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Even a design's own SVG: whatever is asked for comes past the one fetcher, and it serves none of these."""
    ready = renderer("jinhua")
    served: list[str] = []
    fetch = type(ready.fetcher).fetch

    def watched(self: Any, url: str, headers: Any = None) -> Any:
        answer = fetch(self, url, headers)
        served.append(url[:60])
        return answer

    monkeypatch.setattr(type(ready.fetcher), "fetch", watched)
    picture = SVG.format(inside).replace("#", "%23")
    source = f'<html lang=zh><title>x</title><img alt=x src="data:image/svg+xml,{picture}">'
    data = DataFile("a.json", b"{}", "data", samples.PRESENT["issued_on"])
    with suppress(RenderError):
        ready.print(source, sheets=(), data=data, identity=b"x", bottom=False)
    assert not [url for url in served if not url.startswith(("data:", "https://design.invalid/"))]
