"""All steps of one application, taken by its applicant, signers, clerks and agencies."""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Any

import httpx

from registration.demo.client import ApiRefused, Caller, sign_in
from registration.demo.example import Example

OPINION = "材料齐全，符合法定形式。"
TRADE_CHARACTERS = "澄泠枕听望栖澹漱沐霁岚筠蘅芷汀沚"
WAIT_SECONDS = 180.0
WAIT_STEP = 0.3

Report = Callable[[str, str, str], None]


class NeverCame(Exception):
    """What was waited for has not happened in its time."""


@dataclass(frozen=True)
class LaterOutcome:
    """An application about the founded business, and the state that it came to."""

    title: str
    ref: str
    state: str


@dataclass
class JourneyOutcome:
    """What came of one application. `numbers` maps a scheme to the number on the licence.

    `files` are the sheets of the first edition and of the last.
    """

    example: str
    ref: str = ""
    name: str = ""
    numbers: Mapping[str, str] = field(default_factory=dict)
    files: list[Path] = field(default_factory=list)
    later: list[LaterOutcome] = field(default_factory=list)
    checks: int = 0
    seconds: float = 0.0
    error: str = ""

    @property
    def good(self) -> bool:
        return not self.error and bool(self.files)


@dataclass
class Journey:
    """`say(who, zh, en)` is called for each step."""

    http: httpx.Client
    example: Example
    password: str
    say: Report
    ref: str = ""
    callers: dict[str, Caller] = field(default_factory=dict)

    def walk(self) -> dict[str, Any]:
        """From an empty draft to the issued licences; returns the application as its owner sees it then."""
        self._apply()
        self.sign()
        if self.example.is_five_numbers:
            self._review_in_parallel()
        else:
            self._review()
        return self._wait_for_licences()

    def as_(self, role: str) -> Caller:
        """Who acts in a role, signed in when first needed."""
        login = self.example.accounts[role]
        if login not in self.callers:
            self.callers[login] = sign_in(self.http, login, self.password)
        return self.callers[login]

    def _apply(self) -> None:
        applicant = self.as_("applicant")
        start = {"entity_type": self.example.entity_type, "registrar": self.example.registrar}
        self.ref = applicant.post("/applications", start)["ref"]
        self.say(applicant.name, f"开始申请 {self.ref}", f"starts {self.ref}")
        self._fill_in(applicant)
        for need in applicant.get(f"/applications/{self.ref}/materials")["needs"]:
            if need["required"]:
                self._hand_in(applicant, need["kind"], self.example.materials[need["kind"]])

    def _fill_in(self, applicant: Caller) -> None:
        """The whole form; another trade name for as long as the present one is taken."""
        form = dict(self.example.form)
        for trade in self._trades():
            form["name"] = {**form["name"], "trade": trade, "near_name_accepted": True}
            if self._is_free(applicant, form["name"]):
                try:
                    applicant.patch(f"/applications/{self.ref}/form", form)
                except ApiRefused as refused:
                    # Another case may reserve the name between the check and the reservation.
                    if refused.codes & {"N20", "N21"}:
                        continue
                    raise
                name = "".join(form["name"].get(part) or "" for part in ("region", "trade", "industry", "form"))
                self.say(applicant.name, f"填写申请表，名称 {name}", f"fills in the form, name {name}")
                return
        raise NeverCame("a trade name that is free")

    def _trades(self) -> Iterator[str]:
        yield self.example.form["name"]["trade"]
        # Another beginning each time, so that two demonstrations on one server seldom try the same.
        first = time.time_ns() % len(TRADE_CHARACTERS)
        turned = TRADE_CHARACTERS[first:] + TRADE_CHARACTERS[:first]
        yield from ("".join(pair) for pair in product(turned, turned[1:]) if pair[0] != pair[1])

    def _is_free(self, caller: Caller, parts: Mapping[str, Any]) -> bool:
        name = "".join(parts.get(part) or "" for part in ("region", "trade", "industry", "form"))
        answer = caller.get(
            "/names/check",
            name=name,
            entity_type=self.example.entity_type,
            region=self.example.region,
            registrar=self.example.registrar,
        )
        return answer["verdict"] in ("pass", "warn")

    def _hand_in(self, applicant: Caller, kind: str, path: Path, *, replaces: str = "") -> None:
        fields = {"kind": kind} | ({"replaces": replaces} if replaces else {})
        applicant.hand_in(f"/applications/{self.ref}/materials", fields, path.name, path.read_bytes())
        self.say(applicant.name, f"上传材料 {path.name}", f"hands in {path.name}")

    def sign(self) -> None:
        """Everybody who has to, behind the own link and without an account."""
        applicant, outside = self.as_("applicant"), Caller(self.http, "")
        applicant.act(self.ref, "request_signatures")
        people = self._people(applicant)
        for link in applicant.post(f"/applications/{self.ref}/signing-links")["items"]:
            address = f"/signing/{link['secret']}"
            shown = outside.get(address)
            claim = {"name": shown["name"], "id_no": people[shown["name"]]}
            proof = {"Signing-Proof": outside.post(f"{address}/identity", claim)["proof"]}
            content = outside.send("GET", address, headers=proof).json()
            outside.send("POST", f"{address}/signature", json={"digest": content["digest"]}, headers=proof)
            self.say(shown["name"], "核验身份并签名", "proves identity and signs")

    def _people(self, applicant: Caller) -> dict[str, str]:
        """Name -> document number of every possible signer: for an organization, its representative."""
        people = applicant.get(f"/applications/{self.ref}")["form"]["people"]
        return {
            one["representative"] if one["kind"] == "legal" else one["name"]: one["representative_id_no"]
            if one["kind"] == "legal"
            else one["id_no"]
            for one in people
        }

    def _review(self) -> None:
        examiner = self.as_("examiner")
        if self.example.correction is not None:
            self._claim(examiner)
            self._correct(examiner, self.example.correction)
        self.decide()

    def decide(self) -> None:
        """The clerk takes the file and approves, or recommends it to a second person who does."""
        examiner = self.as_("examiner")
        self._claim(examiner)
        if "approver" not in self.example.accounts:
            examiner.act(self.ref, "approve", opinion=OPINION)
            self.say(examiner.name, "审查核准", "examines and approves")
            return
        examiner.act(self.ref, "recommend", opinion=OPINION)
        self.say(examiner.name, "提出审查意见", "recommends approval")
        approver = self.as_("approver")
        approver.act(self.ref, "approve", opinion=OPINION)
        self.say(approver.name, "核准", "approves")

    def _claim(self, examiner: Caller) -> None:
        found = examiner.get("/inbox", view="unclaimed", search=self.ref)["items"]
        if self.ref not in {row["ref"] for row in found}:
            raise NeverCame(f"{self.ref} in the inbox of {examiner.name}")
        examiner.act(self.ref, "claim")
        self.say(examiner.name, "领取", "claims it")

    def _correct(self, examiner: Caller, correction: Mapping[str, Any]) -> None:
        examiner.act(self.ref, "request_correction", items=correction["items"], opinion="请一次补正以下内容。")
        self.say(examiner.name, "一次性告知补正", "asks for a correction, once")
        applicant = self.as_("applicant")
        asked = {item["target"] for item in applicant.get(f"/applications/{self.ref}")["correction"]["items"]}
        applicant.patch(f"/applications/{self.ref}/form", correction["form"])
        needs = {need["kind"]: need for need in applicant.get(f"/applications/{self.ref}/materials")["needs"]}
        for kind, path in correction["materials"].items():
            self._hand_in(applicant, kind, path, replaces=needs[kind]["files"][0]["ref"])
        items = applicant.get(f"/applications/{self.ref}")["correction"]["items"]
        if {item["target"] for item in items if item["changed"]} != asked:
            raise NeverCame("the correction of everything that was asked")
        self.say(applicant.name, f"补正 {len(asked)} 项", f"corrects {len(asked)} things")
        self.sign()

    def _review_in_parallel(self) -> None:
        window, examiner = self.as_("window"), self.as_("examiner")
        window.act(self.ref, "accept")
        self.say(window.name, "受理", "accepts")
        examiner.act(self.ref, "start")
        examiner.act(self.ref, "approve", opinion=OPINION)
        self.say(examiner.name, "审查通过，转并联审批", "examines; the agencies' turn")
        agencies = [role for role in self.example.accounts if role not in ("applicant", "window", "examiner")]
        # The graph decides the order: each agency with an open part acts, until all parts are done.
        while agencies:
            done = [role for role in agencies if self._assign(self.as_(role))]
            if not done:
                raise NeverCame(f"the turn of {', '.join(agencies)}")
            agencies = [role for role in agencies if role not in done]

    def _assign(self, officer: Caller) -> bool:
        mine = [row for row in officer.get("/parts", limit=100)["items"] if row["ref"] == self.ref]
        for row in mine:
            officer.act(self.ref, "claim", part=row["part"])
            officer.act(self.ref, "assign", part=row["part"])
            self.say(officer.name, f"{row['label']}：办结", f"{row['part']}: done")
        return bool(mine)

    def state(self) -> str:
        return str(self._seen()["state"])

    def wait_for_state(self, state: str) -> None:
        """Until the system has taken the application there."""
        self._wait(lambda seen: seen["state"] == state, f"{state} of {self.ref}")

    def _wait_for_licences(self) -> dict[str, Any]:
        seen = self._wait(
            lambda seen: bool(seen["licences"]) and all(sheet["issued_at"] for sheet in seen["licences"]),
            f"the licence of {self.ref}",
        )
        self.say("heyi", f"制成执照 {len(seen['licences'])} 份", f"makes {len(seen['licences'])} sheets")
        return seen

    def _wait(self, reached: Callable[[Mapping[str, Any]], bool], awaited: str) -> dict[str, Any]:
        """The application as its owner sees it, once it is so."""
        end = time.monotonic() + WAIT_SECONDS
        while time.monotonic() < end:
            if reached(seen := self._seen()):
                return seen
            time.sleep(WAIT_STEP)
        raise NeverCame(f"{awaited} (is a worker running?)")

    def _seen(self) -> dict[str, Any]:
        seen: dict[str, Any] = self.as_("applicant").get(f"/applications/{self.ref}")
        return seen
