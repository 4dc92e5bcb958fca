"""django-viewflow: whole cases of eight steps on PostgreSQL, every step in its own transaction.

Run by bench/transitions.py:

    python viewflow_cases.py URL --prepare
    python viewflow_cases.py URL --seconds 2     prints how many cases were finished, and in how many seconds
"""

import argparse
import json
import time
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import django
from django.conf import settings

STEPS = 8


def configure(url: str) -> None:
    parts = urlsplit(url)
    host = parse_qs(parts.query).get("host", [parts.hostname or ""])[0]
    database = {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "CONN_MAX_AGE": None,
    }
    apps = ["django.contrib.contenttypes", "django.contrib.auth", "viewflow", "viewflow.workflow", "review"]
    settings.configure(
        INSTALLED_APPS=apps,
        DATABASES={"default": database},
        USE_TZ=True,
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    )
    django.setup()


def run_case(review: Any) -> None:
    from django.db import transaction

    with transaction.atomic():
        activation = review.step1.run()
    for number in range(2, STEPS + 1):
        with transaction.atomic():
            node = getattr(review, f"step{number}")
            node.run(activation.process.task_set.get(flow_task=node, finished=None))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("url")
    parser.add_argument("--prepare", action="store_true")
    parser.add_argument("--seconds", type=float, default=2.0)
    chosen = parser.parse_args()
    configure(chosen.url)
    if chosen.prepare:
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        return
    from review.flows import ReviewFlow

    run_case(ReviewFlow)
    print("ready", flush=True)
    input()
    done, start = 0, time.perf_counter()
    while (spent := time.perf_counter() - start) < chosen.seconds:
        run_case(ReviewFlow)
        done += 1
    print(json.dumps({"cases": done, "seconds": spent}))


if __name__ == "__main__":
    main()
