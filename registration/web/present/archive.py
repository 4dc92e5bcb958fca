"""The contents of a closed file in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from registration.http.context import lang_here
from registration.models import Application
from registration.rules.materials import material_label
from registration.web.present.log import PAPERS


@dataclass(frozen=True)
class PartShown:
    """A document of the file; one without a digest was not made."""

    kind: str
    name: str
    sha256: str | None


def parts_of(case: Application, manifest: Mapping[str, Any]) -> list[PartShown]:
    """Documents, papers and sheets of the licence, in this order."""
    found = [PartShown(_("材料"), _material(case, one["kind"]), one["sha256"]) for one in manifest["materials"]]
    found += [PartShown(_("文书"), one["number"] or one["kind"], one["sha256"]) for one in manifest["papers"]]
    return found + [
        PartShown(_("执照"), f"{PAPERS.get(one['paper'], one['paper'])} {one['serial']}", one["sha256"])
        for one in manifest["licences"]
    ]


def _material(case: Application, kind: str) -> str:
    return material_label(kind, lang_here(), case.definition.partition("@")[0])
