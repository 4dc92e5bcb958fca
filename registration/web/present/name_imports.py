"""How far a large file of names is, in words."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from registration.http.context import lang_here
from registration.models import NameImport
from registration.queries.name_imports import DONE, DROPPED, LOADING, READ, READING
from registration.rules.problems import Problem, problem_text


@dataclass(frozen=True)
class ImportLine:
    """`tag` is words and look; `progress` parts done and all, where workers are at it; `faults` the wrong lines.

    `rows` are (label, value): what loading would do, or did.
    """

    tag: tuple[str, str]
    progress: tuple[int, int] | None
    rows: Sequence[tuple[str, str]]
    faults: Sequence[str]
    more_faults: int
    may_load: bool
    stopped: bool


def import_line(run: NameImport, *, stopped: bool) -> ImportLine:
    """`stopped`: its work failed for good, and waits for a person."""
    counts = [(_("新增"), run.added), (_("修改组成部分"), run.mended), (_("不变"), run.unchanged)]
    counted = run.stage in (READ, LOADING, DONE)
    return ImportLine(
        tag=_tag(run.stage),
        progress=(run.position, run.parts) if run.stage in (READING, LOADING) else None,
        rows=[(label, str(number)) for label, number in counts] if counted else [],
        faults=[problem_text(Problem("file", one["code"], one["data"]), lang_here()) for one in run.faults],
        more_faults=run.fault_count - len(run.faults),
        may_load=run.stage == READ,
        stopped=stopped,
    )


def _tag(stage: str) -> tuple[str, str]:
    return {
        READING: (_("正在读"), ""),
        READ: (_("已读，还没有载入"), "go"),
        LOADING: (_("正在载入"), ""),
        DONE: (_("已经载入"), "ok"),
        DROPPED: (_("没有载入"), ""),
    }.get(stage, (_("有读不懂的行"), "bad"))
