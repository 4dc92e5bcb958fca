"""`act` compared with a lower bound and with peers, on databases that wait for the disk (fsync).

    .venv/bin/python bench/transitions.py [door cases several sqlite growth step] [--rounds 5] [--seconds 2] [--json]

door    `act(ref, "hold" | "resume", ...)` with all of its work (the lock, the facts, the table's rules, the
        deadlines, the state, the chained history, the message), against the same three rows by psycopg alone, already
        computed: one UPDATE that compares the version, two INSERTs, one commit. 1, 8 and 32 clients, PostgreSQL.
cases   whole cases of eight steps, from the claim to the approval by a second person, against django-viewflow and
        SpiffWorkflow on the same server. 1 and 8 clients.
several one action on 50 cases together, as sweeps and bulk actions take it, against `act` on each; both databases.
sqlite  `act` with 32 concurrent writers on the embedded database.
growth  `act` with 10 and 1,000 entries in a case's history, and with 1,000 and 1,000,000 cases in the table.
step    the pure `step()` of the library, with every guard of the row.

Clients are processes with separate cases. Compared programs alternate in every round, so that a busy
moment of the machine affects all.
"""

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
# Replaces this folder, where this file would hide the library of the same name.
sys.path[0] = str(HERE.parent)

from bench._clients import Turn, clients, middle, ratio, run  # noqa: E402
from bench._office import Case, claimed_cases, fill_up, postgres, sqlite, submitted_cases  # noqa: E402
from bench._peers import peers_python  # noqa: E402

CASES_PER_CLIENT = 2
WORDS: dict[str, Any] = {"reason": "收到人民法院协助执行通知书", "paper": "样例文书1号"}
STEPS = (
    *(("claim", "0218"), ("extend", "0220"), ("hold", "0220"), ("resume", "0220"), ("release", "0218")),
    *(("take_over", "0218"), ("recommend", "0218"), ("approve", "0219")),
)
EFFECTS = {"hold": "notify.hold", "resume": "notify.resume"}
STATES = {"hold": "on_hold", "resume": "under_examination"}
UPDATE = """UPDATE application SET state = %s, version = version + 1, updated_at = %s, case_due_at = %s,
 state_due_at = %s, paused_at = %s, due_at = %s WHERE id = %s AND version = %s"""
HISTORY = """INSERT INTO history_entry (application_id, seq, at, tag, actor, role, source, target, data, previous_hash,
 hash) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"""
MESSAGE = """INSERT INTO message (application_id, effect, payload, due_at, attempts, created_at)
 VALUES (%s, %s, %s, %s, 0, %s)"""
HASH = "0" * 64


def door(cases: Sequence[Case]) -> Turn:
    """The n-th turn takes the next case of this client and holds it, or resumes it."""
    from registration.operations.act import act
    from tests.fixtures.cases import actor_of

    director = actor_of("0320")

    def turn(number: int) -> None:
        case = cases[number % len(cases)]
        act(case.ref, _action(number, cases), actor=director, now=datetime.now(UTC), **WORDS)

    return turn


def floor(cases: Sequence[Case], url: str) -> Turn:
    """Writes the same rows, already computed: nothing is read, checked or hashed."""
    import psycopg

    connection = psycopg.connect(url)
    versions = {case.id: (case.version, case.seq) for case in cases}
    data = json.dumps(WORDS, ensure_ascii=False)

    def turn(number: int) -> None:
        case, now = cases[number % len(cases)], datetime.now(UTC)
        action = _action(number, cases)
        source, target = (STATES["resume"], STATES["hold"]) if action == "hold" else (STATES["hold"], STATES["resume"])
        version, seq = versions[case.id]
        versions[case.id] = version + 1, seq + 1
        who = (f"application:{action}", "staff:0320", "director")
        payload = json.dumps({"action": action, "revision": 1})
        with connection.cursor() as cursor:
            cursor.execute(UPDATE, (target, now, now, None, now, now, case.id, version))
            if cursor.rowcount != 1:
                raise SystemExit("the floor lost an update")
            cursor.execute(HISTORY, (case.id, seq + 1, now, *who, source, target, data, HASH, HASH))
            cursor.execute(MESSAGE, (case.id, EFFECTS[action], payload, now, now))
        connection.commit()

    return turn


def _action(number: int, cases: Sequence[Case]) -> str:
    return "hold" if number // len(cases) % 2 == 0 else "resume"


def whole_case(refs: Sequence[str]) -> Turn:
    """The n-th turn takes this client's n-th case through all eight steps."""
    from registration.operations.act import act
    from tests.fixtures.cases import actor_of

    actors = {login: actor_of(login) for _, login in STEPS}

    def turn(number: int) -> None:
        for action, login in STEPS:
            act(refs[number], action, actor=actors[login], now=datetime.now(UTC), opinion="符合", **WORDS)

    return turn


def measure_door(url: str, counts: Sequence[int], *, rounds: int, seconds: float) -> list[dict[str, Any]]:
    cases = claimed_cases(2 * CASES_PER_CLIENT * max(counts))
    halves = cases[::2], cases[1::2]

    def turns(number: int) -> Mapping[str, Turn]:
        mine = slice(CASES_PER_CLIENT * number, CASES_PER_CLIENT * (number + 1))
        return {"floor": floor(halves[0][mine], url), "door": door(halves[1][mine])}

    lines = []
    with clients(max(counts), turns) as pipes:
        for count in counts:
            found: dict[str, list[dict[str, float]]] = {"floor": [], "door": []}
            for number in range(rounds + 1):
                for name, results in found.items():
                    result = run(pipes[:count], name, seconds=seconds if number else min(seconds, 0.5))
                    # The first round is a warm-up for both.
                    results.extend([result] if number else [])
            share = ratio(found["door"], found["floor"])
            lines.append({"clients": count, "share_of_floor": share} | _named(found))
    check(halves[1])
    return lines


def measure_cases(url: str, counts: Sequence[int], *, rounds: int, seconds: float) -> list[dict[str, Any]]:
    lines = []
    for count in counts:
        each = 60 if count == 1 else 12
        refs = submitted_cases(count * each * rounds, registrar="330701")

        def turns(number: int, refs: list[str] = refs, count: int = count) -> Mapping[str, Turn]:
            return {"heyi": whole_case(refs[number::count])}

        found: dict[str, list[dict[str, float]]] = {"heyi": [], "viewflow": [], "spiff": []}
        with clients(count, turns) as pipes:
            for _ in range(rounds):
                found["heyi"].append(run(pipes, "heyi", seconds=60, most=each))
                for name in ("viewflow", "spiff"):
                    found[name].append(run_peer(name, url, clients=count, seconds=seconds))
        times = {name: ratio(found["heyi"], found[name]) for name in ("viewflow", "spiff")}
        rates = {f"{name}_per_second": middle(results)["per_second"] for name, results in found.items()}
        lines.append({"clients": count, **rates, **{f"times_{name}": each for name, each in times.items()}})
    return lines


def run_peer(name: str, url: str, *, clients: int, seconds: float) -> dict[str, float]:
    """Whole cases per second over `clients` processes of a peer, which start together."""
    script = [str(peers_python()), str(HERE / "peers" / f"{name}_cases.py"), url]
    subprocess.run([*script, "--prepare"], check=True)
    pipe = subprocess.PIPE
    started = [
        subprocess.Popen([*script, "--seconds", str(seconds)], stdin=pipe, stdout=pipe, text=True)
        for _ in range(clients)
    ]
    for process in started:
        assert process.stdout
        if process.stdout.readline() != "ready\n":
            raise SystemExit(f"{name} did not start")
    for process in started:
        assert process.stdin
        process.stdin.write("go\n")
        process.stdin.flush()
    answers = [json.loads(process.communicate()[0]) for process in started]
    return {"per_second": sum(one["cases"] / one["seconds"] for one in answers)}


def measure_sqlite(writers: int, *, seconds: float) -> dict[str, Any]:
    cases = claimed_cases(CASES_PER_CLIENT * writers)

    def turns(number: int) -> Mapping[str, Turn]:
        return {"door": door(cases[CASES_PER_CLIENT * number : CASES_PER_CLIENT * (number + 1)])}

    with clients(writers, turns) as pipes:
        run(pipes, "door", seconds=0.5)
        found = run(pipes, "door", seconds=seconds)
    check(cases)
    return {"writers": writers, **middle([found])}


def measure_growth(*, rounds: int, most: int) -> list[dict[str, Any]]:
    """Milliseconds of one action, by one client, after the history and then the table have grown."""
    short, long = claimed_cases(2)
    turns = {"short": door([short]), "long": door([long])}
    numbers = {"short": 0, "long": 0}

    def burst(which: str, count: int) -> float:
        start = time.perf_counter()
        for _ in range(count):
            turns[which](numbers[which])
            numbers[which] += 1
        return (time.perf_counter() - start) / count * 1000

    burst("long", 1000)
    lines = [_grown("history of 1,000 entries, against a new one", burst, rounds, "long", "short")]
    before = [burst("short", 20) for _ in range(rounds)]
    for cases in (1_000, most):
        fill_up(short, to=cases)
        burst("short", 20)
        after = [burst("short", 20) for _ in range(rounds)]
        lines.append({"what": f"{cases:,} cases in the table, against a few"} | _against(after, before))
    return lines


def _grown(what: str, burst: Any, rounds: int, grown: str, plain: str) -> dict[str, Any]:
    pairs = [(burst(grown, 20), burst(plain, 20)) for _ in range(rounds)]
    return {"what": what} | _against([one for one, _ in pairs], [other for _, other in pairs])


def _against(grown: Sequence[float], plain: Sequence[float]) -> dict[str, Any]:
    one, other = sorted(grown)[len(grown) // 2], sorted(plain)[len(plain) // 2]
    return {"ms": round(one, 2), "plain_ms": round(other, 2), "ratio": round(one / other, 2)}


def measure_several(*, rounds: int, count: int = 50) -> dict[str, Any]:
    """Milliseconds for each of `count` cases, one client; first and second action are a pair, and pairs take turns."""
    from registration.operations.act import act
    from registration.operations.act_on_several import act_on_several
    from tests.fixtures.cases import actor_of

    cases, director = claimed_cases(count), actor_of("0320")
    refs = [case.ref for case in cases]

    def each(action: str) -> None:
        for ref in refs:
            act(ref, action, actor=director, now=datetime.now(UTC), **WORDS)

    def together(action: str) -> None:
        act_on_several(refs, action, actor=director, now=datetime.now(UTC), **WORDS)

    found: dict[Any, list[float]] = {each: [], together: []}
    for number in range(rounds + 1):
        for way, times in found.items():
            start = time.perf_counter()
            for action in EFFECTS:
                way(action)
            # The first round is a warm-up for both.
            times.extend([(time.perf_counter() - start) / 2 / count * 1000] if number else [])
    check(cases)
    return _against(found[together], found[each])


def measure_step() -> dict[str, Any]:
    """Microseconds of one `step()`: a row of the shipped table with its guards, over known facts."""
    from datetime import date

    from registration.matters import workflow_of
    from registration.rules.facts import Facts

    facts = Facts()
    vars(facts).update(
        today=date(2026, 10, 12), entity_type="llc", regime="company_law_2024", two_person=True, owner="account:1",
        holder="staff:0218", actor="staff:0220", actor_name="0220", person_names=frozenset({"林知夏"}), inputs=WORDS,
    )  # fmt: skip
    workflow, best = workflow_of("establishment@1"), float("inf")
    for _ in range(9):
        start = time.perf_counter()
        for _ in range(2000):
            workflow.step("under_examination", "hold", roles={"director"}, actor_id="staff:0220", facts=facts, took={})
        best = min(best, (time.perf_counter() - start) / 2000 * 1e6)
    return {"microseconds": round(best, 1), "guards": 3}


def check(cases: Sequence[Case]) -> None:
    """Verifies the histories that `act` wrote; a broken one would make the figures meaningless."""
    from registration import database
    from registration.operations.history import broken_at

    with database.reading() as session:
        broken = [case.ref for case in cases if broken_at(session, case.id)]
    if broken:
        raise SystemExit(f"broken histories: {broken}")


def _named(found: Mapping[str, list[dict[str, float]]]) -> dict[str, Any]:
    return {f"{kind}_{name}": value for kind, results in found.items() for name, value in middle(results).items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    known = ("door", "cases", "several", "sqlite", "growth", "step")
    parser.add_argument("what", nargs="*", choices=[*known, []], default=[])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=2.0, help="of each run")
    parser.add_argument("--clients", type=int, nargs="+", default=[1, 8, 32], help="of the door")
    parser.add_argument("--cases", type=int, default=1_000_000, help="in the table at the end of `growth`")
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    what, often = chosen.what or known, {"rounds": chosen.rounds, "seconds": chosen.seconds}
    found: dict[str, Any] = {}
    if "step" in what:
        found["step"] = [measure_step()]
    with postgres() as url:
        if "door" in what:
            found["door"] = measure_door(url, chosen.clients, **often)
        if "cases" in what:
            found["cases"] = measure_cases(url, [1, 8], **often)
        if "several" in what:
            found["several"] = [{"what": "PostgreSQL"} | measure_several(rounds=chosen.rounds)]
        if "growth" in what:
            found["growth"] = measure_growth(rounds=chosen.rounds, most=chosen.cases)
    if {"several", "sqlite"} & {*what}:
        with sqlite():
            if "several" in what:
                found["several"] += [{"what": "SQLite"} | measure_several(rounds=chosen.rounds)]
            if "sqlite" in what:
                found["sqlite"] = [measure_sqlite(32, seconds=chosen.seconds)]
    if chosen.json:
        print(json.dumps(found, ensure_ascii=False))
        return
    for name, lines in found.items():
        print(f"\n{name}")
        for line in lines:
            print("  " + "  ".join(f"{key} {value}" for key, value in line.items()))


if __name__ == "__main__":
    main()
