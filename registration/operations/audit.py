"""Audit lines: each is written in the transaction of the action that it records, so that both exist or neither does."""

from datetime import datetime
from typing import Any

from sqlmodel import Session

from registration.models import AuditEntry


def note(session: Session, tag: str, *, subject: str, now: datetime, result: str = "done", **data: Any) -> None:
    """`tag` is `object:action`, `subject` an actor's tag, `result` done or refused; no secrets in `data`."""
    session.add(AuditEntry(at=now, subject=subject, tag=tag, result=result, data=data))
