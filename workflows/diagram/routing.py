"""Boxes and lines of a picture in pixels: how tall each box is, where its lines leave, and which lane each takes."""

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
    """A way as points; its words stand at ``label``, and end there where ``ends`` is set."""

    way: Edge
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
    """One end of a way that goes through a channel: at which side of which box."""

    way: Edge
    state: str
    side: Side
    leaves: bool


def route(plan: LayoutPlan, *, tall: Mapping[str, float], wide: Mapping[Edge, float], top: float) -> Routed:
    """``tall`` is the height that each state's words need, ``wide`` the width of each way's words."""
    turns = [turn for way in plan.ways if not way.straight for turn in _corners(plan, way)]
    ports = _ports(plan, turns)
    heights = {state: max(tall[state], _needed(state, ports)) for state in plan.places}
    levels = _tops(plan.places, heights, top)
    channels = _channels(plan, wide)
    lanes = _lanes(plan, ports, levels)
    done = Routed()
    road, right = _columns(plan, channels, lanes)
    left_of: dict[Column, float] = {"left": PAD, "road": road, "right": right}
    for state, place in plan.places.items():
        done.boxes[state] = Box(left_of[place.column], levels[place.level], BOX, heights[state])
    starts = {"left": road - channels["left"][1] - LANE, "right": road + BOX + channels["right"][0] + LANE}
    done.lines = [_line(plan, way, done.boxes, ports, lanes, starts, levels) for way in plan.ways]
    last = max(done.boxes.values(), key=lambda box: box.bottom)
    done.height = last.bottom
    done.width = max(box.x + box.width for box in done.boxes.values()) + PAD
    if not any(place.column == "right" for place in plan.places.values()):
        done.width += channels["right"][0] + LANE * (1 + max(_used(lanes, "right"), default=0))
    return done


def _corners(plan: LayoutPlan, way: Edge) -> Iterator[_Corner]:
    """Both ends face the channel; two boxes of the road meet on the left where the way leads back, else right."""
    one, other = plan.places[way.source], plan.places[way.target]
    yield _Corner(way, way.source, _side(plan, one, other, way), True)
    yield _Corner(way, way.target, _side(plan, other, one, way), False)


def _side(plan: LayoutPlan, one: BoxPlace, other: BoxPlace, way: Edge) -> Side:
    if one.column == "left":
        return "right"
    if one.column == "right":
        return "left"
    if other.column != "road":
        return "left" if other.column == "left" else "right"
    back = plan.places[way.source].level > plan.places[way.target].level
    return "left" if back else "right"


_Ports = dict[tuple[Edge, bool], tuple[Side, int, float]]


def _ports(plan: LayoutPlan, turns: Sequence[_Corner]) -> _Ports:
    """For each end the side, its place among the ends there (from the top), and how far below the box's top it is."""
    sides: dict[tuple[str, Side], list[_Corner]] = defaultdict(list)
    for turn in turns:
        sides[turn.state, turn.side].append(turn)
    found: _Ports = {}
    for (state, side), there in sides.items():
        # Boxes beside the road are half a step lower, so that no two lines of one level meet end to end.
        shift = 0.0 if plan.places[state].column == "road" else PORT / 2
        there.sort(key=lambda turn: _far_end(plan, turn))
        for index, turn in enumerate(there):
            found[turn.way, turn.leaves] = (side, index, HEAD + shift + index * PORT)
    return found


def _far_end(plan: LayoutPlan, turn: _Corner) -> tuple[int, bool]:
    return plan.places[turn.way.target if turn.leaves else turn.way.source].level, turn.leaves


def _needed(state: str, ports: _Ports) -> float:
    ends = [down for (way, leaves), (_, _, down) in ports.items() if (way.source if leaves else way.target) == state]
    return max(ends, default=0.0) + PORT


def _tops(places: Mapping[str, BoxPlace], heights: Mapping[str, float], top: float) -> dict[int, float]:
    tops, down = {}, top
    for level in range(1 + max(place.level for place in places.values())):
        tops[level] = down
        here = [heights[state] for state, place in places.items() if place.level == level]
        down += max(here) + GAP if here else 0.0
    return tops


def _channels(plan: LayoutPlan, wide: Mapping[Edge, float]) -> dict[Side, tuple[float, float]]:
    """The room for words at either edge of each channel: first its left edge, then its right one."""
    room: dict[tuple[Side, Side], float] = defaultdict(float)
    for way in plan.ways:
        if not way.straight:
            turn = next(_corners(plan, way))
            column = plan.places[way.source].column
            channel: Side = turn.side if column == "road" else ("left" if column == "left" else "right")
            room[channel, turn.side] = max(room[channel, turn.side], wide[way] + 2 * PAD)
    # Words at a box's right side stand at the channel's left edge.
    return {one: (max(room[one, "right"], 2 * PAD), max(room[one, "left"], 2 * PAD)) for one in ("left", "right")}


_Lanes = dict[tuple[Edge, Side], int]


def _lanes(plan: LayoutPlan, ports: _Ports, levels: Mapping[int, float]) -> _Lanes:
    """Each way gets the first lane of its channel in which nobody else is beside it; short ways choose first."""
    spans = sorted(_spans(plan, ports, levels), key=lambda one: (one[3] - one[2], one[2]))
    taken: dict[tuple[Side, int], list[tuple[float, float]]] = defaultdict(list)
    found: _Lanes = {}
    for way, channel, start, stop in spans:
        lane = 0
        while any(start < other[1] + PAD and other[0] < stop + PAD for other in taken[channel, lane]):
            lane += 1
        taken[channel, lane].append((start, stop))
        found[way, channel] = lane
    return found


def _spans(plan: LayoutPlan, ports: _Ports, levels: Mapping[int, float]) -> Iterator[tuple[Edge, Side, float, float]]:
    for way in plan.ways:
        if way.straight:
            continue
        ends = [levels[plan.places[state].level] for state in (way.source, way.target)]
        leaves, arrives = (end + ports[way, out][2] for end, out in zip(ends, (True, False), strict=True))
        if _crosses(plan, way):
            between = _crossing(plan, way, levels)
            for at, state in ((leaves, way.source), (arrives, way.target)):
                yield way, _channel(plan, way, state), min(at, between), max(at, between)
        else:
            yield way, _channel(plan, way, way.source), min(leaves, arrives), max(leaves, arrives)


def _channel(plan: LayoutPlan, way: Edge, state: str) -> Side:
    column = plan.places[state].column
    if column != "road":
        return "left" if column == "left" else "right"
    return next(turn.side for turn in _corners(plan, way) if turn.state == state)


def _crosses(plan: LayoutPlan, way: Edge) -> bool:
    return {plan.places[way.source].column, plan.places[way.target].column} == {"left", "right"}


def _crossing(plan: LayoutPlan, way: Edge, levels: Mapping[int, float]) -> float:
    """Where the way crosses the road: in the gap right above its source's level."""
    return levels[plan.places[way.source].level] - GAP / 4


def _used(lanes: _Lanes, channel: Side) -> list[int]:
    return [lane for (_, one), lane in lanes.items() if one == channel]


def _columns(plan: LayoutPlan, channels: Mapping[Side, tuple[float, float]], lanes: _Lanes) -> tuple[float, float]:
    """The left edges of the road and of the column to its right."""
    room = {
        one: sum(channels[one]) + LANE * (2 + max(_used(lanes, one), default=0)) if _used(lanes, one) else 0.0
        for one in ("left", "right")
    }
    beside = any(place.column == "left" for place in plan.places.values())
    road = PAD + room["left"] + (BOX if beside else 0.0)
    return road, road + BOX + room["right"]


def _line(
    plan: LayoutPlan,
    way: Edge,
    boxes: Mapping[str, Box],
    ports: _Ports,
    lanes: _Lanes,
    starts: Mapping[str, float],
    levels: Mapping[int, float],
) -> Line:
    one, other = boxes[way.source], boxes[way.target]
    if way.straight:
        points = ((one.middle, one.bottom), (one.middle, other.y))
        return Line(way, points, (one.middle + PAD, one.bottom + GAP / 2 + 4))
    begin, end = _port(one, ports[way, True]), _port(other, ports[way, False])
    lane = _lane_x(way, _channel(plan, way, way.source), lanes, starts)
    if _crosses(plan, way):
        across = _crossing(plan, way, levels)
        far = _lane_x(way, _channel(plan, way, way.target), lanes, starts)
        bends: tuple[Point, ...] = ((lane, begin[1]), (lane, across), (far, across), (far, end[1]))
    else:
        bends = ((lane, begin[1]), (lane, end[1]))
    ends = ports[way, True][0] == "left"
    label = (begin[0] - 6 if ends else begin[0] + 6, begin[1] - 4)
    return Line(way, (begin, *bends, end), label, ends)


def _port(box: Box, port: tuple[Side, int, float]) -> Point:
    return (box.x if port[0] == "left" else box.x + box.width, box.y + port[2])


def _lane_x(way: Edge, channel: Side, lanes: _Lanes, starts: Mapping[str, float]) -> float:
    """Lanes are counted from the road, outwards."""
    away = LANE * lanes[way, channel]
    return starts[channel] - away if channel == "left" else starts[channel] + away
