"""The opinions and reasons that registrars added to those of the matters.

They are rows of the database, which no rule reads: the module that reads them says here how.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from registration.rules.matter_shapes import CorrectionReason, RefusalReason
from workflows.definition.values import Text

OPINION, CORRECTION, REFUSAL = KINDS = ("opinion", "correction", "refusal")


@dataclass(frozen=True)
class OwnPhrase:
    """`code` names it in a case for ever. One that is no longer `used` keeps its words and is not offered."""

    code: str
    registrar: str
    matter: str
    kind: str
    used: bool
    zh: str
    en: str
    action: str = ""
    remedy_zh: str = ""
    remedy_en: str = ""
    law: tuple[str, ...] = ()

    @property
    def words(self) -> Text:
        """Without an English text the Chinese one stands in its place."""
        return Text(zh=self.zh, en=self.en or self.zh)

    @property
    def correction(self) -> CorrectionReason:
        remedy = {"zh": self.remedy_zh, "en": self.remedy_en or self.remedy_zh}
        return CorrectionReason.model_validate({**dict(self.words), "remedy": remedy})

    @property
    def refusal(self) -> RefusalReason:
        return RefusalReason.model_validate({**dict(self.words), "law": list(self.law)})


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
