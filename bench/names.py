"""Times the check of a name against a large register of invented names.

    .venv/bin/python bench/names.py --names 100000 --checks 2000 [--folder FOLDER]

The register is a SQLite file in a separate folder, or the empty database of --url. `--folder` keeps the file for the
next run with the same number of names, and is then yours to remove. Each check does the work of a page:
its keys, one query, the comparison with every candidate. Half of the names are new, half are similar to one
in the register, so that there are many candidates.
"""

import argparse
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date
from pathlib import Path

# Replaces this folder, whose transitions.py would hide the library of that name.
sys.path[0] = str(Path(__file__).resolve().parent.parent)

from sqlalchemy import insert  # noqa: E402
from sqlmodel import SQLModel  # noqa: E402

from registration import database  # noqa: E402
from registration.models import NameKey, RegisteredName  # noqa: E402
from registration.queries.names import verdict_on  # noqa: E402
from registration.rules.names import NameParts, keys_for  # noqa: E402
from registration.settings import Settings  # noqa: E402

PREFECTURE, TODAY = "330700", date(2026, 10, 12)
CHARACTERS = (
    "金鑫华盛兴隆永昌宏达嘉德瑞丰泰和安康宇辰星云海天山川江河林森木禾青松柏竹兰梅春秋晨曦明月光辉远航启智博雅文"
)
INDUSTRIES = (
    *("餐饮", "贸易", "机械", "五金", "电子", "网络科技", "信息技术", "服饰"),
    *("食品", "建材", "装饰", "物流", "广告", "文化传媒", "物业管理", "农业科技"),
)
REGIONS = ("金华市", "金华", "义乌市", "东阳市", "永康市", "兰溪市", "浙江")
BATCH = 5000


def invented(count: int, *, seed: int) -> Iterator[NameParts]:
    chance = random.Random(seed)
    seen: set[str] = set()
    while len(seen) < count:
        trade = "".join(chance.choices(CHARACTERS, k=chance.choice((2, 2, 3, 3, 4))))
        parts = NameParts(chance.choice(REGIONS), trade, chance.choice(INDUSTRIES), "有限公司")
        if parts.full not in seen:
            seen.add(parts.full)
            yield parts


def fill(register: list[NameParts]) -> None:
    with database.transaction() as session:
        for start in range(0, len(register), BATCH):
            batch = register[start : start + BATCH]
            rows, keys = [], []
            for number, parts in enumerate(batch, start + 1):
                found = keys_for(parts)
                given = {name: getattr(parts, name) for name in ("region", "trade", "industry", "form")}
                whole = {"id": number, "prefecture": PREFECTURE, "name": parts.full, "status": "registered"}
                rows.append(whole | given | {"identity_key": found.identity})
                of_row = {"name_id": number, "prefecture": PREFECTURE}
                keys += [of_row | {"key": key, "industry": industry} for key, industry in found.stored.items()]
            session.execute(insert(RegisteredName), rows)
            session.execute(insert(NameKey), keys)


def timed(asked: list[NameParts]) -> dict[str, list[float]]:
    """Milliseconds of each check: elapsed, and processor time, which a busy machine changes little."""
    spent: dict[str, list[float]] = {"clock": [], "processor": []}
    for parts in asked:
        begin, cpu = time.perf_counter(), time.process_time()
        with database.reading() as session:
            verdict_on(session, parts, entity_type="llc", region6="330702", prefecture=PREFECTURE, today=TODAY)
        spent["clock"].append((time.perf_counter() - begin) * 1000)
        spent["processor"].append((time.process_time() - cpu) * 1000)
    return spent


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--names", type=int, default=100_000)
    options.add_argument("--checks", type=int, default=2000)
    options.add_argument("--folder", type=Path)
    options.add_argument("--url", help="an empty database; left out: a SQLite file")
    chosen = options.parse_args()
    with ExitStack() as kept:
        folder = chosen.folder or Path(kept.enter_context(tempfile.TemporaryDirectory(prefix="heyi-names-")))
        folder.mkdir(exist_ok=True)
        file = folder / f"names-{chosen.names}.sqlite3"
        is_filled = file.exists()
        engine = database.configure(Settings(home=folder, DATABASE_URL=chosen.url or f"sqlite:///{file}"))
        register = list(invented(chosen.names, seed=1))
        if not is_filled:
            SQLModel.metadata.create_all(engine)
            fill(register)
        like = random.Random(2).sample(register, chosen.checks // 2)
        new = list(invented(chosen.checks - len(like), seed=3))
        timed(new[:50])
        spent = timed([parts for pair in zip(like, new, strict=False) for parts in pair])
        database.dispose()
    print(f"{chosen.names} names, {len(like) + len(new)} checks, milliseconds:")
    for kind, times in spent.items():
        print(f"{kind}: median {statistics.median(times):.2f}  p99 {sorted(times)[int(len(times) * 0.99)]:.2f}")


if __name__ == "__main__":
    main()
