"""The opinions and reasons that registrars added to those of the matters.

They are rows of the database, which no rule reads: the module that reads them says here how.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from registration.rules.matter_shapes import CorrectionReason, RefusalReason
from workflows.definition.values import CHINESE, DEFAULTS, Text

OPINION, CORRECTION, REFUSAL = KINDS = ("opinion", "correction", "refusal")


@dataclass(frozen=True)
class OwnPhrase:
    """`code` names it in a case for ever. One that is no longer `used` keeps its words and is not offered."""

    code: str
    registrar: str
    matter: str
    kind: str
    used: bool
    words: Text
    action: str = ""
    remedy: Text | None = None
    law: tuple[str, ...] = ()

    @property
    def correction(self) -> CorrectionReason:
        return CorrectionReason.model_validate({**dict(self.words), "remedy": dict(self.remedy or {})})

    @property
    def refusal(self) -> RefusalReason:
        return RefusalReason.model_validate({**dict(self.words), "law": list(self.law)})


def filled(words: Mapping[str, str]) -> Text:
    """The text in both languages: where one is missing, the Chinese stands in its place."""
    return Text(**{lang: words.get(lang) or words[CHINESE] for lang in DEFAULTS})


def _none() -> Sequence[OwnPhrase]:
    return ()


_source: Callable[[], Sequence[OwnPhrase]] = _none


def read_from(source: Callable[[], Sequence[OwnPhrase]]) -> None:
    """Says where the phrases are read, in their order."""
    global _source
    _source = source


def own_phrases(kind: str, *, matter: str) -> list[OwnPhrase]:
    """Those of a kind in a matter, of every registrar, used or not."""
    return [one for one in _source() if one.kind == kind and one.matter == matter]


def is_offered(code: str, *, kind: str, matter: str, registrar: str) -> bool:
    """Whether the registrar can choose it now. What is not a registrar's own can always be chosen."""
    own = next((one for one in own_phrases(kind, matter=matter) if one.code == code), None)
    return own is None or (own.used and own.registrar == registrar)
