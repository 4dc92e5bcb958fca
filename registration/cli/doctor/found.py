"""What one look of the doctor found."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Found:
    """`fix` is a command line or a sentence; a warning does not make the command fail."""

    check: str
    state: Literal["good", "warning", "bad"]
    told: str
    fix: str = ""
