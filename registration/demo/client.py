"""The demonstration's HTTP client: tokens, idempotency keys, and retries if the server requests them."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx

TRIES = 8
PATIENCE_SECONDS = 20.0
PASSING = frozenset({429, 502, 503, 504})


class ApiRefused(Exception):
    """The server refused the request; the message has the whole answer."""

    def __init__(self, method: str, path: str, answer: httpx.Response) -> None:
        self.status = answer.status_code
        self.problem = _problem(answer)
        super().__init__(f"{method} {path}: {answer.status_code} {_problem_text(self.problem)}")

    @property
    def codes(self) -> set[str]:
        """The codes of the refusal, its errors and its blockers."""
        listed = [*self.problem.get("errors", ()), *self.problem.get("blockers", ())]
        return {self.problem.get("code", ""), *(one["code"] for one in listed)}


@dataclass
class Caller:
    """Somebody who calls: with a token, or, like a signer and the public, without one."""

    http: httpx.Client
    name: str
    token: str = field(default="", repr=False)

    def get(self, path: str, **query: Any) -> Any:
        return self.send("GET", path, params=query).json()

    def post(self, path: str, content: Mapping[str, Any] | None = None) -> Any:
        return self.send("POST", path, json=dict(content or {})).json()

    def patch(self, path: str, content: Mapping[str, Any]) -> Any:
        return self.send("PATCH", path, json=content).json()

    def act(self, ref: str, action: str, **inputs: Any) -> Any:
        return self.post(f"/applications/{ref}/actions/{action}", inputs)

    def hand_in(self, path: str, fields: Mapping[str, str], filename: str, content: bytes) -> Any:
        return self.send("POST", path, data=fields, files={"file": (filename, content)}).json()

    def fetch(self, path: str) -> bytes:
        return self.send("GET", path).content

    def send(self, method: str, path: str, **given: Any) -> httpx.Response:
        """One request; sent again with the same key while the server is away, busy or still at it. Raises Refused."""
        headers = {**given.pop("headers", {})} | ({"Authorization": f"Bearer {self.token}"} if self.token else {})
        if method == "POST":
            headers["Idempotency-Key"] = str(uuid4())
        for last in (*[False] * (TRIES - 1), True):
            answer = self._once(method, path, headers, given, last=last)
            if answer is not None and (last or not _is_passing(answer)):
                if answer.is_error:
                    raise ApiRefused(method, path, answer)
                return answer
            time.sleep(_pause(answer))
        raise AssertionError("the last try answers or raises")

    def _once(
        self, method: str, path: str, headers: dict[str, str], given: Mapping[str, Any], *, last: bool
    ) -> httpx.Response | None:
        try:
            return self.http.request(method, f"/api/v1{path}", headers=headers, **given)
        except httpx.TransportError:
            if last:
                raise
            return None


def sign_in(http: httpx.Client, login: str, password: str) -> Caller:
    caller = Caller(http, login)
    caller.token = caller.post("/tokens", {"login": login, "password": password})["token"]
    return caller


def _is_passing(answer: httpx.Response) -> bool:
    return answer.status_code in PASSING or _problem(answer).get("code") == "idempotency_in_progress"


def _pause(answer: httpx.Response | None) -> float:
    asked = answer.headers.get("Retry-After", "1") if answer is not None else "1"
    return min(float(asked) if asked.isdigit() else 1.0, PATIENCE_SECONDS)


def _problem(answer: httpx.Response) -> dict[str, Any]:
    if not answer.headers.get("Content-Type", "").startswith("application/problem+json"):
        return {}
    found: dict[str, Any] = answer.json()
    return found


def _problem_text(problem: Mapping[str, Any]) -> str:
    listed = [*problem.get("errors", ()), *problem.get("blockers", ())]
    return "; ".join([problem.get("title", ""), *(f"{one.get('path', '')} {one['message']}".strip() for one in listed)])
