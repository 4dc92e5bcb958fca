"""A forecast as SVG text: cases waiting by day, use of each role, time to decision."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from html import escape
from typing import Any

from workflows.definition import Definition
from workflows.definition.values import Text, html_tag

WIDTH, LEFT, RIGHT = 880, 56, 24
INK, SOFT, LINE, PAPER = "#1a2029", "#515a66", "#dcdad2", "#ffffff"
BRAND, WARN, OK, BAD = "#1b4b82", "#8a5200", "#1c6b3c", "#b3261e"
# Lines differ in their dashes too, for readers who cannot distinguish the colours.
PENS = ((BRAND, ""), (WARN, "7 4"), (OK, "2 4"), (BAD, "10 3 2 3"), (SOFT, "5 2"))
TEXTS: Mapping[str, Text] = {
    "title": Text(zh="{table}：模拟结果", en="{table}: simulated"),
    "queue": Text(zh="每天正午排队等候的件数", en="Cases waiting in the queue at noon, day by day"),
    "warm_up": Text(zh="预热，不计", en="warm-up, not counted"),
    "busy": Text(zh="人员忙碌程度（工作时间的占比）", en="How busy each role is (share of the hours of work)"),
    "people": Text(zh="{label} {staff}人", en="{label}, {staff}"),
    "decided": Text(zh="到第几个工作日为止办结的占比", en="Share decided by the end of the n-th working day"),
    "wd": Text(zh="时限{limit}个工作日", en="limit: {limit} working days"),
    "day": Text(zh="第{day}天", en="day {day}"),
    "today": Text(zh="当天", en="same day"),
    "desc": Text(
        zh="每工作日{arrivals}件，按期办结{share}。",
        en="{arrivals} cases a working day, {share} decided in time.",
    ),
}


def picture(
    found: Mapping[str, Any], *, definition: Definition, arrivals: float, limit: str, warm_up: int, lang: str
) -> str:
    """An SVG 880 pixels wide without fonts or styles of its own; ``limit`` is a limit such as 3wd, or empty."""
    title = _say("title", lang, table=definition.title.in_(lang))
    on_time = found["on_time"]["share"]["mean"] if found["on_time"] else None
    desc = _say("desc", lang, arrivals=f"{arrivals:g}", share="—" if on_time is None else f"{on_time:.1%}")
    staffed = {role: one for role, one in found["roles"].items() if one["staff"] is not None}
    labels = {role: definition.roles[role].in_(lang) for role in staffed}
    parts = [_text(LEFT, 34, title, size=20, weight=700), _text(LEFT, 58, desc, fill=SOFT)]
    parts += _queues(staffed, labels, warm_up=warm_up, top=100, lang=lang)
    parts += _bars(staffed, labels, top=400, lang=lang)
    bottom = 400 + 50 + 34 * len(staffed)
    if found["decided_by_day"]:
        parts += _decided(found["decided_by_day"], limit=limit, top=bottom + 20, lang=lang)
        bottom += 20 + 250
    body = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {bottom}" width="{WIDTH}" height="{bottom}" '
        f'role="img" lang="{html_tag(lang)}" font-size="14" '
        f'font-family="system-ui, Noto Sans CJK SC, sans-serif">\n'
        f"<title>{escape(title)}</title>\n<desc>{escape(desc)}</desc>\n"
        f'<rect width="100%" height="100%" fill="{PAPER}"/>\n{body}\n</svg>\n'
    )


def _say(key: str, lang: str, **values: object) -> str:
    return TEXTS[key].in_(lang).format(**values)


def _queues(
    staffed: Mapping[str, Any], labels: Mapping[str, str], *, warm_up: int, top: int, lang: str
) -> Iterator[str]:
    series = {role: one["queue_by_day"] for role, one in staffed.items()}
    days = max((len(values) for values in series.values()), default=0)
    highest = _round_up(max((max(values, default=0) for values in series.values()), default=0))
    high, width = 190, WIDTH - LEFT - RIGHT
    across = width / max(1, days - 1)
    yield _text(LEFT, top, _say("queue", lang), weight=600)
    base = top + 30 + high
    shade = min(width, warm_up * across)
    yield f'<rect x="{LEFT}" y="{base - high}" width="{shade:.1f}" height="{high}" fill="#f5f4f0"/>'
    yield _text(LEFT + 6, base - high + 16, _say("warm_up", lang), size=12, fill=SOFT)
    yield from _scale(base, high, highest, lambda value: f"{value:g}")
    for place, (role, values) in enumerate(series.items()):
        colour, dashes = PENS[place % len(PENS)]
        points = " ".join(
            f"{LEFT + n * across:.1f},{base - high * value / highest:.1f}" for n, value in enumerate(values)
        )
        pen = f'stroke="{colour}" stroke-width="2" stroke-dasharray="{dashes}"'
        yield f'<polyline points="{points}" fill="none" {pen}/>'
        x = LEFT + 180 * place
        yield f'<line x1="{x}" y1="{base + 40}" x2="{x + 32}" y2="{base + 40}" {pen}/>'
        yield _text(x + 40, base + 45, labels[role])
    for day in range(0, days, max(7, days // 42 * 7)):
        yield _text(LEFT + day * across, base + 18, _say("day", lang, day=day + 1), size=12, fill=SOFT, anchor="start")


def _bars(staffed: Mapping[str, Any], labels: Mapping[str, str], *, top: int, lang: str) -> Iterator[str]:
    yield _text(LEFT, top, _say("busy", lang), weight=600)
    for place, (role, one) in enumerate(staffed.items()):
        y, share = top + 18 + 34 * place, one["utilisation"]["mean"]
        name = _say("people", lang, label=labels[role], staff=f"{one['staff']['mean']:g}")
        full = WIDTH - LEFT - RIGHT - 280
        yield _text(LEFT, y + 16, name)
        yield f'<rect x="{LEFT + 200}" y="{y}" width="{full}" height="22" fill="#ecebe5"/>'
        colour = BAD if share > 0.95 else WARN if share > 0.85 else BRAND
        yield f'<rect x="{LEFT + 200}" y="{y}" width="{full * min(1, share):.1f}" height="22" fill="{colour}"/>'
        yield _text(LEFT + 210 + full, y + 16, f"{share:.0%}", weight=600)


def _decided(shares: Sequence[float], *, limit: str, top: int, lang: str) -> Iterator[str]:
    yield _text(LEFT, top, _say("decided", lang), weight=600)
    high, base = 160, top + 30 + 160
    step = (WIDTH - LEFT - RIGHT) / len(shares)
    yield from _scale(base, high, 1.0, lambda value: f"{value:.0%}")
    for day, share in enumerate(shares):
        x = LEFT + day * step
        y, height = base - high * share, high * share
        yield f'<rect x="{x + 8:.1f}" y="{y:.1f}" width="{step - 16:.1f}" height="{height:.1f}" fill="{BRAND}"/>'
        yield _text(x + step / 2, base - high * share - 5, f"{share:.0%}", size=12, anchor="middle")
        yield _text(
            x + step / 2, base + 18, _say("today", lang) if day == 0 else str(day), size=12, fill=SOFT, anchor="middle"
        )
    if limit.endswith("wd") and int(limit[:-2]) < len(shares):
        x = LEFT + (int(limit[:-2]) + 1) * step
        pen = f'stroke="{BAD}" stroke-width="2" stroke-dasharray="5 4"'
        yield f'<line x1="{x:.1f}" y1="{base - high - 12}" x2="{x:.1f}" y2="{base}" {pen}/>'
        yield _text(x + 6, base - high - 16, _say("wd", lang, limit=limit[:-2]), size=12, fill=BAD)


def _scale(base: float, high: float, highest: float, written: Callable[[float], str]) -> Iterator[str]:
    for quarter in range(5):
        y = base - high * quarter / 4
        yield f'<line x1="{LEFT}" y1="{y:.1f}" x2="{WIDTH - RIGHT}" y2="{y:.1f}" stroke="{LINE}"/>'
        yield _text(LEFT - 8, y + 4, written(highest * quarter / 4), size=12, fill=SOFT, anchor="end")


def _round_up(value: float) -> float:
    """The next 4, 8, 20, 40, 80, 200 ...: a scale whose quarters are whole."""
    size = 4.0
    while size < value:
        size *= 2.5 if str(size).startswith("8") else 2
    return size


def _text(
    x: float, y: float, words: str, *, size: int = 14, fill: str = INK, weight: int = 400, anchor: str = "start"
) -> str:
    look = f'font-size="{size}" font-weight="{weight}" fill="{fill}" text-anchor="{anchor}"'
    return f'<text x="{x:.1f}" y="{y:.1f}" {look}>{escape(words)}</text>'
