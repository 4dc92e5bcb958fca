"""Devices to which notices are pushed."""

from datetime import datetime

from sqlalchemy import Column, ForeignKey, Integer
from sqlmodel import Field, SQLModel

from registration.models.columns import UtcDateTime


class PushSubscription(SQLModel, table=True):
    """A browser in which its owner switched notices on.

    `endpoint` (its address at the push service) and `secret` are sealed, because whoever has both can write to the
    device; `public_key` is the browser's point of P-256. `key` is ours, to which the push service has bound it.
    """

    __tablename__ = "push_subscription"

    id: int = Field(default=None, primary_key=True)
    account_id: int = Field(sa_column=Column(Integer, ForeignKey("account.id"), nullable=False, index=True))
    endpoint_hash: str = Field(unique=True, max_length=64)
    endpoint: str
    public_key: str
    secret: str
    key: str
    agent: str = ""
    created_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
