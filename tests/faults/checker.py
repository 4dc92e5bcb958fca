"""What must hold after any fault, asked of the database in SQL of its own: nothing acknowledged lost, nothing twice."""

from collections.abc import Collection

from sqlalchemy import create_engine, text

# Each finds rows that must not be: something that exists twice, or a case that is not what its history says.
_TIMES = "HAVING count(*) > 1"
TWICE = {
    "a number given to two": f"SELECT scheme, value FROM issued_number GROUP BY scheme, value {_TIMES}",
    "two numbers of a kind": f"SELECT application_id FROM issued_number GROUP BY application_id, scheme {_TIMES}",
    "a sheet made twice": f"SELECT code FROM licence GROUP BY code, application_id, edition, paper, copy_no {_TIMES}",
    "a serial on two sheets": f"SELECT serial FROM licence GROUP BY serial, edition, paper, copy_no {_TIMES}",
    "two entities of a case": f"SELECT application_id FROM entity GROUP BY application_id {_TIMES}",
    "an action taken twice": (
        "SELECT application_id, tag FROM history_entry WHERE tag IN ('application:approve', 'application:print', "
        f"'application:issue', 'application:archive') GROUP BY application_id, tag {_TIMES}"
    ),
    "a paper numbered twice": f"SELECT number FROM paper GROUP BY number {_TIMES}",
    "an event told twice": f"SELECT licence_id, kind FROM licence_event GROUP BY licence_id, kind {_TIMES}",
    "an event logged twice": f"SELECT event_id FROM log_leaf GROUP BY event_id {_TIMES}",
    "a gap in a history": (
        "SELECT application_id FROM history_entry GROUP BY application_id HAVING max(seq) - min(seq) + 1 <> count(*)"
    ),
}
LOST = (
    "SELECT p.application_id, p.kind FROM paper p WHERE p.storage_key IS NULL AND NOT EXISTS "
    "(SELECT 1 FROM message m WHERE m.application_id = p.application_id AND m.effect LIKE 'paper.%')"
)
LICENSED = (
    "SELECT a.ref FROM application a JOIN licence l ON l.application_id = a.id "
    "WHERE l.status = 'issued' AND l.sha256 IS NOT NULL GROUP BY a.ref HAVING count(*) = 2"
)
STARTED = "SELECT ref FROM application"


def faults_in(url: str, *, licensed: Collection[str] = (), started: Collection[str] | None = None) -> list[str]:
    """What is wrong: `licensed` were acknowledged as approved, `started` are all that were acknowledged as begun."""
    engine = create_engine(url)
    with engine.connect() as connection:
        found = [f"{what}: {rows}" for what, query in TWICE.items() if (rows := connection.execute(text(query)).all())]
        found += [f"a paper that nobody makes: {row}" for row in connection.execute(text(LOST))]
        have = {row[0] for row in connection.execute(text(LICENSED))}
        begun = {row[0] for row in connection.execute(text(STARTED))}
    engine.dispose()
    found += [f"{ref} was approved and has no licence" for ref in licensed if ref not in have]
    if started is not None:
        found += [f"{ref} was acknowledged and is lost" for ref in set(started) - begun]
        found += [f"{ref} was begun and never acknowledged" for ref in begun - set(started)]
    return found
