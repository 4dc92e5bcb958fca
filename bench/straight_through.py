"""From the last signature to the decision of the system, and to the stored licence: median seconds.

    .venv/bin/python bench/straight_through.py [--cases 20] [--json]

Real processes of a demonstration on SQLite: web, broker, relay and worker. The cases come one after the other; each is
an individual business with an owner and an address of its own, so that every automatic check is green. The time begins
when the submission is committed. The first two cases are left out: with them the worker loads its fonts.
"""

import argparse
import json
import os
import statistics
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
# Replaces this folder, whose transitions.py would hide the library of that name.
sys.path[0] = str(ROOT)

WARM = 2
LONGEST = 90.0


def owner(number: int) -> dict[str, Any]:
    """An invented person of the 1890s with a number of the own."""
    from tests.fixtures.cases import person, with_check_digit

    born = f"33070218950307{number:03}0"
    return person("p1") | {"id_no": with_check_digit(born), "sex": "male" if number % 2 else "female"}


def form(number: int) -> dict[str, Any]:
    from tests.fixtures.straight_through import shop

    made = shop(people=[owner(number)])
    made["domicile"]["street"] = f"样例街道双溪路{number}号"
    del made["name"]
    return made


def submitted(number: int) -> str:
    from tests.fixtures.cases import actor_of, draft, sign_all

    lin, now = actor_of("lin@example.cn"), datetime.now(UTC)
    ref = draft("individual", form(number), registrar="330702", actor=lin, now=now)
    sign_all(ref, actor=lin, now=now)
    return ref


def times(ref: str) -> tuple[float, float]:
    """Seconds from now until the case is decided, and until its licence is stored."""
    from sqlalchemy import select
    from sqlmodel import col

    from registration import database
    from registration.models import Application, DecisionAttempt, Licence

    begun = time.perf_counter()
    own = col(Application.ref) == ref
    attempt = select(col(DecisionAttempt.decided)).join(
        Application, col(Application.id) == col(DecisionAttempt.application_id)
    )
    licence = select(col(Licence.sha256)).join(Application, col(Application.id) == col(Licence.application_id))
    decided = 0.0
    while time.perf_counter() < begun + LONGEST:
        with database.reading() as session:
            found = session.execute(attempt.where(own)).scalar_one_or_none()
            sheets = session.execute(licence.where(own)).scalars().all()
        if found is False:
            raise SystemExit(f"{ref} went to a clerk")
        decided = decided or (time.perf_counter() - begun if found else 0.0)
        if sheets and all(sheets):
            return decided, time.perf_counter() - begun
        time.sleep(0.005)
    raise SystemExit("the case is not decided: look at the worker")


def run(cases: int) -> dict[str, float]:
    from bench._licence_office import office
    from tests.fixtures.servers import Stack, free_port
    from tests.fixtures.straight_through import switched_on

    with office() as home:
        switched_on(now=datetime.now(UTC))
        stack = Stack(home, dict(os.environ), free_port())
        try:
            stack.start("broker")
            stack.start_all()
            found = [times(submitted(number)) for number in range(1, cases + WARM + 1)][WARM:]
        finally:
            stack.stop_all()
    decided, made = ([one[place] for one in found] for place in (0, 1))
    return {
        "cases": cases,
        "decided_median_s": round(statistics.median(decided), 2),
        "decided_worst_s": round(max(decided), 2),
        "licence_median_s": round(statistics.median(made), 2),
        "licence_worst_s": round(max(made), 2),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--cases", type=int, default=20)
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    os.chdir(ROOT)
    found = run(chosen.cases)
    print(json.dumps(found) if chosen.json else "\n".join(f"{name:20}{value:>8}" for name, value in found.items()))


if __name__ == "__main__":
    main()
