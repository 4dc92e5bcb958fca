"""How a person wants to get notices: by which channel, and which kinds not at all (reference/notice_kinds.yaml)."""

from collections.abc import Collection, Mapping
from functools import cache
from typing import Literal

from pydantic import BaseModel, ConfigDict

from registration.rules.languages import pair
from registration.rules.problems import Problem
from registration.rules.reference import Said, texts

Channel = Literal["mail", "sms", "both"]
CHANNELS: Mapping[Channel, Mapping[str, str]] = {
    "mail": pair("电子邮件", "E-mail"),
    "sms": pair("短信", "Text message"),
    "both": pair("电子邮件和短信", "E-mail and text message"),
}


class NoticeKind(BaseModel):
    """One row of reference/notice_kinds.yaml; `effects` are those of the outbox."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    label: Said
    hint: Said
    effects: tuple[str, ...]


@cache
def notice_kinds() -> Mapping[str, NoticeKind]:
    """Key -> kind that can be switched off."""
    return {key: NoticeKind.model_validate(row) for key, row in texts("reference/notice_kinds.yaml").items()}


def is_wanted(effect: str, *, off: Collection[str]) -> bool:
    """Whether a notice is sent to a person who has switched off these kinds."""
    kinds = notice_kinds()
    return not any(effect in kinds[key].effects for key in off if key in kinds)


def destinations(*, channel: str, address: str | None, mobile: str | None) -> tuple[str, ...]:
    """Where notices go: to the chosen channels as far as there is an address for them, else to what there is."""
    chosen = [address if channel in ("mail", "both") else None, mobile if channel in ("sms", "both") else None]
    found = tuple(one for one in chosen if one)
    return found or tuple(one for one in (address or mobile,) if one)


def preference_problems(channel: str, off: Collection[str]) -> list[Problem]:
    problems = [] if channel in CHANNELS else [Problem("channel", "choice.unknown")]
    return problems if {*off} <= notice_kinds().keys() else [*problems, Problem("off", "choice.unknown")]
