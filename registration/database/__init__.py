"""The database: its engine, transactions, statements, schema, and the queue of writers before SQLite."""

from registration.database.engine import (
    AWAY_SECONDS,
    BUSY_SECONDS,
    RAW_CONNECTION,
    REST_SECONDS,
    Unit,
    all_or_nothing,
    autocommit_session,
    configure,
    current_engine,
    dispose,
    make_engine,
    raw_connection,
    reading,
    supports_autocommit,
    transaction,
)

__all__ = [
    "AWAY_SECONDS",
    "BUSY_SECONDS",
    "RAW_CONNECTION",
    "REST_SECONDS",
    "Unit",
    "all_or_nothing",
    "autocommit_session",
    "configure",
    "current_engine",
    "dispose",
    "make_engine",
    "raw_connection",
    "reading",
    "supports_autocommit",
    "transaction",
]
