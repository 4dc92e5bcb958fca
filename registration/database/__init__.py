"""The database: its engine, transactions, statements, schema, and the queue of writers before SQLite."""

from registration.database.connections import AWAY_SECONDS, BUSY_SECONDS, REST_SECONDS, make_engine
from registration.database.engine import (
    Unit,
    all_or_nothing,
    autocommit_session,
    configure,
    current_engine,
    dispose,
    end_shared_reading,
    holds_writes,
    reading,
    reading_once,
    share_reading,
    stays_open,
    supports_autocommit,
    transaction,
    writing_once,
)
from registration.database.groups import in_groups

__all__ = [
    "AWAY_SECONDS",
    "BUSY_SECONDS",
    "REST_SECONDS",
    "Unit",
    "all_or_nothing",
    "autocommit_session",
    "configure",
    "current_engine",
    "dispose",
    "end_shared_reading",
    "holds_writes",
    "in_groups",
    "make_engine",
    "reading",
    "reading_once",
    "share_reading",
    "stays_open",
    "supports_autocommit",
    "transaction",
    "writing_once",
]
