"""Charts as SVG, made here without scripts: horizontal bars, and pairs of columns over time.

The same numbers stand in a table beside each chart; title and description are for those who do not see it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil

from markupsafe import Markup, escape

from workflows.diagram.text_metrics import measure, wrapped

WIDTH, SIZE, LINE = 400, 13, 18
_BAR, _GAP = 14, 12
_HIGH, _LEFT, _TOP, _FOOT = 150, 40, 12, 44
_MOST_LABELS = 6
# Fills of the stylesheet: the first series strong, the second grey.
_FILLS = ("f1", "f5")


@dataclass(frozen=True)
class Bar:
    """`values` are (length, what is written behind it), one for each series."""

    label: str
    values: Sequence[tuple[float, str]]


def bars(
    rows: Sequence[Bar], *, title: str, desc: str, name: str, legend: Sequence[str] = (), full: float = 0
) -> Markup:
    """Each label above its bars; the longest, or `full`, fills the width that its number leaves.

    `name` is unique on the page.
    """
    longest = full or max((value for row in rows for value, _shown in row.values), default=0) or 1
    written = max((measure(shown, SIZE) for row in rows for _value, shown in row.values), default=0)
    room = WIDTH - written - 12
    parts, top = list(_legend(legend)), LINE + 4 if legend else 0
    for row in rows:
        for line in wrapped(row.label, width=WIDTH, size=SIZE):
            parts.append(_text(0, top + SIZE, line))
            top += LINE
        for place, (value, shown) in enumerate(row.values):
            long = max(1.0, room * value / longest) if value else 0
            parts.append(f'<rect class="{_FILLS[place]}" x="0" y="{top}" width="{long:.1f}" height="{_BAR}" rx="2"/>')
            parts.append(_text(long + 8, top + _BAR - 2, shown, look="b"))
            top += _BAR + 3
        top += _GAP
    return _svg(parts, height=top, title=title, desc=desc, name=name)


def columns(
    labels: Sequence[str], series: Sequence[tuple[str, Sequence[float]]], *, title: str, desc: str, name: str
) -> Markup:
    """A group of columns for each label, with a scale at the left; `series` are at most two (name, values)."""
    highest = _round_up(max((value for _name, values in series for value in values), default=0))
    step = (WIDTH - _LEFT) / max(1, len(labels))
    top = _TOP + LINE
    parts = [*_legend([words for words, _values in series]), *_scale(top, highest)]
    width = step * 0.8 / len(series)
    for place, (_name, values) in enumerate(series):
        for at, value in enumerate(values):
            high = _HIGH * value / highest
            x = _LEFT + at * step + step * 0.1 + place * width
            parts.append(
                f'<rect class="{_FILLS[place]}" x="{x:.1f}" y="{top + _HIGH - high:.1f}" '
                f'width="{width * 0.92:.1f}" height="{high:.1f}"/>'
            )
    every = ceil(len(labels) / _MOST_LABELS) if labels else 1
    for at in range(0, len(labels), every):
        x = _LEFT + at * step + step / 2
        parts.append(_text(x, top + _HIGH + LINE, labels[at], look="m", anchor="middle" if at else "start"))
    return _svg(parts, height=top + _HIGH + _FOOT - LINE, title=title, desc=desc, name=name)


def _legend(names: Sequence[str]) -> Iterator[str]:
    x = 0.0
    for place, words in enumerate(names):
        yield f'<rect class="{_FILLS[place]}" x="{x:.1f}" y="2" width="12" height="12" rx="2"/>'
        yield _text(x + 18, 13, words)
        x += 18 + measure(words, SIZE) + 24


def _scale(top: float, highest: float) -> Iterator[str]:
    for half in range(3):
        y = top + _HIGH - _HIGH * half / 2
        yield f'<path class="lg" d="M{_LEFT} {y:.1f}H{WIDTH}"/>'
        yield _text(_LEFT - 6, y + 4, f"{highest * half / 2:g}", look="m", anchor="end")


def _round_up(value: float) -> float:
    """The next 2, 4, 10, 20, 40, 100 ...: half of it is whole, too."""
    size, steps = 2.0, (2.0, 2.5, 2.0)
    place = 0
    while size < value:
        size *= steps[place % 3]
        place += 1
    return size


def _text(x: float, y: float, words: str, *, look: str = "", anchor: str = "start") -> str:
    kind = f' class="{look}"' if look else ""
    return f'<text{kind} x="{x:.1f}" y="{y:.1f}" font-size="{SIZE}" text-anchor="{anchor}">{escape(words)}</text>'


def _svg(parts: Sequence[str], *, height: float, title: str, desc: str, name: str) -> Markup:
    head = Markup('<title id="{name}-t">{title}</title><desc id="{name}-d">{desc}</desc>').format(
        name=name, title=title, desc=desc
    )
    # The parts are made above and escape the texts in them.
    body = Markup("".join(parts))  # noqa: S704
    return Markup(
        '<svg viewBox="0 0 {width} {height:.0f}" role="img" aria-labelledby="{name}-t" aria-describedby="{name}-d">'
        "{head}{body}</svg>"
    ).format(width=WIDTH, height=height, name=name, head=head, body=body)
