"""Compiled forms on disk: read back by the next process, and nothing else is."""

import os
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from certificates.paper import founding_document, papers, samples
from certificates.paper.compiled import form_cache
from certificates.paper.compiled.documents import FrameSlots
from certificates.paper.compiled.form_cache import FormCache, cache_forms_in
from certificates.paper.compiled.plain_format import packed, unpacked
from certificates.paper.design import Design, find
from certificates.paper.pdf import Renderer, licence

SLOTS = FrameSlots((None, None))


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    cache_forms_in(tmp_path / "forms")
    yield tmp_path / "forms"
    cache_forms_in(None)


class OtherProcess(Renderer):
    """A renderer that has nothing in its memory, and says how often it laid a form out."""

    def __init__(self, design: Design | None = None) -> None:
        super().__init__(design or find("jinhua"))
        self.laid_out = 0
        record = self.record

        def counted(*given: object, **more: object) -> object:
            self.laid_out += 1
            return record(*given, **more)  # type: ignore[arg-type]  # as they were given

        self.compiled._record = self.documents._record = counted  # type: ignore[assignment]  # as they were given


def made(process: Renderer) -> list[bytes]:
    """A licence, a paper and articles."""
    return [
        licence(process, samples.particulars("llc", style="present")),
        papers.printed(process, samples.paper("receipt")),
        founding_document.printed(process, samples.founding_document()),
    ]


def test_the_next_process_reads_what_was_compiled(folder: Path) -> None:
    first, second = OtherProcess(), OtherProcess()
    assert made(first) == made(second)
    assert (first.laid_out, second.laid_out) == (3, 0)
    assert not second._is_warm
    assert {path.stat().st_mode & 0o777 for path in (folder, *folder.iterdir())} == {0o700, 0o600}


def test_a_file_that_was_changed_or_has_the_name_of_another_is_not_read(folder: Path) -> None:
    cache = FormCache("design")
    cache.write((1,), SLOTS)
    [path] = folder.iterdir()
    right = path.read_bytes()
    cache.write((2,), SLOTS)
    [other] = set(folder.iterdir()) - {path}
    for wrong in (b"", right[:-1], right[:-1] + b"x", other.read_bytes()):
        path.write_bytes(wrong)
        assert cache.read(FrameSlots, (1,)) is None
    cache.write((1,), SLOTS)
    assert cache.read(FrameSlots, (1,)) == SLOTS


def test_nothing_of_another_design_is_read_and_no_document_of_an_office_is_kept(folder: Path) -> None:
    licence(OtherProcess(), samples.particulars("llc", style="present"))
    shipped = find("jinhua")
    own = replace(
        shipped,
        folder=Path("/srv/designs/own"),
        contents={**shipped.contents, "licence.css": shipped.contents["licence.css"] + b"\n"},
    )
    other = OtherProcess(own)
    licence(other, samples.particulars("llc", style="present"))
    # Such a design is laid out twice and compared with itself.
    assert other.laid_out == 2
    assert len(list(folder.iterdir())) == 2
    papers.printed(other, samples.paper("receipt"))
    assert len(list(folder.iterdir())) == 2


def test_a_folder_that_others_may_write_to_is_not_used(folder: Path) -> None:
    cache = FormCache("design")
    cache.write(("key",), SLOTS)
    assert cache.read(FrameSlots, ("key",)) == SLOTS
    assert FormCache("other").read(FrameSlots, ("key",)) is None
    folder.chmod(0o777)
    assert cache.read(FrameSlots, ("key",)) is None
    cache.write(("another",), SLOTS)
    assert len(list(folder.iterdir())) == 1


def test_what_was_not_used_for_longest_goes(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(form_cache, "MOST", 2)
    cache = FormCache("design")
    for number in range(2):
        cache.write((number,), SLOTS)
    for path in folder.iterdir():
        os.utime(path, (0, time.time() - 60))
    (folder / "left.part").touch()
    os.utime(folder / "left.part", (0, 0))
    assert cache.read(FrameSlots, (0,))
    cache.write((2,), SLOTS)
    assert [number for number in range(3) if cache.read(FrameSlots, (number,))] == [0, 2]
    assert len(list(folder.iterdir())) == 2


def test_several_write_at_once(folder: Path) -> None:
    cache = FormCache("design")
    with ThreadPoolExecutor(4) as several:
        list(several.map(lambda _: cache.write(("key",), SLOTS), range(20)))
    assert cache.read(FrameSlots, ("key",)) == SLOTS
    assert len(list(folder.iterdir())) == 1


@pytest.mark.parametrize("content", [b"", b"\0\0\0\2[]", b"\0\0\0\4null", b"\0\0\0\7[[{}]]x", b"\xff" * 9])
def test_what_is_no_form_is_refused(content: bytes) -> None:
    assert unpacked(FrameSlots, packed(SLOTS)) == SLOTS
    with pytest.raises((ValueError, TypeError, LookupError)):
        unpacked(FrameSlots, content)
