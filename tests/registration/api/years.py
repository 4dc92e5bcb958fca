"""Programs of an owner, of the office and of anybody, which live through the years of a business."""

import json
import zlib
from base64 import urlsafe_b64decode
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import select
from sqlmodel import col

from registration import clock as clock_of_program
from registration.database import reading
from registration.models import Licence
from registration.operations.sweeps import SWEEPS
from tests.fixtures.visitor import work_off
from tests.registration.api.conftest import Program
from tests.registration.api.test_api_journey import ok, picture, sign_asked

LIN, CLERK = "lin@example.cn", "0318"
PAGE_SAYS = {"sample": "演示样本", "superseded": "已换发新版", "declared_void": "声明作废", "revoked": "执照不再有效"}
Sign = Callable[[str], Program]


class Years:
    """An owner's program and the office's over the years; `on` moves the clock and signs all in again."""

    def __init__(self, sign_in: Sign, stranger: Program, now: datetime) -> None:
        self._sign_in, self.stranger, self._moved = sign_in, stranger, ExitStack()
        self.now = now
        self.on(now.date())

    def on(self, day: date, *, hour: int = 2) -> None:
        self._moved.close()
        self.now = datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
        self._moved.enter_context(clock_of_program.moved_to(self.now))
        for sweep in ("end_terms", "release_names"):
            while SWEEPS[sweep](now=self.now):
                pass
        self.owner, self.clerk = self._sign_in(LIN), self._sign_in(CLERK)

    def close(self) -> None:
        self._moved.close()

    def begun(self, code: str, matter: str, *items: str, event_on: date | None = None) -> str:
        body = {"matter": matter, "items": items, **({"event_on": event_on.isoformat()} if event_on else {})}
        return str(ok(self.owner.post(f"/businesses/{code}/applications", json=body), 201)["ref"])

    def form(self, ref: str) -> Any:
        return ok(self.owner.get(f"/applications/{ref}"))["form"]

    def fill(self, ref: str, **sections: Any) -> None:
        for section, value in sections.items():
            ok(self.owner.put(f"/applications/{ref}/form/{section}", json=value))
        for need in ok(self.owner.get(f"/applications/{ref}/materials"))["needs"]:
            if need["required"] and not need["files"]:
                data = {"kind": need["kind"], "file": (picture(), "scan.png")}
                ok(self.owner.post(f"/applications/{ref}/materials", data=data), 201)

    def submit(self, ref: str) -> None:
        if self.state(ref) != "signing":
            ok(self.owner.act(ref, "request_signatures"))
        sign_asked(self.owner, self.stranger, ref)

    def refusals(self, ref: str, action: str = "request_signatures") -> list[str]:
        answer = self.owner.act(ref, action)
        assert answer.status_code == 409, answer.json
        return [str(one["code"]) for one in answer.json["blockers"]]

    def approve(self, ref: str) -> None:
        ok(self.clerk.act(ref, "claim"))
        ok(self.clerk.act(ref, "approve", opinion="符合法定形式"))
        work_off()
        assert self.state(ref) == "recorded"

    def state(self, ref: str) -> str:
        return str(ok(self.owner.get(f"/applications/{ref}"))["state"])

    def changed(self, ref: str) -> dict[str, Any]:
        found = ok(self.owner.get(f"/applications/{ref}/register-changes"))["items"]
        return {one["item"]: one["after"] for one in found}

    def verdicts(self, code: str) -> list[tuple[int, str]]:
        """Edition and verdict of each original ever issued; API, page and status list say the same."""
        found, ended = [], self.ended()
        for sheet in all_sheets(code):
            verdict = ok(self.stranger.get(f"/checks/{sheet.ref}"))["verdict"]
            assert (sheet.id in ended) == (verdict != "sample")
            if sheet.paper == "original":
                assert PAGE_SAYS[verdict] in self.stranger.client.get(f"/v/{sheet.ref}").text
                found.append((sheet.edition, verdict))
        by_code = ok(self.stranger.get(f"/checks?code={code}"))["verdict"]
        assert by_code == found[-1][1]
        return found

    def ended(self) -> set[int]:
        """The places that the signed list of the credentials calls ended."""
        signed = self.stranger.client.get("/status-lists/0").text
        packed = json.loads(urlsafe_b64decode(signed.split(".")[1] + "=="))["status_list"]["lst"]
        bits = zlib.decompress(urlsafe_b64decode(packed + "=="))
        return {place for place in range(200) if bits[place // 8] >> place % 8 & 1}

    def register(self, code: str, *, on: str = "") -> Any:
        return ok(self.stranger.get(f"/register/{code}{'?on=' + on if on else ''}"))

    def name_is(self, name: str, entity_type: str = "llc") -> str:
        """What anybody is told of the name: `pass`, or `reject` while it is held or blocked."""
        asked = {"name": name, "entity_type": entity_type, "region": "330702"}
        return str(ok(self.stranger.get(f"/names/check?{urlencode(asked)}"))["verdict"])


def all_sheets(code: str) -> list[Licence]:
    with reading() as session:
        query = select(Licence).where(col(Licence.code) == code).order_by(col(Licence.id))
        return list(session.scalars(query))
