"""The agencies' parallel review as a picture: left to right, a column for each stage of who waits for whom."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from flask_babel import gettext as _

from registration.clock import local
from registration.http.context import say
from registration.matters import definition_of
from registration.models import Application
from registration.queries.file_contents import PartView
from registration.web.present.part_waits import PartWait
from registration.web.present.states import part_tag
from workflows.definition import Parts

GAP, ROAD, EDGE = 20, 22, 2
# Widths of a glyph at the two sizes of the picture's text: a Han character fills its box, a Latin one about half.
LABEL, STATE = 13, 11.5
LATIN = 0.56
MARGIN = 42
# The widest text of a box, so that five columns stand beside each other on a narrow screen; longer texts are wrapped.
WIDEST = 118
LEADING, PAD = 16, 11
# Signs that no line begins with.
_NEVER_FIRST = "）】》，。；：、)"
_LINES = {"ok": "lok", "warn": "lw", "go": "l1", "": "le"}


@dataclass(frozen=True)
class Node:
    """A box: `kind` is ok, warn, go or nothing, as a tag's; its shape and line follow from it.

    `lines` are (text, class, size, distance from the top); the first of them are the label.
    """

    x: float
    y: float
    width: float
    height: float
    label: str
    lines: tuple[tuple[str, str, float, float], ...]
    kind: str

    @property
    def end(self) -> float:
        return self.x + self.width

    @property
    def line(self) -> str:
        return _LINES[self.kind]

    @property
    def middle(self) -> float:
        return self.y + self.height / 2


@dataclass(frozen=True)
class Edge:
    """A line from one box to the next, green if its source is done."""

    path: str
    line: str


@dataclass(frozen=True)
class Graph:
    """Everything that the template draws; `description` is the picture in words."""

    width: float
    height: float
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    description: str


@dataclass(frozen=True)
class Box:
    """The texts of a box before it has a place: `more` says for whom it waits, since when, and what was promised."""

    label: str
    state: str
    kind: str
    more: tuple[str, ...] = ()

    @cached_property
    def lines(self) -> tuple[tuple[str, str, float, float], ...]:
        texts = [(text, "b", float(LABEL)) for text in _wrapped(self.label, LABEL)]
        texts += [(text, "m", STATE) for said in (self.state, *self.more) for text in _wrapped(said, STATE)]
        return tuple((text, look, size, PAD + LEADING * (row + 0.5)) for row, (text, look, size) in enumerate(texts))


def graph_of(case: Application, views: Sequence[PartView], waits: Mapping[str, PartWait]) -> Graph | None:
    """The registrar's approval, every agency, and the licence at the end; None for a case without parts."""
    parts = definition_of(case.definition).parts
    if parts is None or not views:
        return None
    by_key = {view.part.key: view for view in views}
    columns = _columns(parts, [key for key in parts.graph if key in by_key])
    boxes = {key: _words(case, parts, by_key[key], waits[key]) for column in columns for key in column}
    registrar, licence = _ends(parts, by_key)
    layers = [{"": registrar}, *({key: boxes[key] for key in column} for column in columns), {"": licence}]
    placed, height = _placed(layers)
    nodes = {key: node for layer in placed[1:-1] for key, node in layer.items()}
    first, last = placed[0][""], placed[-1][""]
    edges = tuple(_edges(parts, nodes, first, last))
    return Graph(last.end + EDGE, height, (first, *nodes.values(), last), edges, _as_text(boxes))


def _columns(parts: Parts, keys: Sequence[str]) -> list[list[str]]:
    """Each part one column after the last of those that it waits for."""
    depth: dict[str, int] = {}
    while len(depth) < len(keys):
        for key in keys:
            above = [before for before in parts.graph[key].after if before in keys]
            if key not in depth and all(before in depth for before in above):
                depth[key] = 1 + max((depth[before] for before in above), default=-1)
    return [[key for key in keys if depth[key] == at] for at in range(max(depth.values()) + 1)]


def _words(case: Application, parts: Parts, view: PartView, wait: PartWait) -> Box:
    label = say(parts.graph[view.part.key].label)
    state, kind = part_tag(case, view.part)
    when = f" {local(view.part.decided_at):%H:%M}" if view.part.decided_at else ""
    whom = _("等%(whom)s", whom=wait.whom) if wait.whom else ""
    more = tuple(filter(None, (whom, wait.since, wait.promise)))
    return Box(label, f"{state}{when}", "warn" if wait.overdue else kind, more)


def _ends(parts: Parts, by_key: Mapping[str, PartView]) -> tuple[Box, Box]:
    complete = all(view.part.state in parts.done for key, view in by_key.items() if parts.graph[key].required)
    licence = Box(_("制照"), _("可以制照") if complete else _("待汇合"), "go" if complete else "")
    return Box(_("登记机关"), _("已核准"), "ok"), licence


def _placed(layers: Sequence[Mapping[str, Box]]) -> tuple[list[dict[str, Node]], float]:
    """The boxes of each column below each other, all as wide as the widest of them; and the height of the picture."""
    heights = [[_height(box) for box in layer.values()] for layer in layers]
    total = max(sum(rows) + GAP * (len(rows) - 1) for rows in heights) + 2 * EDGE
    placed, left = [], float(EDGE)
    for layer, rows in zip(layers, heights, strict=True):
        width = max(_width(box) for box in layer.values())
        top = (total - sum(rows) - GAP * (len(rows) - 1)) / 2
        column = {}
        for (key, box), height in zip(layer.items(), rows, strict=True):
            column[key] = Node(left, top, width, height, box.label, box.lines, box.kind)
            top += height + GAP
        placed.append(column)
        left += width + ROAD
    return placed, total


def _height(box: Box) -> float:
    return 2 * PAD + LEADING * len(box.lines)


def _edges(parts: Parts, nodes: Mapping[str, Node], first: Node, last: Node) -> list[Edge]:
    """From the registrar to parts that wait for no other, along the graph, and from the last parts to the licence."""
    awaited = {before for key in nodes for before in parts.graph[key].after}
    pairs = [(first, nodes[key]) for key in nodes if not parts.graph[key].after]
    pairs += [(nodes[before], nodes[key]) for key in nodes for before in parts.graph[key].after if before in nodes]
    pairs += [(nodes[key], last) for key in nodes if key not in awaited]
    return [_edge(source, target) for source, target in pairs]


def _edge(source: Node, target: Node) -> Edge:
    bend = (source.end + target.x) / 2
    path = f"M{source.end} {source.middle}C{bend} {source.middle} {bend} {target.middle} {target.x} {target.middle}"
    return Edge(path, "lok" if source.kind == "ok" else "le")


def _width(box: Box) -> float:
    return round(max(_measure(text, size) for text, _look, size, _y in box.lines) + MARGIN)


def _measure(text: str, size: float) -> float:
    return sum(size if unicodedata.east_asian_width(char) in "WF" else size * LATIN for char in text)


def _wrapped(text: str, size: float) -> list[str]:
    """The text in lines that fit: broken between words, and between Han characters."""
    lines = [""]
    for piece in re.findall(r"[\u2e80-\uffef]|[^\s\u2e80-\uffef]+\s*|\s+", text):
        if lines[-1] and _measure((lines[-1] + piece).rstrip(), size) > WIDEST and piece not in _NEVER_FIRST:
            lines.append("")
        lines[-1] += piece
    return [line.strip() for line in lines if line.strip()]


def _as_text(boxes: Mapping[str, Box]) -> str:
    comma = _("；")
    texts = ((box.label, _("，").join((box.state, *box.more))) for box in boxes.values())
    return comma.join(_("%(part)s：%(title)s", part=label, title=said) for label, said in texts)
