"""Times the server's part of the pages on the embedded default, beside a bare Flask page of the same size.

    .venv/bin/python bench/pages.py [--rounds 40]

The cases are those that the browser tests look at: a company in every state, on SQLite. Each page and its bare twin
take turns in one process, without a network. A page is asked for as a browser does it, so that its answer is
compressed; the twin returns the same text as it is. Prints a table in Markdown, the slowest page first: also the
processor time of a page, and how many statements it sends to the database.
"""

import argparse
import statistics
import sys
import time
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient

# Replaces this folder, whose transitions.py would hide the library of that name.
sys.path[0] = str(Path(__file__).resolve().parent.parent)

from bench._measure import Make, measure  # noqa: E402
from bench._office import sqlite  # noqa: E402

APPLICANT, EXAMINER, APPROVER, DIRECTOR, AGENCY = "zhou@example.cn", "0218", "0219", "0220", "3304"
AS_A_BROWSER = {"Accept-Encoding": "gzip", "Sec-Fetch-Site": "same-origin"}
# Path and who opens it; `{name}` is the reference of that case, `{code}` and `{licence}` are of a registered entity.
PAGES: tuple[tuple[str, str], ...] = (
    *((path, "") for path in ("/", "/help", "/guide", "/guide/types", "/guide/scope?q=开奶茶店", "/check", "/log")),
    ("/names?name=金华市栖禾餐饮管理有限公司&entity_type=llc&region=330702", ""),
    *((path, "") for path in ("/check?q={code}", "/v/{licence}", "/register?q={code}", "/register/{code}")),
    *((f"/api/v1/{path}", "") for path in ("checks?code={code}", "register?q={code}", "register/{code}")),
    ("/applications", APPLICANT),
    ("/applications/new", APPLICANT),
    *((f"/applications/{{{state}}}", APPLICANT) for state in ("whole", "signing", "correction", "issued", "agencies")),
    *(
        (f"/applications/{{whole}}/{section}", APPLICANT)
        for section in (
            *("name", "domicile", "scope", "scope?q=开奶茶店", "people", "people/p1", "shareholders", "officers"),
            *("contacts", "owners", "documents", "materials/articles", "check"),
        )
    ),
    *((f"/desk/inbox?view={view}", EXAMINER) for view in ("mine", "unclaimed", "done")),
    *((f"/desk/cases/{{corrected}}{tab}", EXAMINER) for tab in ("", "/changes", "/history", "/flow", "/papers")),
    ("/desk/cases/{claimed}/ask/recommend", EXAMINER),
    ("/desk/cases/{pending}", APPROVER),
    ("/desk/inbox?view=overdue", DIRECTOR),
    ("/agencies/inbox", AGENCY),
    ("/agencies/cases/{agencies}/social_insurance", AGENCY),
)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=40)
    rounds = options.parse_args().rounds
    with sqlite():
        rows = []
        for path, make, twin in makers():
            found = measure({"page": make, "bare": twin}, rounds)
            rows.append((path, found["page"], found["bare"], _processor_ms(make, rounds), _statements(make)))
    print("| page | ms median | ms p99 | processor, ms | statements | bare, ms | times bare | KB |")
    print("|---|---|---|---|---|---|---|---|")
    for path, page, bare, spent, sent in sorted(rows, key=lambda row: -row[1]["median_ms"]):
        times = round(page["median_ms"] / bare["median_ms"])
        figures = (page["median_ms"], page["p99_ms"], spent, sent, bare["median_ms"], times, bare["kb"])
        print(f"| `{path}` |", *(f"{figure} |" for figure in figures))


def _processor_ms(make: Make, rounds: int) -> float:
    spent = []
    for _ in range(rounds):
        start = time.process_time()
        make()
        spent.append((time.process_time() - start) * 1000)
    return round(statistics.median(spent), 1)


def _statements(make: Make) -> int:
    """What a page asks of the database, without the frame of its transaction."""
    from tests.fixtures.statements import selects

    with selects() as found:
        make()
    return len(found)


def makers() -> list[tuple[str, Make, Make]]:
    """Each page with what gets it and what gets its twin."""
    from registration import clock
    from registration.app import create_app
    from registration.http.context import limiter
    from registration.keys import make_sample_signing_key
    from registration.operations import log
    from registration.settings import settings
    from tests.browser.scenes import make
    from tests.fixtures.visitor import Visitor, work_off

    app = create_app(settings())
    # One visitor asks more often here than a server allows.
    limiter.enabled = False
    make_sample_signing_key(settings(), now=clock.now())
    scenes = make(settings())
    work_off(papers=True)
    # A check shows the licence's entry in the public log.
    log.append_and_sign(now=clock.now())
    clients = {login: Visitor(app, login).client for login in {login for _, login in PAGES}}
    refs = scenes.refs | _registered()
    made = []
    for path, login in PAGES:
        page = _getter(clients[login], path.format(**refs), **AS_A_BROWSER)
        plain = clients[login].get(path.format(**refs))
        assert plain.status_code == 200, (path, plain.status_code)
        made.append((path, page, _bare(plain.text)))
    return made


def _registered() -> dict[str, str]:
    """A registered entity and its licence."""
    from sqlmodel import col, select

    from registration import database
    from registration.models import Entity, EntityFact, Licence

    with database.reading() as session:
        code = session.exec(select(col(Entity.code)).join(EntityFact)).first()
        licence = session.exec(select(col(Licence.ref))).first()
    return {"code": str(code), "licence": str(licence)}


def _getter(client: FlaskClient, path: str, **headers: str) -> Make:
    return lambda: client.get(path, headers=headers).data


def _bare(text: str) -> Make:
    app = Flask(__name__)
    app.add_url_rule("/", view_func=lambda: text)
    return _getter(app.test_client(), "/")


if __name__ == "__main__":
    main()
