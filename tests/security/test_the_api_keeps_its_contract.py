import json
import os
import time

from registration import clock
from tests.fixtures.cases import actor_of, at_the_agencies, company, draft, individual, submitted
from tests.fixtures.contract import breaches, DETAILS
from tests.fixtures.licences import issued


def test_x(app, settings, stranger, program):
    login = os.environ.get("WHO", "")
    t = time.time()
    now = clock.now()
    lin = actor_of("lin@example.cn")
    refs = [draft("individual", individual(trade="枫桥望月"), registrar="330702", actor=lin, now=now)]
    refs.append(submitted("llc", company(trade="云岫听禾"), registrar="330702", actor=lin, now=now))
    if os.environ.get("FULL"):
        refs.append(issued(now))
    refs.append(at_the_agencies(now))
    told = stranger.get("/openapi.json").json
    token = program(login).token if login else ""
    print("prepared", time.time() - t)
    t = time.time()
    found, requests, stats = breaches(app, told, token, {"ref": refs}, examples=int(os.environ.get("N", "3")), steps=4, leave_out=["end_token"])
    print("took", time.time() - t, requests, stats)
    with open("/tmp/contract/found-%s.txt" % (login or "stranger"), "w") as out:
        for (key, n) in found.most_common():
            print(n, *key, file=out, sep=" | ")
        print("=" * 50, file=out)
        for key, (sample, content) in DETAILS.items():
            print("#", *key[:2], "\n", key[3], "\n", sample, "\n", content, "\n", file=out)
