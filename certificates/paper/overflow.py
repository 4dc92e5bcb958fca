"""Finds overflow on a laid-out page, because WeasyPrint does not warn when a box overprints another."""

from collections.abc import Iterator
from typing import Any

from certificates.errors import RenderError

# Half a millimetre in CSS pixels: below it is rounding.
SLACK = 2.0


def refuse_overflow(document: Any) -> None:
    """The type size comes from character widths; if that is ever wrong, a licence must fail rather than overprint."""
    for number, page in enumerate(document.pages, 1):
        for tag in overflowing(page._page_box):
            raise RenderError("render.overflow", {"page": number, "tag": tag})


def overflowing(page: Any) -> Iterator[str]:
    """The tags of boxes that reach below the foot rule of their sheet, overlap what is above it, or leave the page."""
    # A box with absolute position, as all boxes of a sheet, is inside a placeholder.
    boxes = list(page.descendants(placeholders=True))
    floors, lines = _floors_and_lines(boxes)
    for box in boxes:
        if box.element_tag in ("td", "th") or _is(box, "div", "whole"):
            below = [*floors, *(line for line in lines if _stands_above(box, line))]
            if any(box.position_y + box.height > one.position_y + SLACK for one in below):
                yield str(box.element_tag)
    edge = page.margin_width() + SLACK
    yield from (_tag(box) for box in boxes if _is_text(box) and box.position_x + box.width > edge)


def floors_and_lines(page: Any) -> tuple[list[Any], list[Any]]:
    """The boxes above which every cell must end, and those above which each cell that is over them must."""
    return _floors_and_lines(list(page.descendants(placeholders=True)))


def _floors_and_lines(boxes: list[Any]) -> tuple[list[Any], list[Any]]:
    floors = [box for box in boxes if _is(box, "div", "foot")]
    return floors, [box for box in boxes if _is(box, "p", "duty") or _is(box, "div", "registrar")]


def _is_text(box: Any) -> bool:
    return type(box).__name__ == "TextBox"


def _tag(box: Any) -> str:
    return str(box.element_tag or "text")


def _stands_above(box: Any, line: Any) -> bool:
    apart = box.position_x >= line.position_x + line.width or line.position_x >= box.position_x + box.width
    return bool(box.position_y < line.position_y and not apart)


def _is(box: Any, tag: str, name: str) -> bool:
    return box.element_tag == tag and box.element is not None and name in (box.element.get("class") or "").split()
