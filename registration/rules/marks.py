"""A clerk's mark on a part of a case: in order or not, and the words for the notice.

A target is `section.<key>` or `material.<kind>`, and with a third part one person or one field of the section, or one
file of the kind: `section.people.p3`, `section.domicile.street`, `material.lease.<reference>`.
"""

from dataclasses import dataclass

VERDICTS = ("ok", "bad")


def whole_of(target: str) -> str:
    """The section or the kind of document in which the target lies."""
    return ".".join(target.split(".", 2)[:2])


def part_of(target: str) -> str:
    """The person's or the field's key, or the file's reference; empty for a whole section or kind."""
    return [*target.split(".", 2), "", ""][2]


@dataclass(frozen=True)
class Mark:
    """The verdict on one target: not looked at yet (empty), `ok` or `bad` with the words for the notice."""

    target: str
    verdict: str = ""
    reason_code: str = ""
    problem: str = ""
    remedy: str = ""

    @property
    def is_bad(self) -> bool:
        return self.verdict == "bad"

    @property
    def is_empty(self) -> bool:
        return not (self.verdict or self.problem or self.remedy)

    def as_item(self, *, about: str = "") -> dict[str, str]:
        """One item of the correction notice; `about` stands before the problem, such as a person's name."""
        chapter = self.target.partition(".")[0]
        return {
            "target": whole_of(self.target),
            "reason_code": self.reason_code,
            "problem": about + self.problem if self.problem else "",
            "remedy": self.remedy,
            "material_ref": part_of(self.target) if chapter == "material" else "",
        }
