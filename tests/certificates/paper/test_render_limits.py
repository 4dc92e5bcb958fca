"""A paper that takes too much is stopped and reported, and the process prints the next one."""

import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from certificates.errors import RenderError
from certificates.paper import samples
from certificates.paper.design import find
from certificates.paper.papers import printed
from certificates.paper.pdf import Renderer, licence, render
from certificates.paper.render_limits import LARGEST, RenderLimits, within
from certificates.particulars import Particulars
from tests.fixtures.marks import some_of

# A limit may strike where Python lets nothing out, say in a collector's callback: told of there, it strikes again.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
Make = Callable[..., Particulars]
TIGHT = RenderLimits(seconds=0.2, megabytes=100)
LOOPS = "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}"
CELLS = "<table>" + "<tr>" + "<td>样</td>" * 300 + "</tr>"
SLOW, LARGE = {"render.too_slow"}, {"render.too_large"}
BOMBS = {
    "a template that counts": (LOOPS, SLOW),
    # Which limit it meets first depends on the machine.
    "a table that never ends": ("{% for a in range(99999) %}" + CELLS + "{% endfor %}", SLOW | LARGE),
    "boxes in boxes": ("<div>" * 300 + "{% for a in range(9999) %}<p>样<b>例</b>{% endfor %}", SLOW),
    "a text of gigabytes": ('{{ "样" * 4000000000 }}', LARGE),
}


def rigged(markup: str) -> Renderer:
    """The shipped design, and in its template something that nobody can print."""
    design = find("jinhua")
    page = design.text("licence.html").replace("</body>", markup + "</body>")
    return Renderer(replace(design, contents={**design.contents, "licence.html": page.encode()}))


@pytest.mark.parametrize("name", some_of(BOMBS, every=2))
def test_a_bomb_is_stopped_and_the_next_licence_is_printed(name: str, make: Make) -> None:
    markup, codes = BOMBS[name]
    ready = rigged(markup)
    with pytest.raises(RenderError) as caught:
        licence(ready, make(), limits=TIGHT)
    assert caught.value.code in codes
    assert render(make()).startswith(b"%PDF")


def test_what_a_bomb_had_loaded_is_forgotten(make: Make) -> None:
    """Stopped in the middle of anything, the press prints the next paper as if nothing had been."""
    ready = rigged("{% if p.copy_number == 7 %}" + LOOPS + "{% endif %}")
    before = licence(ready, make(), compiled=False)
    with pytest.raises(RenderError):
        licence(ready, make(copy_number=7), limits=TIGHT, compiled=False)
    assert licence(ready, make(), compiled=False) == before


@pytest.mark.thorough
def test_a_limit_that_was_swallowed_strikes_again() -> None:
    class Thing:
        def __del__(self) -> None:
            """Python lets no exception out of here."""
            while not sunk:
                pass

    def work() -> None:
        with within(RenderLimits(seconds=0.1), size=0):
            Thing()
            while True:
                pass

    sunk: list[object] = []
    before, sys.unraisablehook = sys.unraisablehook, sunk.append
    try:
        with pytest.raises(RenderError) as caught:
            work()
    finally:
        sys.unraisablehook = before
    assert sunk
    assert caught.value.code == "render.too_slow"


def test_memory_is_watched_while_it_grows() -> None:
    kept: list[bytes] = []

    def grow() -> None:
        with within(RenderLimits(seconds=60, megabytes=30), size=0):
            while True:
                kept.append(b"x" * (100_000 + len(kept)))

    with pytest.raises(RenderError) as caught:
        grow()
    assert caught.value.code == "render.too_large"
    assert sum(map(len, kept)) < 200 * 1024 * 1024


def test_data_without_measure_is_refused_before_anything_is_made() -> None:
    text = "样" * 2000
    paper = samples.paper("acceptance", before=(text,) * 110)
    with pytest.raises(RenderError) as caught:
        printed(Renderer(find("jinhua")), paper)
    assert caught.value.code == "render.too_large"
    assert caught.value.data["maximum"] == LARGEST


def test_an_honest_paper_of_many_sheets_has_the_time_it_needs() -> None:
    printed(Renderer(find("jinhua")), samples.paper("acceptance", rows=60))


def test_other_timers_are_left_as_they_were() -> None:
    import resource
    import signal

    before: Any = (
        signal.getsignal(signal.SIGVTALRM),
        signal.getitimer(signal.ITIMER_VIRTUAL),
        resource.getrlimit(resource.RLIMIT_AS),
    )
    with within(TIGHT, size=0):
        assert resource.getrlimit(resource.RLIMIT_AS) != before[2]
    assert before == (
        signal.getsignal(signal.SIGVTALRM),
        signal.getitimer(signal.ITIMER_VIRTUAL),
        resource.getrlimit(resource.RLIMIT_AS),
    )


def test_another_thread_prints_too(make: Make) -> None:
    made: list[bytes] = []
    thread = threading.Thread(target=lambda: made.append(render(make())))
    thread.start()
    thread.join()
    assert made == [render(make())]
