"""A registrar's own opinions and reasons, beside those of the matters."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Column, Index
from sqlmodel import Field, SQLModel

from registration.models.columns import JsonDoc, UtcDateTime


class OwnPhrase(SQLModel, table=True):
    """A text that the office can choose. `kind` is `opinion`, `correction` or `refusal`.

    `words` has its text by language, `remedy` the usual remedy of a correction; only the Chinese one is always there.
    `action` is the action of an opinion. `law` has the citations of a refusal, which waits as `proposed` until another
    person decides. What is `ended` or `refused` stays, since cases name it. `position` orders those of one kind.
    """

    __tablename__ = "own_phrase"
    __table_args__ = (
        CheckConstraint("kind in ('opinion', 'correction', 'refusal')", name="own_phrase_kind"),
        CheckConstraint("status in ('proposed', 'used', 'refused', 'withdrawn', 'ended')", name="own_phrase_status"),
        CheckConstraint(
            "kind <> 'refusal' or status not in ('used', 'ended') or decided_by <> added_by",
            name="own_phrase_two_persons",
        ),
        Index("own_phrase_of", "registrar_code", "kind", "status"),
    )

    id: int = Field(default=None, primary_key=True)
    ref: str = Field(unique=True)
    registrar_code: str = Field(foreign_key="registrar.code")
    matter: str
    kind: str
    action: str = ""
    words: dict[str, Any] = Field(sa_column=Column(JsonDoc, nullable=False))
    remedy: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JsonDoc, nullable=False))
    law: list[Any] = Field(default_factory=list, sa_column=Column(JsonDoc, nullable=False))
    position: int = 0
    status: str
    added_by: str
    added_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    decided_by: str | None = None
    decided_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    decision: str = ""
    ended_by: str | None = None
    ended_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
