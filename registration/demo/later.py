"""The applications about a business that an example has founded, taken on from its licence."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from registration.demo.client import Caller
from registration.demo.journey import Journey, LaterOutcome, NeverCame


@dataclass
class LaterSteps:
    """`walk` takes the rows `later` of the example one after the other, each to its state `ends`.

    `public_answer` of a row is the verdict of a check of the code between submission and decision.
    """

    journey: Journey
    founded: Mapping[str, Any]

    def walk(self) -> list[LaterOutcome]:
        return [self._take(row) for row in self.journey.example.later]

    def newest_sheets(self) -> list[dict[str, Any]]:
        """The sheets of the last edition, if one was made after the first."""
        sheets = self._applicant.get(f"/applications/{self.founded['ref']}")["licences"]
        last = max(one["edition"] for one in sheets)
        first = max(one["edition"] for one in self.founded["licences"])
        return [one for one in sheets if one["edition"] == last > first]

    @property
    def _applicant(self) -> Caller:
        return self.journey.as_("applicant")

    @property
    def _code(self) -> str:
        return str(self.founded["licences"][0]["code"])

    def _take(self, row: Mapping[str, Any]) -> LaterOutcome:
        journey, applicant = self.journey, self._applicant
        offered = applicant.get(f"/businesses/{self._code}")["matters"]
        title = next(one["title"] for one in offered if one["matter"] == row["matter"])
        start = {"matter": row["matter"], "items": row.get("items", [])}
        journey.ref = applicant.post(f"/businesses/{self._code}/applications", start)["ref"]
        journey.say(applicant.name, f"开始{title} {journey.ref}", f"starts {title} {journey.ref}")
        if "form" in row:
            applicant.patch(f"/applications/{journey.ref}/form", row["form"])
        journey.sign()
        if "public_answer" in row:
            self._check_in_public(row["public_answer"])
        if journey.state() != row["ends"]:
            journey.decide()
            journey.wait_for_state(row["ends"])
        reached = applicant.get(f"/applications/{journey.ref}")["state_label"]
        journey.say("heyi", f"{title}：{reached}", f"{title}: {reached}")
        return LaterOutcome(title, journey.ref, reached)

    def _check_in_public(self, expected: str) -> None:
        answer = Caller(self.journey.http, "").get("/checks", code=self._code)["verdict"]
        if answer != expected:
            raise NeverCame(f"{expected} in the check of {self._code}: {answer}")
        self.journey.say("public", f"按代码查验：{answer}", f"checks the code: {answer}")
