"""The folders of the matters: the packaged ones and the office's own (`HEYI_MATTERS`), each read once.

Like the city's folder they are data of the whole process, so that the rules can read them.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from registration.errors import RegistrationError
from registration.rules.folder_files import FolderFault, FolderReader, Kind
from registration.rules.matter_shapes import (
    Assumptions,
    BasisRow,
    BlockerRow,
    DecisionPaper,
    DeclarationRow,
    DocumentRow,
    FormRows,
    MaterialRow,
    OpinionRows,
    PaperRows,
    PowerRow,
    RatingRows,
    ReasonRows,
    StartPage,
)
from registration.rules.register_shapes import RegisterRows
from workflows.definition.values import DEFAULTS

OWN = "HEYI_MATTERS"
PACKAGED = Path(__file__).parents[1] / "matters"
START = "start.yaml"
# Its folder of documents that are made from the answers, a file for each.
DOCUMENTS = "documents"
# The files of a matter beside its tables; all but the first may be absent.
FILES = (
    *(START, "form.yaml", "materials.yaml", "reasons.yaml", "declarations.yaml", "bases.yaml", "papers.yaml"),
    *("blockers.yaml", "simulation.yaml", "ratings.yaml", "opinions.yaml", "power.yaml", "register.yaml"),
)


class MatterError(RegistrationError):
    """A folder of a matter is not valid; `faults` has every fault that was found."""

    code = "matter_is_faulty"
    status = 503

    def __init__(self, faults: tuple[FolderFault, ...]) -> None:
        self.faults = faults
        first = faults[0]
        said = {lang: first.sentence(lang) for lang in DEFAULTS}
        super().__init__(place=first.place, **said, faults=len(faults))


@dataclass(frozen=True, eq=False)
class Matter:
    """The content of a matter's folder beside its tables. An absent file gives an empty value."""

    start: StartPage
    form: FormRows
    materials: Mapping[str, MaterialRow]
    reasons: ReasonRows
    declarations: Mapping[str, DeclarationRow]
    bases: Mapping[str, BasisRow]
    papers: PaperRows | None
    blockers: Mapping[str, BlockerRow]
    assumptions: Assumptions
    documents: Mapping[str, DocumentRow]
    ratings: RatingRows
    opinions: OpinionRows
    power: PowerRow
    # None for a matter that is not about a registered entity.
    register: RegisterRows | None = None


def own_folder() -> Path | None:
    """The folder of the office's own matters, if it has one."""
    named = os.environ.get(OWN)
    return Path(named) if named else None


def folders() -> tuple[Path, ...]:
    own = own_folder()
    return (PACKAGED,) if own is None else (PACKAGED, own)


def homes(matter: str) -> tuple[Path, ...]:
    """The folders of a matter. A packaged file is never covered by an own one of the same name."""
    return tuple(folder / matter for folder in folders() if (folder / matter).is_dir())


def file_of(matter: str, name: str) -> Path | None:
    """The file of this name in the folders of the matter."""
    return next((home / name for home in homes(matter) if (home / name).is_file()), None)


def document_files(matter: str) -> dict[str, Path]:
    """The files of the documents that the matter makes, by the document's key."""
    found = {path.stem: path for home in reversed(homes(matter)) for path in (home / DOCUMENTS).glob("*.yaml")}
    return dict(sorted(found.items()))


def matter_keys() -> tuple[str, ...]:
    """Every matter that has a folder with a file of data."""
    found = {path.parent.name for folder in folders() for path in folder.glob("*/*.yaml")}
    return tuple(sorted(found))


def matter_data(matter: str) -> Matter:
    """The files of a matter. Raises MatterError with every fault of their shape."""
    return _read_once(matter, os.environ.get(OWN))


def blockers_of_matters() -> Mapping[str, BlockerRow]:
    """Code -> text, of the refusals that one matter has alone."""
    return _blockers(os.environ.get(OWN))


# All are kept by the variable: they are asked for with each text, and asking the disk takes longer than the answer.
@cache
def _blockers(_own: str | None) -> Mapping[str, BlockerRow]:
    return {code: row for matter in matter_keys() for code, row in matter_data(matter).blockers.items()}


@cache
def _known(matter: str, _own: str | None) -> tuple[Matter | None, list[FolderFault]]:
    return read(matter)


@cache
def _read_once(matter: str, _own: str | None) -> Matter:
    found, faults = read_once(matter)
    if found is None:
        raise MatterError(tuple(faults))
    return _with_taken_over(found, matter_data(found.form.like)) if found.form.like else found


def _with_taken_over(own: Matter, other: Matter) -> Matter:
    """With what the form of a matter takes over from another one; what the folder itself has counts first."""
    rows, texts = other.materials, other.documents
    materials = {key: rows[key].model_copy(update={"items": own.form.materials[key]}) for key in own.form.materials}
    return replace(
        own,
        materials={**own.materials, **materials},
        documents={**{key: texts[key] for key in own.form.documents}, **own.documents},
        reasons=own.reasons.model_copy(
            update={"correction": {**other.reasons.correction, **own.reasons.correction}},
        ),
        opinions=own.opinions if own.opinions.opinions else other.opinions,
    )


def decision_paper(matter: str) -> DecisionPaper:
    """The text of `paper.decision` in this matter, which a checked table with that effect has. KeyError without one."""
    paper = own_paper(matter, "decision")
    if paper is None:
        raise KeyError("papers.yaml")
    return paper


def own_paper(matter: str, kind: str) -> DecisionPaper | None:
    """The matter's own words for its decision, its approval or its refusal; None where it has the usual ones."""
    paper: DecisionPaper | None = getattr(matter_data(matter).papers, kind, None)
    return paper


def forget() -> None:
    """Reads every folder anew."""
    _known.cache_clear()
    _read_once.cache_clear()
    _blockers.cache_clear()


def read_once(matter: str) -> tuple[Matter | None, list[FolderFault]]:
    """The same as `read`, from the reading that the process uses."""
    return _known(matter, os.environ.get(OWN))


def read(matter: str) -> tuple[Matter | None, list[FolderFault]]:
    """The files of a matter and the faults of their shape; None for a matter with any."""
    reader = FolderReader(PACKAGED)

    def path(name: str) -> str | None:
        found = file_of(matter, name)
        return str(found) if found else None

    def model(kind: type[Kind], name: str) -> Kind | None:
        return reader.model(kind, here) if (here := path(name)) else None

    def mapping(kind: type[Kind], name: str) -> dict[str, Kind]:
        return reader.mapping(kind, here) if (here := path(name)) else {}

    found = Matter(
        start=reader.model(StartPage, path(START) or str((homes(matter) or (PACKAGED / matter,))[-1] / START)),
        form=model(FormRows, "form.yaml") or FormRows(),
        materials=mapping(MaterialRow, "materials.yaml"),
        reasons=model(ReasonRows, "reasons.yaml") or ReasonRows(),
        declarations=mapping(DeclarationRow, "declarations.yaml"),
        bases=mapping(BasisRow, "bases.yaml"),
        papers=model(PaperRows, "papers.yaml"),
        blockers=mapping(BlockerRow, "blockers.yaml"),
        assumptions=model(Assumptions, "simulation.yaml") or Assumptions(),
        documents={
            key: row
            for key, path in document_files(matter).items()
            if (row := reader.model(DocumentRow, str(path))) is not None
        },
        ratings=model(RatingRows, "ratings.yaml") or RatingRows(),
        opinions=model(OpinionRows, "opinions.yaml") or OpinionRows(),
        power=model(PowerRow, "power.yaml") or PowerRow(),
        register=model(RegisterRows, "register.yaml"),
    )
    return (None if reader.faults else found), reader.faults
