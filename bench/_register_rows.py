"""A full register: any number of entities with their facts and search keys, written with COPY."""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache

import psycopg

from bench._inbox_rows import BRANCHES, FAMILY, FORMS, GIVEN, OFFICE, PLACES, STREETS, TRADES, code_of

TABLES = ("entity", "entity_fact", "entity_key", "application")
NAMES = 20_000
FIRST_DAY = date(2020, 1, 1)
_ENTITY = (
    "COPY entity (id, code, application_id, name, entity_type, registrar_code, status, founded_on, address_key, facts) "
    "FROM STDIN"
)
_FACT = "COPY entity_fact (entity_id, item, version, valid_on, valid_from, value, cause, application_id) FROM STDIN"


def write(connection: psycopg.Connection, count: int, *, like: int) -> None:
    """Writes the rows without indexes and triggers, which are put back afterwards. `like` is the case to be copied."""
    query = """SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY(%s) AND schemaname = 'public' AND NOT
     EXISTS (SELECT 1 FROM pg_constraint WHERE conname = indexname)"""
    indexes = connection.execute(query, [list(TABLES)]).fetchall()
    for name, _statement in indexes:
        connection.execute(f'DROP INDEX "{name}"')
    connection.execute("SET session_replication_role = replica")
    _copies_of_a_case(connection, count, like)
    for begin in range(like + 1, like + 1 + count, 50_000):
        _write_some(connection, range(begin, min(begin + 50_000, like + 1 + count)))
    connection.execute("SET session_replication_role = origin")
    for _name, statement in indexes:
        connection.execute(statement)
    connection.commit()
    connection.autocommit = True
    connection.execute("VACUUM ANALYZE")
    connection.autocommit = False


def _copies_of_a_case(connection: psycopg.Connection, count: int, like: int) -> None:
    """One application for each entity, without a form: what a page of the register reads of it is the reference."""
    found = connection.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = 'application'"
    ).fetchall()
    own = {"id": "%(like)s + n", "ref": "'HY-B-' || n", "form": "'{}'"}
    names = [row[0] for row in found]
    values = ", ".join(own.get(name, f"application.{name}") for name in names)
    # Only names of columns and the texts above are put into the statement.
    connection.execute(
        f"INSERT INTO application ({', '.join(names)}) SELECT {values} FROM application, "
        "generate_series(1, %(count)s) AS n WHERE application.id = %(like)s",
        {"like": like, "count": count},
    )


def _write_some(connection: psycopg.Connection, numbers: range) -> None:
    entities, facts, keys = list[str](), list[str](), list[str]()
    for number in numbers:
        entities.append(_entity(number))
        facts.extend(_facts(number))
        keys.extend(f"{kind}\t{key}\t{number}\n" for kind, key in keys_of(number))
    for statement, lines in ((_ENTITY, entities), (_FACT, facts)):
        with connection.cursor().copy(statement) as copy:
            copy.write("".join(lines))
    with connection.cursor().copy("COPY entity_key (kind, key, entity_id) FROM STDIN") as copy:
        copy.write("".join(keys))


def keys_of(number: int) -> set[tuple[str, str]]:
    return _name_keys(number % NAMES) | {("representative", person_of(number))}


def name_of(number: int) -> str:
    return _name(number % NAMES)


def person_of(number: int) -> str:
    chance = random.Random(f"person {number}")
    return str(chance.choice(FAMILY) + chance.choice(GIVEN) + chance.choice(("", *GIVEN)))


@cache
def _name(number: int) -> str:
    chance = random.Random(f"name {number}")
    trade = "".join(chance.choice(TRADES) for _ in range(chance.choice((2, 2, 3))))
    return str(chance.choice(PLACES) + trade + chance.choice(BRANCHES) + chance.choice(FORMS))


@cache
def _name_keys(number: int) -> set[tuple[str, str]]:
    from registration.rules.search_keys import keys_of_entity

    return keys_of_entity(name=_name(number), representative="")


def _founded(number: int) -> date:
    return FIRST_DAY + timedelta(days=number % 2000)


def _entity(number: int) -> str:
    facts = (
        f'{{"representative": "{person_of(number)}", "type_text": "有限责任公司", "registrar": "永康市市场监督管理局"}}'
    )
    status = "active" if number % 10 else "deregistered"
    values = (number, code_of(number), number, name_of(number), "llc", OFFICE, status, _founded(number), "", facts)
    return "\t".join(map(str, values)) + "\n"


def _facts(number: int) -> Iterator[str]:
    day = _founded(number)
    status = "active" if number % 10 else "deregistered"
    person = person_of(number)
    values = {
        "state": f'{{"state": "{status}"}}',
        "name": f'"{name_of(number)}"',
        "type": '"有限责任公司（自然人投资或控股）"',
        "representative": f'"{person}"',
        "capital": '{"amount": "1000000", "currency": "CNY"}',
        "domicile": f'"浙江省金华市永康市{STREETS[number % len(STREETS)]}{number % 999}号"',
        "scope": '{"general": ["餐饮管理", "软件开发"], "licensed": []}',
        "investors": f'[{{"name": "{person}", "kind": "natural"}}]',
    }
    for item, value in values.items():
        yield f"{number}\t{item}\t1\t{day}\t{day} 02:00:00+00\t{value}\testablish\t{number}\n"
