"""The agencies' parallel review as a picture: left to right, a column for each stage of who waits for whom."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from registration.clock import local
from registration.edge import lang_here
from registration.matters import definition_of
from registration.models import Application
from registration.queries.casefile import PartView
from registration.web.present.states import part_tag
from workflows.definition import Parts

HEIGHT, GAP, ROAD, EDGE = 42, 28, 32, 2
# Widths of a glyph at the two sizes of the picture's text: a Han character fills its box, a Latin one about half.
LABEL, STATE = 13, 11.5
LATIN = 0.56
MARGIN = 42
_LINES = {"ok": "lok", "warn": "lw", "go": "l1", "": "le"}


@dataclass(frozen=True)
class Node:
    """A box: `kind` is ok, warn, go or nothing, as a tag's; its shape and line follow from it."""

    x: float
    y: float
    label: str
    state: str
    kind: str

    @property
    def line(self) -> str:
        return _LINES[self.kind]

    @property
    def middle(self) -> float:
        return self.y + HEIGHT / 2


@dataclass(frozen=True)
class Edge:
    """A way from one box to the next, green once its source is done."""

    path: str
    line: str


@dataclass(frozen=True)
class Graph:
    """Everything that the template draws; `told` is the picture in words."""

    width: float
    height: float
    node_width: float
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    told: str


def graph_of(case: Application, views: Sequence[PartView]) -> Graph | None:
    """The registrar's approval, every agency, and the licence at the end; None for a case without parts."""
    parts = definition_of(case.definition).parts
    if parts is None or not views:
        return None
    by_key = {view.part.key: view for view in views}
    columns = _columns(parts, [key for key in parts.graph if key in by_key])
    boxes = {key: _words(case, parts, by_key[key]) for column in columns for key in column}
    ends = _ends(parts, by_key)
    width = _node_width([*boxes.values(), *ends])
    tallest = max(len(column) for column in columns)
    height = tallest * (HEIGHT + GAP) - GAP + 2 * EDGE
    nodes = _placed(columns, boxes, width=width, height=height)
    first = Node(EDGE, (height - HEIGHT) / 2, *ends[0])
    last = Node(EDGE + (len(columns) + 1) * (width + ROAD), (height - HEIGHT) / 2, *ends[1])
    edges = tuple(_edges(parts, nodes, first, last, width=width))
    whole = EDGE * 2 + (len(columns) + 2) * width + (len(columns) + 1) * ROAD
    return Graph(whole, height, width, (first, *nodes.values(), last), edges, _told(boxes))


def _columns(parts: Parts, keys: Sequence[str]) -> list[list[str]]:
    """Each part one column after the last of those that it waits for."""
    depth: dict[str, int] = {}
    while len(depth) < len(keys):
        for key in keys:
            above = [before for before in parts.graph[key].after if before in keys]
            if key not in depth and all(before in depth for before in above):
                depth[key] = 1 + max((depth[before] for before in above), default=-1)
    return [[key for key in keys if depth[key] == at] for at in range(max(depth.values()) + 1)]


def _words(case: Application, parts: Parts, view: PartView) -> tuple[str, str, str]:
    label = getattr(parts.graph[view.part.key].label, lang_here())
    state, kind = part_tag(case, view.part)
    when = f" {local(view.part.decided_at):%H:%M}" if view.part.decided_at else ""
    return label, f"{state}{when}", kind


def _ends(parts: Parts, by_key: Mapping[str, PartView]) -> tuple[tuple[str, str, str], tuple[str, str, str]]:
    complete = all(view.part.state in parts.done for key, view in by_key.items() if parts.graph[key].required)
    licence = (_("制照"), _("可以制照") if complete else _("待汇合"), "go" if complete else "")
    return (_("登记机关"), _("已核准"), "ok"), licence


def _placed(
    columns: Sequence[Sequence[str]], boxes: Mapping[str, tuple[str, str, str]], *, width: float, height: float
) -> dict[str, Node]:
    nodes = {}
    for at, column in enumerate(columns, 1):
        top = (height - len(column) * (HEIGHT + GAP) + GAP) / 2
        for row, key in enumerate(column):
            nodes[key] = Node(EDGE + at * (width + ROAD), top + row * (HEIGHT + GAP), *boxes[key])
    return nodes


def _edges(parts: Parts, nodes: Mapping[str, Node], first: Node, last: Node, *, width: float) -> list[Edge]:
    """From the registrar to who waits for nobody, along the graph, and from whom nobody waits for to the licence."""
    awaited = {before for key in nodes for before in parts.graph[key].after}
    pairs = [(first, nodes[key]) for key in nodes if not parts.graph[key].after]
    pairs += [(nodes[before], nodes[key]) for key in nodes for before in parts.graph[key].after if before in nodes]
    pairs += [(nodes[key], last) for key in nodes if key not in awaited]
    return [_edge(source, target, width=width) for source, target in pairs]


def _edge(source: Node, target: Node, *, width: float) -> Edge:
    start, end = source.x + width, target.x
    bend = (start + end) / 2
    path = f"M{start} {source.middle}C{bend} {source.middle} {bend} {target.middle} {end} {target.middle}"
    return Edge(path, "lok" if source.kind == "ok" else "le")


def _node_width(boxes: Sequence[tuple[str, str, str]]) -> float:
    longest = max(max(_measure(label, LABEL), _measure(state, STATE)) for label, state, _kind in boxes)
    return round(longest + MARGIN)


def _measure(text: str, size: float) -> float:
    return sum(size if unicodedata.east_asian_width(char) in "WF" else size * LATIN for char in text)


def _told(boxes: Mapping[str, tuple[str, str, str]]) -> str:
    comma = _("；")
    return comma.join(_("%(part)s：%(title)s", part=label, title=state) for label, state, _kind in boxes.values())
