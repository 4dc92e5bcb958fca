"""Writes `tests/slow.txt`, the tests that the usual run leaves out, from the times of a run of all of them.

    ./heyi test --slow --junitxml=/tmp/times.xml && .venv/bin/python tests/slowest.py /tmp/times.xml

A test that makes a scene pays for all that use it, so give several files: the shortest time of a test counts. What
reads the sources (`tests/house`) stays in every run, because it is what a change breaks first.
"""

import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

HERE = Path(__file__).parent
LIST = HERE / "slow.txt"
# Of the whole run's time: on two quiet cores it is a quarter of a second.
SHARE = 0.25 / 1400
USUAL = ("tests/house/test_", "tests/registration/operations/test_journey.py::test_an_individual")
WALKS = "tests/house/test_strangers.py"


def main() -> None:
    runs = [times_of(Path(name)) for name in sys.argv[1:]]
    slow = sorted(test for test in runs[-1] if is_slow([run[test] for run in runs if test in run], test))
    LIST.write_text("".join(f"{test}\n" for test in slow), encoding="utf-8")
    left = sum(sum(times) for test, times in runs[-1].items() if test not in slow)
    sys.stdout.write(f"{len(slow)} of {len(runs[-1])} tests; the others take {left:.0%} of the time\n")


def times_of(path: Path) -> dict[str, list[float]]:
    """Test without its parameters -> the times of its cases, as parts of the run."""
    found = defaultdict(list)
    for case in ElementTree.parse(path).iter("testcase"):
        for test in _name_of(case.get("classname", ""), case.get("name", "")):
            found[test].append(float(case.get("time", 0)))
    whole = sum(map(sum, found.values()))
    return {test: [one / whole for one in times] for test, times in found.items()}


def _name_of(module: str, name: str) -> Iterator[str]:
    path = f"{module.replace('.', '/')}.py"
    if (HERE.parent / path).is_file():
        yield f"{path}::{name.partition('[')[0]}"


def is_slow(runs: list[list[float]], test: str) -> bool:
    """Whether a case takes too long in every run, or all cases together as long as eight such."""
    if test.startswith(USUAL) and not test.startswith(WALKS):
        return False
    mean = min(sum(times) / len(times) for times in runs)
    return mean > SHARE or mean * len(runs[-1]) > 8 * SHARE


if __name__ == "__main__":
    main()
