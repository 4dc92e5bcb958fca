"""The shapes of the files in a matter's folder, beside its tables: start page, form, documents, reasons, papers."""

import re
import string
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from registration.rules.folder_files import WORDS, Closed
from registration.rules.kinds import Regime
from registration.rules.reference import Said
from workflows.definition.values import LANGUAGE_TAG, Limit, Text

Filled = Annotated[str, Field(min_length=1, max_length=2000)]
Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Names = tuple[Filled, ...]


class SaidRow(Closed):
    """A row with further keys beside the languages of its text."""

    # No key of a file is written like this alias, so that a key `words` is refused as unknown.
    words: Said = Field(alias=WORDS)

    @model_validator(mode="before")
    @classmethod
    def _gathered(cls, raw: Any) -> Any:
        if not isinstance(raw, Mapping):
            return raw
        own = {one.alias or name for name, one in cls.model_fields.items()}
        words = {key: value for key, value in raw.items() if key not in own and re.fullmatch(LANGUAGE_TAG, str(key))}
        return {**{key: value for key, value in raw.items() if key not in words}, WORDS: words}


def check_template(text: Text, *, allowed: tuple[str, ...] = ()) -> Text:
    """Refuses braces that are no placeholder; with `allowed`, also every other placeholder."""
    for one in text.values():
        try:
            names = [name for _, name, _, _ in string.Formatter().parse(one) if name is not None]
        except ValueError:
            names = [""]
        wrong = [name for name in names if not name.isidentifier() or (allowed and name not in allowed)]
        if wrong:
            raise PydanticCustomError("placeholder", "placeholder", {"name": "{" + wrong[0] + "}"})
    return text


def _hint(text: Text) -> Text:
    return check_template(text, allowed=("permits",))


class StartPage(Closed):
    """start.yaml: question above the entity types, introduction, what to prepare, how long it takes, who signs."""

    question: Said
    intro: Said
    prepare: tuple[Said, ...] = ()
    duration: Said
    signers: Said | None = None


def _optional_under(value: Any) -> Any:
    """`true` and `false` mean all regimes and none."""
    return tuple(Regime) if value is True else () if value is False else value


class GroupRow(SaidRow):
    """A heading of the task list; `number` is its Chinese number."""

    number: Filled
    note: Said | None = None


class SectionRow(Closed):
    """A section of the form. `for`: types or families (none: all); `under` and `optional`: under which regimes.

    `when`: the condition under which it is shown and needed; `offered_when`: under which one that nobody needs is
    shown. Others need not know of it.
    """

    key: Key
    group: Key
    label: Said
    named: Names = Field(default=(), alias="for")
    under: tuple[Regime, ...] = tuple(Regime)
    optional: Annotated[tuple[Regime, ...], BeforeValidator(_optional_under)] = ()
    when: Literal["foreign_investment"] | None = None
    offered_when: Literal["agent"] | None = None


class FormRows(Closed):
    """form.yaml. `like`: the matter whose sections follow the own ones, but for those `without`, and whose reasons for
    a correction and opinions hold here too. Of its documents those are taken over that `materials` names, each with the
    items that need it (none: every application), and of those made from the answers the ones in `documents`.
    """

    groups: Mapping[Key, GroupRow] = {}
    sections: tuple[SectionRow, ...] = ()
    like: Key | None = None
    without: tuple[Key, ...] = ()
    materials: Mapping[Key, Names] = {}
    documents: tuple[Key, ...] = ()


class MaterialRow(Closed):
    """A document. `for`: the types or families that have it (none: all); `items`: the choices that need it (none: all);
    `when`: the condition under which it is needed; `otherwise`: how it is asked for without that.
    """

    label: Said
    hint: Annotated[Said, AfterValidator(_hint)]
    why: Said
    basis: Names
    named: Names = Field(default=(), alias="for")
    items: Names = ()
    when: Filled | None = None
    otherwise: Literal["optional"] | None = None


class ClauseRow(Closed):
    """A clause of a document in Chinese; {placeholders} are answers of the form.

    `for`: the types or families whose document has it (none: all); `when`: the conditions, all together. `marked`: its
    name on the page where those who sign may put it in their own words, so it has no placeholder. `table`: a table of
    answers below the text.
    """

    key: Key
    text: Annotated[str, Field(min_length=1, max_length=5000)]
    named: Names = Field(default=(), alias="for")
    when: Names = ()
    marked: Said | None = None
    table: Key | None = None


class ChapterRow(Closed):
    """A chapter of a document. One without clauses that apply is left out."""

    title: str = ""
    clauses: tuple[ClauseRow, ...]


class RequiredMatter(Closed):
    """What a document must say by law, and the clauses that say it. `for`: the types of which the law wants it."""

    matter: Filled
    named: Names = Field(default=(), alias="for")
    clauses: Annotated[tuple[Key, ...], Field(min_length=1)]


class DocumentRow(Closed):
    """documents/<key>.yaml: a document that the system makes from the answers, in place of `replaces` (kinds of
    materials.yaml; the first is the document itself).

    `for` and `under`: types or families, and regimes; `when`: conditions of the whole document; `signers`: the
    capacities whose signatures it bears; `required`: by citation, the matters that the law wants in it.
    """

    replaces: Annotated[Names, Field(min_length=1)]
    named: Names = Field(alias="for")
    under: tuple[Regime, ...] = tuple(Regime)
    when: Names = ()
    title: Filled
    signers: Annotated[Names, Field(min_length=1)]
    numbering: Literal["articles", "points"] = "articles"
    basis: Names = ()
    required: Mapping[Filled, RequiredMatter] = {}
    chapters: Annotated[tuple[ChapterRow, ...], Field(min_length=1)]

    @property
    def kind(self) -> str:
        """The kind of document that it is."""
        return self.replaces[0]

    @property
    def clauses(self) -> tuple[ClauseRow, ...]:
        return tuple(clause for chapter in self.chapters for clause in chapter.clauses)


class RefusalReason(SaidRow, extra="allow"):
    """A legal reason to refuse. `law`: citations for all types; any other key is a family of types, with citations for
    it alone. `needs`: the condition of the case under which the reason can be given.
    """

    law: Names = ()
    needs: Filled | None = Field(default=None, alias="if")
    __pydantic_extra__: dict[str, Names] = Field(init=False)

    @property
    def families(self) -> Mapping[str, Names]:
        return self.__pydantic_extra__


class CorrectionReason(SaidRow):
    """A reason to ask for a correction, and the usual remedy."""

    remedy: Said


class ReasonRows(Closed):
    """reasons.yaml: code -> reason."""

    rejection: Mapping[Filled, RefusalReason] = {}
    correction: Mapping[Filled, CorrectionReason] = {}


class Remedy(SaidRow):
    """The remedies against a decision, until a day or without end."""

    until: date = date.max
    law: Names


class DeclarationRow(SaidRow):
    """A declaration of a signer, for these `capacities` (none: all) and for the choices `items` (none: all). `only`:
    where its law is in force alone.
    """

    capacities: Names = ()
    items: Names = ()
    law: Names = ()
    only: bool = False


class BasisRow(Closed):
    """The citations that a key of a table's `basis` means, in the `old` law of companies and in the `new` one."""

    new: Names = ()
    old: Names = ()


class BlockerRow(SaidRow):
    """The text of a refusal by a guard; `field` is the input that it is about."""

    field: Key | None = None

    @model_validator(mode="after")
    def _can_be_filled(self) -> "BlockerRow":
        check_template(self.words)
        return self


class DecisionPaper(Closed):
    """A paper in the matter's own words, in Chinese; `rows`: label -> input of an action, read from the history;
    `changes`: it lists what the application changes of the register, each item before and after.
    """

    title: Filled
    before: Names = ()
    rows: Mapping[Filled, Key] = {}
    changes: bool = False
    after: Names = ()


class PaperRows(Closed):
    """papers.yaml: the paper of `paper.decision`, and those of an approval and a refusal in other words than usual."""

    decision: DecisionPaper | None = None
    approval: DecisionPaper | None = None
    refusal: DecisionPaper | None = None


class RatedStep(SaidRow):
    """A step that an applicant rates once the case has been in one of the states `after`."""

    after: Annotated[Names, Field(min_length=1)]


class RatingReason(SaidRow):
    """A reason to tick with a rating; a `good` one praises."""

    good: bool = False


class RatingRows(Closed):
    """ratings.yaml."""

    steps: Mapping[Key, RatedStep] = {}
    reasons: Mapping[Key, RatingReason] = {}


class OpinionRows(Closed):
    """opinions.yaml: action -> key -> text."""

    opinions: Mapping[Key, Mapping[Key, Said]] = {}


class PowerRow(Closed):
    """power.yaml: what the power list says of the matter and no other file knows.

    `legal_limit`: the limit of the law, where the table promises another one. `fee` is a text; without one it is free.
    """

    kind: Literal["permit", "confirmation", "ruling", "penalty", "service", "other"] = "other"
    legal_limit: Limit | None = None
    fee: Said | None = None


class Assumptions(Closed):
    """simulation.yaml: the assumptions of a simulation, which `heyi workflows simulate` reads and explains itself."""

    arrivals: float = Field(default=40, gt=0)
    regime: Regime | None = None
    staff: Mapping[Key, int] = {}
    holds: Mapping[Key, bool | float | Filled] = {}
    service: Mapping[Filled, Filled] = {}
    choices: Mapping[Filled, float | Filled] = {}
