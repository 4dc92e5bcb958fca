"""A table as an SVG picture with a case's path. It has attributes only, no styles, so it suits a page with strict CSP.

Every element has a class beside its colours, so that a page can set others (its own font, or a dark scheme).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from workflows.definition import Definition
from workflows.definition.values import Limit, Text, html_tag
from workflows.diagram.layout import Edge, LayoutPlan, plan
from workflows.diagram.routing import BOX, PAD, Box, Line, Point, route
from workflows.diagram.text_metrics import measure, wrapped

TITLE, SMALL, WORDS = 14.5, 12.0, 12.0
TOP, LEAD, FIRST = 78.0, 17.0, 22.0
INSIDE = BOX - 24
CORNER = 7.0
_FONT = "PingFang SC, Noto Sans CJK SC, Noto Sans SC, Microsoft YaHei, system-ui, sans-serif"
_INK, _MUTED, _PAPER, _CARD, _EDGE = "#1a2029", "#515a66", "#f5f4f0", "#ffffff", "#767e88"
_KINDS = {"start": "#767e88", "applicant": "#8a5200", "office": "#1b4b82", "waiting": "#767e88", "final": "#1c6b3c"}
_CLASSES = {"#515a66": "m", "#1b4b82": "at", "#1c6b3c": "done"}
_PAST, _NOW, _NOW_FILL = "#1c6b3c", "#1b4b82", "#e8eff8"
_SAID: Mapping[str, Text] = {
    "main_path": Text(zh="主路：", en="The main road: "),
    "arrow": Text(zh=" → ", en=" → "),
    "comma": Text(zh="、", en=", "),
    "ends": Text(zh="也可能止于", en="It may also end in"),
    "from": Text(zh="：", en=": "),
    "now": Text(zh="现在", en="Now"),
    "past": Text(zh="走过的路", en="The way taken"),
    "wd": Text(zh="{} 个工作日", en="{} working days"),
    "d": Text(zh="{} 日", en="{} days"),
    "start": Text(zh="开始", en="Start"),
    "applicant": Text(zh="等申请人", en="With the applicant"),
    "office": Text(zh="登记机关办理", en="With the office"),
    "waiting": Text(zh="等待", en="Waiting"),
    "final": Text(zh="结束", en="End"),
}


@dataclass(frozen=True, slots=True)
class Trail:
    """Where a case is, and its changes of state in order."""

    state: str
    steps: tuple[tuple[str, str], ...]

    @property
    def passed(self) -> frozenset[str]:
        return frozenset(state for step in self.steps for state in step)


def draw(
    definition: Definition,
    *,
    lang: str,
    trail: Trail | None = None,
    name: str = "table",
    say: Callable[[Text], str] | None = None,
) -> str:
    """The picture as SVG text, the same each time. ``name`` is the prefix of its ids, for pages with several.

    ``say`` chooses the words of a text, if the caller knows more translations than the text has.
    """
    return _Picture(definition, lang, trail, name, say or (lambda text: text.in_(lang))).text()


class _Picture:
    """One drawing: the table, its layout, the language, and optionally a case's path."""

    def __init__(
        self, definition: Definition, lang: str, trail: Trail | None, name: str, say: Callable[[Text], str]
    ) -> None:
        self.table, self.lang, self.trail, self.name, self.words_of = definition, lang, trail, name, say
        self.plan: LayoutPlan = plan(definition)
        self.inside = {state: list(self._inside(state)) for state in self.plan.places}
        tall = {
            state: FIRST + LEAD * (len(lines) + len(self._titled(state)) - 1) + PAD
            for state, lines in self.inside.items()
        }
        wide = {edge: measure(self._acts(edge.actions), WORDS) for edge in self.plan.edges}
        self.routed = route(self.plan, tall=tall, wide=wide, top=TOP)
        self.width = max(self.routed.width, 640.0)
        self.ends = list(self._ends())

    def text(self) -> str:
        height = self.routed.height + PAD + sum(2 * PAD + LEAD * len(lines) for _, lines in self.ends)
        height += 2 * LEAD if self.ends else PAD
        lines = sorted(self.routed.lines, key=lambda line: self._is_past(line.edge))
        body = [*self._legend(), *self._paths(lines), *self._boxes(), *self._words(lines), *self._footer()]
        size = f'viewBox="0 0 {_n(self.width)} {_n(height)}" width="{_n(self.width)}" height="{_n(height)}"'
        head = f'<svg xmlns="http://www.w3.org/2000/svg" class="flow" role="img" lang="{html_tag(self.lang)}" {size}'
        head += f' aria-labelledby="{self.name}-title {self.name}-told" font-family="{_FONT}" font-size="{WORDS:g}">'
        paper = f'<rect class="paper" width="{_n(self.width)}" height="{_n(height)}" fill="{_PAPER}"/>'
        return "\n".join([head, *self._describe(), paper, *body, "</svg>"]) + "\n"

    def _describe(self) -> Iterator[str]:
        """The picture as text, for readers who cannot see it."""
        title = f"{self.words_of(self.table.title)} @{self.table.version}"
        said = [self._say("main_path") + self._say("arrow").join(map(self._label, self.plan.main_path))]
        if self.trail is not None:
            path = [self.trail.steps[0][0], *(target for _, target in self.trail.steps)] if self.trail.steps else []
            said.append(f"{self._say('past')}{self._say('from')}{self._say('arrow').join(map(self._label, path))}")
            said.append(f"{self._say('now')}{self._say('from')}{self._label(self.trail.state)}")
        yield f'<title id="{self.name}-title">{escape(title)}</title>'
        yield f'<desc id="{self.name}-told">{escape(". ".join(said))}</desc>'

    def _legend(self) -> Iterator[str]:
        title = f"{self.words_of(self.table.title)} · {self.table.matter}@{self.table.version}"
        yield _text(PAD, 24, title, size=17, weight=700)
        across = PAD
        for kind, colour in _KINDS.items():
            yield f'<rect class="k-{kind}" x="{_n(across)}" y="40" width="12" height="12" rx="2" fill="{colour}"/>'
            words = self._say(kind)
            yield _text(across + 18, 50, words, colour=_MUTED)
            across += 18 + measure(words, SMALL) + 16
        if self.trail is not None:
            path = f"M{_n(across)},46 h26"
            yield f'<path class="way past" d="{path}" fill="none" stroke="{_PAST}" stroke-width="4"/>'
            yield _text(across + 32, 50, self._say("past"), colour=_MUTED)

    def _boxes(self) -> Iterator[str]:
        for state, box in self.routed.boxes.items():
            yield from self._box(state, box, self.inside[state])

    def _box(self, state: str, box: Box, lines: Sequence[str]) -> Iterator[str]:
        kind = self.table.states[state].kind
        class_, fill, stroke, width = "box", _CARD, _EDGE, 1.0
        if self._is_now(state):
            class_, fill, stroke, width = "box now", _NOW_FILL, _NOW, 3.0
        elif self._is_passed(state):
            class_, stroke, width = "box past", _PAST, 2.0
        dash = ' stroke-dasharray="5 3"' if kind == "waiting" and class_ == "box" else ""
        place = f'x="{_n(box.x)}" y="{_n(box.y)}" height="{_n(box.height)}"'
        here = f' id="{self.name}-now"' if self._is_now(state) else ""
        yield f'<g class="state" data-state="{state}"{here}>'
        yield f'<rect class="{class_}" {place} width="{_n(box.width)}" rx="5" fill="{fill}" stroke="{stroke}"'
        yield f' stroke-width="{width:g}"{dash}/>'
        side = kind if state not in self.plan.ends else "other"
        yield f'<rect class="k-{side}" {place} width="5" rx="2" fill="{_KINDS.get(side, _MUTED)}"/>'
        titled = self._titled(state)
        for number, line in enumerate([*titled, *lines]):
            down = box.y + FIRST + LEAD * number
            if number < len(titled):
                yield _text(box.x + 14, down, line, size=TITLE, weight=700)
            else:
                yield _text(box.x + 14, down, line, colour=_MUTED)
        yield from self._mark(state, box)
        yield "</g>"

    def _titled(self, state: str) -> list[str]:
        return wrapped(self._label(state), width=INSIDE, size=TITLE)

    def _mark(self, state: str, box: Box) -> Iterator[str]:
        """A word or sign above the box's corner, so that colour is not the only mark."""
        if self._is_now(state):
            words = f"▶ {self._say('now')}"
            yield _text(box.x + box.width, box.y - 6, words, colour=_NOW, weight=700, ends=True, halo=True)
        elif self._is_passed(state):
            yield _text(box.x + box.width - 8, box.y + box.height - 8, "✓", colour=_PAST, weight=700, ends=True)

    def _inside(self, state: str) -> Iterator[str]:
        """Who the case waits for and how long, and which actions keep its state."""
        entry = self.table.states[state]
        holders = self._say("comma").join(self.words_of(self.table.roles[role]) for role in entry.holder)
        lines, limit = wrapped(holders, width=INSIDE, size=SMALL), self._limit(entry.within)
        together = f"{lines[-1]} · {limit}" if lines and limit else limit
        if limit and measure(together, SMALL) <= INSIDE:
            lines = [*lines[:-1], together]
        elif limit:
            lines.append(limit)
        yield from lines
        stays = self._say("comma").join(self._act(action) for action in self.plan.stays.get(state, ()))
        yield from wrapped(f"↻ {stays}" if stays else "", width=INSIDE, size=SMALL)

    def _paths(self, lines: Sequence[Line]) -> Iterator[str]:
        for line in lines:
            past = self._is_past(line.edge)
            stroke, width = (_PAST, 4.0) if past else (_EDGE, 1.4)
            main = line.edge.source in self.plan.main_path and line.edge.straight and not past
            stroke, width = (_INK, 2.2) if main else (stroke, width)
            class_ = "way past" if past else "way road" if main else "way"
            path, head = _curve(line.points), _arrow(line.points, width)
            yield f'<path class="{class_}" d="{path}" fill="none" stroke="{stroke}" stroke-width="{width:g}"/>'
            yield f'<path class="{class_} head" d="{head}" fill="{stroke}"/>'

    def _words(self, lines: Sequence[Line]) -> Iterator[str]:
        for line in lines:
            yield _text(*line.label, self._acts(line.edge.actions), ends=line.ends, halo=True)

    def _ends(self) -> Iterator[tuple[str, list[str]]]:
        for state, edges in self.plan.ends.items():
            by: dict[str, list[str]] = {}
            for edge in edges:
                by.setdefault(self._acts(edge.actions), []).append(self._label(edge.source))
            said = [f"{acts}{self._say('from')}{self._say('comma').join(sources)}" for acts, sources in by.items()]
            room = self.width - BOX - 4 * PAD
            yield state, [line for one in said for line in wrapped(one, width=room, size=SMALL)]

    def _footer(self) -> Iterator[str]:
        """The other ends as text: lines to them from every state would hide the main path."""
        down = self.routed.height + 2 * LEAD
        if self.ends:
            yield _text(PAD, down, self._say("ends"), size=TITLE, weight=700)
        down += PAD
        for state, lines in self.ends:
            height = LEAD * len(lines) + PAD
            yield from self._box(state, Box(PAD, down, BOX, max(height, FIRST + PAD)), [])
            for number, line in enumerate(lines):
                yield _text(PAD + BOX + 12, down + 20 + LEAD * number, line, colour=_MUTED)
            down += height + PAD

    def _label(self, state: str) -> str:
        known = self.table.states.get(state)
        return self.words_of(known.label) if known else state

    def _act(self, action: str) -> str:
        return self.words_of(self.table.actions[action].label)

    def _acts(self, actions: Sequence[str]) -> str:
        return " / ".join(dict.fromkeys(map(self._act, actions)))

    def _limit(self, limit: Limit | None) -> str:
        return self._say(limit.unit).format(limit.amount) if limit else ""

    def _say(self, key: str) -> str:
        return self.words_of(_SAID[key])

    def _is_now(self, state: str) -> bool:
        return self.trail is not None and self.trail.state == state

    def _is_passed(self, state: str) -> bool:
        return self.trail is not None and state in self.trail.passed

    def _is_past(self, edge: Edge) -> bool:
        return self.trail is not None and (edge.source, edge.target) in self.trail.steps


def _text(
    x: float,
    y: float,
    words: str,
    *,
    size: float = SMALL,
    weight: int = 400,
    colour: str = _INK,
    ends: bool = False,
    halo: bool = False,
) -> str:
    class_ = " ".join(filter(None, [_CLASSES.get(colour, ""), "b" if weight > 400 else "", "halo" if halo else ""]))
    about = f' class="{class_}"' if class_ else ""
    about += f' font-size="{size:g}" fill="{colour}"'
    about += f' font-weight="{weight}"' if weight > 400 else ""
    about += ' text-anchor="end"' if ends else ""
    about += f' stroke="{_PAPER}" stroke-width="4" stroke-linejoin="round" paint-order="stroke"' if halo else ""
    return f'<text x="{_n(x)}" y="{_n(y)}"{about}>{escape(words)}</text>'


def _curve(points: Sequence[Point]) -> str:
    """The points joined by straight lines with round corners."""
    drawn = f"M{_n(points[0][0])},{_n(points[0][1])}"
    for before, here, after in zip(points, points[1:], points[2:], strict=False):
        near, far = _towards(here, before), _towards(here, after)
        drawn += f" L{_n(near[0])},{_n(near[1])} Q{_n(here[0])},{_n(here[1])} {_n(far[0])},{_n(far[1])}"
    return f"{drawn} L{_n(points[-1][0])},{_n(points[-1][1])}"


def _towards(here: Point, there: Point) -> Point:
    """A point towards ``there``: a corner's length away, or half the distance if that is shorter."""
    across, down = there[0] - here[0], there[1] - here[1]
    length = abs(across) + abs(down)
    step = min(CORNER, length / 2) / length if length else 0.0
    return here[0] + across * step, here[1] + down * step


def _arrow(points: Sequence[Point], width: float) -> str:
    (x, y), before = points[-1], points[-2]
    size = 7 + width
    if before[0] == x:
        return f"M{_n(x)},{_n(y)} l{_n(-size / 2)},{_n(-size)} h{_n(size)} z"
    back = -size if before[0] < x else size
    return f"M{_n(x)},{_n(y)} l{_n(back)},{_n(-size / 2)} v{_n(size)} z"


def _n(value: float) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".")
