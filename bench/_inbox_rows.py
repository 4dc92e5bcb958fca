"""A full office: any number of varied applications, written with COPY and counted afterwards."""

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import psycopg

OFFICE, OTHERS = "330784", ("330701", "330702")
PLACES, TRADES = (
    ("金华市", "永康市", "金华市婺城区", "浙江"),
    "栖禾晨曦远山听泉双溪云舟知夏暮江方圆锦程瑞丰博雅天成",
)
BRANCHES = ("餐饮管理", "软件技术", "五金制造", "电子商务", "建筑工程", "文化传播", "物流运输", "园林绿化")
FORMS = ("有限公司", "股份有限公司", "合伙企业（有限合伙）", "店")
FAMILY, GIVEN = "王李张刘陈杨黄赵周吴徐孙朱马胡", "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂"
STREETS = ("宾虹路", "双溪西路", "八一南街", "解放东路", "人民西路", "飞凤路", "丽州中路", "总部大道")
TYPES = ("llc", "individual", "partnership", "llc_branch")
# Of a hundred cases: state, how many, who holds them (the first examiner, another, nobody). Of a million the largest
# lists have more than 10,000 pages of twenty.
SHARES = (
    ("submitted", 22, ""),
    ("under_examination", 22, "first"),
    ("under_examination", 2, "second"),
    ("correction_requested", 22, "second"),
    ("pending_approval", 5, "first"),
    ("agency_review", 2, ""),
    ("licence_prepared", 1, ""),
    ("archived", 16, ""),
    ("licence_issued", 5, ""),
    ("rejected", 2, ""),
    ("draft", 1, ""),
)
OFFICE_STATES = {"submitted", "under_examination", "pending_approval", "agency_review", "licence_prepared"}
AGENCIES = ("organization_code", "national_tax", "social_insurance", "statistics")
# Tables that get rows, their columns as the loader writes them.
TABLES = ("application", "part", "search_key", "issued_number", "licence", "case_message")


@dataclass(frozen=True)
class Given:
    """What all rows have alike: a submitted application, and the numbers of accounts."""

    template: dict[str, Any]
    holders: dict[str, int | None]
    hash_of: Any
    now: datetime


def write(connection: psycopg.Connection, count: int, given: Given) -> None:
    """Writes the rows without indexes and triggers, which are put back afterwards, and counts them."""
    indexes = _indexes(connection)
    for name, _statement in indexes:
        connection.execute(f'DROP INDEX "{name}"')
    connection.execute("SET session_replication_role = replica")
    (first,) = connection.execute("SELECT coalesce(max(id), 0) + 1 FROM application").fetchall()[0]
    for begin in range(0, count, 50_000):
        _write_some(connection, first + begin, min(50_000, count - begin), given)
    connection.execute("SET session_replication_role = origin")
    for _name, statement in indexes:
        connection.execute(statement)
    from registration.migrations import desk_counts

    for statement in desk_counts.recount():
        connection.execute(statement)
    connection.execute("SELECT setval(pg_get_serial_sequence('application', 'id'), max(id)) FROM application")
    connection.commit()
    connection.autocommit = True
    connection.execute("VACUUM ANALYZE")
    connection.autocommit = False


def _indexes(connection: psycopg.Connection) -> list[tuple[str, str]]:
    query = """SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY(%s) AND schemaname = 'public' AND NOT
     EXISTS (SELECT 1 FROM pg_constraint WHERE conname = indexname)"""
    return connection.execute(query, [list(TABLES)]).fetchall()


def _write_some(connection: psycopg.Connection, first: int, count: int, given: Given) -> None:
    rows: dict[str, list[dict[str, Any]]] = {table: [] for table in TABLES}
    keys: list[str] = []
    for number in range(first, first + count):
        for table, row in _rows_of(number, given):
            if isinstance(row, str):
                keys.append(row)
            else:
                rows[table].append(row)
    # Two dozen for each case: written as the text that PostgreSQL reads, which is several times faster.
    with connection.cursor().copy("COPY search_key (application_id, key, kind, registrar_code) FROM STDIN") as copy:
        copy.write("".join(keys))
    for table, written in rows.items():
        if written:
            names = ", ".join(written[0])
            with connection.cursor().copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in written:
                    copy.write_row(tuple(row.values()))


_STATES = [(state, held) for state, share, held in SHARES for _ in range(share)]


def _rows_of(number: int, given: Given) -> Iterator[tuple[str, dict[str, Any] | str]]:
    """The rows of the case with this number; the same number always gives the same rows. Its search keys are a text."""
    from registration.rules.search_keys import IDENTITY, identity_key

    chance = random.Random(number)
    state, held = chance.choice(_STATES)
    registrar = OFFICE if chance.random() < 0.96 else chance.choice(OTHERS)
    name, pinyin, name_keys = _name(chance.randrange(20_000))
    due = given.now + timedelta(hours=chance.randrange(-60, 600), seconds=chance.randrange(3600))
    sent = given.now - timedelta(days=chance.randrange(900), seconds=chance.randrange(86_400))
    broken = state in OFFICE_STATES and due < given.now
    ref, street = f"HY-2026-{number:07d}", f"{chance.choice(STREETS)}{chance.randrange(999)}号{chance.randrange(30)}幢"
    person = chance.choice(FAMILY) + chance.choice(GIVEN) + chance.choice(("", *GIVEN))
    asked = state != "draft" and chance.random() < 0.02
    form = {"domicile": {"region": registrar, "street": street}}
    values = {
        "id": number,
        "ref": ref,
        "registrar_code": registrar,
        "entity_type": chance.choice(TYPES),
        "state": state,
        "name": name,
        "name_pinyin": pinyin,
        "form": json.dumps(form, ensure_ascii=False),
        "holder_id": given.holders[held],
        "submitted_at": None if state == "draft" else sent,
        "due_at": due if state in OFFICE_STATES and chance.random() < 0.999 else None,
        "broken_due_at": due if broken else None,
        "updated_at": sent + timedelta(days=3),
        "asked": asked,
        "district": registrar,
        "keys_version": 1,
    }
    yield "application", given.template | values
    if state == "agency_review":
        yield from _parts(number, registrar, chance)
    if state == "draft":
        return
    if asked:
        yield "case_message", _message(number, sent)
    keys = {*name_keys, ("ref", ref.lower()), ("ref", ref[3:]), ("ref", ref[8:]), ("ref", str(number))}
    keys.add((IDENTITY, identity_key(given.hash_of(identity_of(number)))))
    keys |= {("person", person), ("address", street), ("address", street.partition("路")[2] or street)}
    yield "search_key", "".join(f"{number}\t{key}\t{kind}\t{registrar}\n" for kind, key in keys)
    if state in ("archived", "licence_issued"):
        yield from _licence(number, registrar, sent)


@cache
def _name(number: int) -> tuple[str, str, set[tuple[str, str]]]:
    """A name with its reading and its search keys."""
    from registration.rules.readings import searchable
    from registration.rules.search_keys import keys_of

    chance = random.Random(f"name {number}")
    trade = "".join(chance.choice(TRADES) for _ in range(2))
    name = chance.choice(PLACES) + trade + chance.choice(BRANCHES) + chance.choice(FORMS)
    keys = {(kind, key) for kind, key in keys_of(ref="", name=name, form={}) if kind != "ref"}
    return name, searchable(name), keys


def _parts(number: int, registrar: str, chance: random.Random) -> Iterator[tuple[str, dict[str, Any]]]:
    for key in AGENCIES:
        state = chance.choices(("pending", "claimed", "assigned", "objected"), (50, 20, 25, 5))[0]
        yield (
            "part",
            {
                "application_id": number,
                "key": key,
                "agency": key,
                "registrar_code": registrar,
                "state": state,
                "version": 1,
            },
        )


def _message(number: int, sent: datetime) -> dict[str, Any]:
    keys = ("ref", "sent_key", "author", "words")
    return dict.fromkeys(keys, f"m{number}") | {"application_id": number, "from_office": False, "written_at": sent}


def _licence(number: int, registrar: str, sent: datetime) -> Iterator[tuple[str, dict[str, Any]]]:
    yield (
        "issued_number",
        {
            "scheme": "uscc",
            "value": code_of(number),
            "registrar_code": registrar,
            "application_id": number,
            "status": "used",
            "at": sent,
        },
    )
    yield (
        "licence",
        {
            "ref": f"l{number}",
            "application_id": number,
            "code": code_of(number),
            "serial": f"{registrar}{number:013d}",
            "edition": 1,
            "paper": "original",
            "copy_no": 0,
            "particulars": "{}",
            "digest": "",
            "design": "",
            "status": "issued",
            "reprints": 0,
            "created_at": sent,
        },
    )


def identity_of(number: int) -> str:
    return f"330702{number:012d}"


def code_of(number: int) -> str:
    return f"91330784MAT{number:07d}"
