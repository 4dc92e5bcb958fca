"""Boxes and lines of a picture in pixels: the height of each box, the ports of its lines, and the lane of each line."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from workflows.diagram.layout import BoxPlace, Column, Edge, LayoutPlan

Side = Literal["left", "right", "top", "bottom"]
Point = tuple[float, float]

BOX = 196.0
GAP = 46.0
PORT = 19.0
HEAD = 30.0
LANE = 13.0
PAD = 10.0


@dataclass(frozen=True, slots=True)
class Box:
    """A state's box: its upper left corner and its size."""

    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> float:
        return self.x + self.width / 2

    @property
    def bottom(self) -> float:
        return self.y + self.height


@dataclass(frozen=True, slots=True)
class Line:
    """An edge as points; its text begins at ``label``, or ends there where ``ends`` is set."""

    edge: Edge
    points: tuple[Point, ...]
    label: Point
    ends: bool = False


@dataclass(slots=True)
class Routed:
    boxes: dict[str, Box] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)
    width: float = 0.0
    height: float = 0.0


@dataclass(frozen=True, slots=True)
class _Corner:
    """One end of an edge that goes through a channel: at which side of which box."""

    edge: Edge
    state: str
    side: Side
    leaves: bool


def route(plan: LayoutPlan, *, tall: Mapping[str, float], wide: Mapping[Edge, float], top: float) -> Routed:
    """``tall`` is the height in pixels that each state's text needs, ``wide`` the width of each edge's text."""
    turns = [turn for edge in plan.edges if not edge.straight for turn in _corners(plan, edge)]
    ports = _ports(plan, turns)
    heights = {state: max(tall[state], _needed(state, ports)) for state in plan.places}
    levels = _tops(plan.places, heights, top)
    channels = _channels(plan, wide)
    lanes = _lanes(plan, ports, levels)
    done = Routed()
    main, right = _columns(plan, channels, lanes)
    left_of: dict[Column, float] = {"left": PAD, "main_path": main, "right": right}
    for state, place in plan.places.items():
        done.boxes[state] = Box(left_of[place.column], levels[place.level], BOX, heights[state])
    starts = {"left": main - channels["left"][1] - LANE, "right": main + BOX + channels["right"][0] + LANE}
    done.lines = [_line(plan, edge, done.boxes, ports, lanes, starts, levels) for edge in plan.edges]
    last = max(done.boxes.values(), key=lambda box: box.bottom)
    done.height = last.bottom
    done.width = max(box.x + box.width for box in done.boxes.values()) + PAD
    if not any(place.column == "right" for place in plan.places.values()):
        done.width += channels["right"][0] + LANE * (1 + max(_used(lanes, "right"), default=0))
    return done


def _corners(plan: LayoutPlan, edge: Edge) -> Iterator[_Corner]:
    """Both ends face the channel; boxes of the main path are joined on the left by an edge back, else on the right."""
    one, other = plan.places[edge.source], plan.places[edge.target]
    yield _Corner(edge, edge.source, _side(plan, one, other, edge), True)
    yield _Corner(edge, edge.target, _side(plan, other, one, edge), False)


def _side(plan: LayoutPlan, one: BoxPlace, other: BoxPlace, edge: Edge) -> Side:
    if one.column == "left":
        return "right"
    if one.column == "right":
        return "left"
    if other.column != "main_path":
        return "left" if other.column == "left" else "right"
    back = plan.places[edge.source].level > plan.places[edge.target].level
    return "left" if back else "right"


_Ports = dict[tuple[Edge, bool], tuple[Side, int, float]]


def _ports(plan: LayoutPlan, turns: Sequence[_Corner]) -> _Ports:
    """For each end its side, its index among the ends there (from the top), and its distance from the box's top."""
    sides: dict[tuple[str, Side], list[_Corner]] = defaultdict(list)
    for turn in turns:
        sides[turn.state, turn.side].append(turn)
    found: _Ports = {}
    for (state, side), there in sides.items():
        # Boxes beside the main path are half a step lower, so that no two lines of one level meet end to end.
        shift = 0.0 if plan.places[state].column == "main_path" else PORT / 2
        there.sort(key=lambda turn: _far_end(plan, turn))
        for index, turn in enumerate(there):
            found[turn.edge, turn.leaves] = (side, index, HEAD + shift + index * PORT)
    return found


def _far_end(plan: LayoutPlan, turn: _Corner) -> tuple[int, bool]:
    return plan.places[turn.edge.target if turn.leaves else turn.edge.source].level, turn.leaves


def _needed(state: str, ports: _Ports) -> float:
    ends = [down for (edge, leaves), (_, _, down) in ports.items() if (edge.source if leaves else edge.target) == state]
    return max(ends, default=0.0) + PORT


def _tops(places: Mapping[str, BoxPlace], heights: Mapping[str, float], top: float) -> dict[int, float]:
    tops, down = {}, top
    for level in range(1 + max(place.level for place in places.values())):
        tops[level] = down
        here = [heights[state] for state, place in places.items() if place.level == level]
        down += max(here) + GAP if here else 0.0
    return tops


def _channels(plan: LayoutPlan, wide: Mapping[Edge, float]) -> dict[Side, tuple[float, float]]:
    """The width kept for text at the left and at the right edge of each channel."""
    room: dict[tuple[Side, Side], float] = defaultdict(float)
    for edge in plan.edges:
        if not edge.straight:
            turn = next(_corners(plan, edge))
            column = plan.places[edge.source].column
            channel: Side = turn.side if column == "main_path" else ("left" if column == "left" else "right")
            room[channel, turn.side] = max(room[channel, turn.side], wide[edge] + 2 * PAD)
    # Text at a box's right side is at the channel's left edge.
    return {one: (max(room[one, "right"], 2 * PAD), max(room[one, "left"], 2 * PAD)) for one in ("left", "right")}


_Lanes = dict[tuple[Edge, Side], int]


def _lanes(plan: LayoutPlan, ports: _Ports, levels: Mapping[int, float]) -> _Lanes:
    """Each edge gets the first lane of its channel that is free over its length; short edges choose first."""
    spans = sorted(_spans(plan, ports, levels), key=lambda one: (one[3] - one[2], one[2]))
    taken: dict[tuple[Side, int], list[tuple[float, float]]] = defaultdict(list)
    found: _Lanes = {}
    for edge, channel, start, stop in spans:
        lane = 0
        while any(start < other[1] + PAD and other[0] < stop + PAD for other in taken[channel, lane]):
            lane += 1
        taken[channel, lane].append((start, stop))
        found[edge, channel] = lane
    return found


def _spans(plan: LayoutPlan, ports: _Ports, levels: Mapping[int, float]) -> Iterator[tuple[Edge, Side, float, float]]:
    for edge in plan.edges:
        if edge.straight:
            continue
        ends = [levels[plan.places[state].level] for state in (edge.source, edge.target)]
        leaves, arrives = (end + ports[edge, out][2] for end, out in zip(ends, (True, False), strict=True))
        if _crosses(plan, edge):
            between = _crossing(plan, edge, levels)
            for at, state in ((leaves, edge.source), (arrives, edge.target)):
                yield edge, _channel(plan, edge, state), min(at, between), max(at, between)
        else:
            yield edge, _channel(plan, edge, edge.source), min(leaves, arrives), max(leaves, arrives)


def _channel(plan: LayoutPlan, edge: Edge, state: str) -> Side:
    column = plan.places[state].column
    if column != "main_path":
        return "left" if column == "left" else "right"
    return next(turn.side for turn in _corners(plan, edge) if turn.state == state)


def _crosses(plan: LayoutPlan, edge: Edge) -> bool:
    return {plan.places[edge.source].column, plan.places[edge.target].column} == {"left", "right"}


def _crossing(plan: LayoutPlan, edge: Edge, levels: Mapping[int, float]) -> float:
    """Where the edge crosses the main path: in the gap directly above its source's level."""
    return levels[plan.places[edge.source].level] - GAP / 4


def _used(lanes: _Lanes, channel: Side) -> list[int]:
    return [lane for (_, one), lane in lanes.items() if one == channel]


def _columns(plan: LayoutPlan, channels: Mapping[Side, tuple[float, float]], lanes: _Lanes) -> tuple[float, float]:
    """The left edges of the main path's column and of the column to its right."""
    room = {
        one: sum(channels[one]) + LANE * (2 + max(_used(lanes, one), default=0)) if _used(lanes, one) else 0.0
        for one in ("left", "right")
    }
    beside = any(place.column == "left" for place in plan.places.values())
    main = PAD + room["left"] + (BOX if beside else 0.0)
    return main, main + BOX + room["right"]


def _line(
    plan: LayoutPlan,
    edge: Edge,
    boxes: Mapping[str, Box],
    ports: _Ports,
    lanes: _Lanes,
    starts: Mapping[str, float],
    levels: Mapping[int, float],
) -> Line:
    one, other = boxes[edge.source], boxes[edge.target]
    if edge.straight:
        points = ((one.middle, one.bottom), (one.middle, other.y))
        return Line(edge, points, (one.middle + PAD, one.bottom + GAP / 2 + 4))
    begin, end = _port(one, ports[edge, True]), _port(other, ports[edge, False])
    lane = _lane_x(edge, _channel(plan, edge, edge.source), lanes, starts)
    if _crosses(plan, edge):
        across = _crossing(plan, edge, levels)
        far = _lane_x(edge, _channel(plan, edge, edge.target), lanes, starts)
        bends: tuple[Point, ...] = ((lane, begin[1]), (lane, across), (far, across), (far, end[1]))
    else:
        bends = ((lane, begin[1]), (lane, end[1]))
    ends = ports[edge, True][0] == "left"
    label = (begin[0] - 6 if ends else begin[0] + 6, begin[1] - 4)
    return Line(edge, (begin, *bends, end), label, ends)


def _port(box: Box, port: tuple[Side, int, float]) -> Point:
    return (box.x if port[0] == "left" else box.x + box.width, box.y + port[2])


def _lane_x(edge: Edge, channel: Side, lanes: _Lanes, starts: Mapping[str, float]) -> float:
    """Lanes are counted outwards from the main path."""
    away = LANE * lanes[edge, channel]
    return starts[channel] - away if channel == "left" else starts[channel] + away
