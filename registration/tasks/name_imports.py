"""Reads or loads a part of a large file of names."""

from registration import clock
from registration.operations.name_import_parts import work_on_part
from registration.outbox import Work
from registration.queries.name_imports import EFFECT

__all__ = ["EFFECT", "work_on_names"]


def work_on_names(work: Work) -> None:
    work_on_part(int(work.payload["name_import"]), message=work.id, now=clock.now())
