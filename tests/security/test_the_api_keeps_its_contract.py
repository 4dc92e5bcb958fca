import os, time
from registration import clock
from tests.fixtures.cases import actor_of, at_the_agencies, company, draft, individual, submitted
from tests.fixtures.contract import examine
from tests.fixtures.licences import issued


def test_x(app, settings, stranger, program):
    login = os.environ.get("WHO", "")
    now = clock.now()
    lin = actor_of("lin@example.cn")
    refs = [draft("individual", individual(trade="枫桥望月"), registrar="330702", actor=lin, now=now)]
    refs.append(submitted("llc", company(trade="云岫听禾"), registrar="330702", actor=lin, now=now))
    if os.environ.get("FULL"):
        refs.append(issued(now))
    refs.append(at_the_agencies(now))
    told = stranger.get("/openapi.json").json
    token = program(login).token if login else ""
    t = time.time()
    ops = [
        o["operationId"]
        for p in told["paths"].values()
        for o in p.values()
        if (bool(o["security"]) == bool(login)) and o["operationId"] != "end_token"
    ]
    only = os.environ.get("OPS")
    if only:
        ops = [o for o in ops if any(o.startswith(x) for x in only.split(","))]
    phases = dict(
        (a, int(b))
        for a, b in (x.split("=") for x in os.environ.get("PHASES", "coverage=1,fuzzing=3,stateful=3").split(","))
    )
    found = examine(app, told, token=token, known={"ref": refs}, operations=ops, phases=phases)
    print("took", time.time() - t, found.sent)
    with open("/tmp/contract/found-%s.txt" % (login or "stranger"), "w") as out:
        for k in found.breaches:
            print("*", k[:420].replace("\n", " "), file=out)
        print("=" * 50, file=out)
        for key, sample in found.breaches.items():
            print("#", key, "\n", sample[:1500], "\n", file=out)
