"""SpiffWorkflow: whole cases of eight manual tasks; its state is a JSON row, locked, read and written at every step.

As in Heyi, each step also writes a history entry and a message in the same transaction. Run by
bench/transitions.py:

    python spiff_cases.py URL --prepare
    python spiff_cases.py URL --seconds 2     prints how many cases were finished, and in how many seconds
"""

import argparse
import io
import json
import time
from itertools import pairwise

import psycopg
from SpiffWorkflow import TaskState
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer

STEPS = 8
SCHEMA = """
CREATE TABLE IF NOT EXISTS spiff_case (id serial PRIMARY KEY, version int NOT NULL, state jsonb NOT NULL);
CREATE TABLE IF NOT EXISTS spiff_history
 (id serial PRIMARY KEY, case_id int REFERENCES spiff_case, at timestamptz, tag text);
CREATE TABLE IF NOT EXISTS spiff_message (id serial PRIMARY KEY, case_id int REFERENCES spiff_case, effect text);
"""


def bpmn() -> bytes:
    nodes = ["start", *(f"step{n}" for n in range(1, STEPS + 1)), "end"]
    tasks = "".join(f'<bpmn:manualTask id="{node}" name="{node}"/>' for node in nodes[1:-1])
    flows = "".join(
        f'<bpmn:sequenceFlow id="f{n}" sourceRef="{one}" targetRef="{other}"/>'
        for n, (one, other) in enumerate(pairwise(nodes))
    )
    return (
        '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="bench">'
        f'<bpmn:process id="review" isExecutable="true"><bpmn:startEvent id="start"/>{tasks}<bpmn:endEvent id="end"/>'
        f"{flows}</bpmn:process></bpmn:definitions>"
    ).encode()


def run_case(connection: psycopg.Connection, spec: object, serializer: BpmnWorkflowSerializer) -> None:
    workflow = BpmnWorkflow(spec)
    workflow.do_engine_steps()
    with connection.transaction():
        row = connection.execute(
            "INSERT INTO spiff_case (version, state) VALUES (1, %s) RETURNING id", [serializer.serialize_json(workflow)]
        ).fetchone()
    assert row is not None
    for number in range(1, STEPS + 1):
        with connection.transaction():
            found = connection.execute("SELECT state::text FROM spiff_case WHERE id = %s FOR UPDATE", row).fetchone()
            assert found is not None
            loaded = serializer.deserialize_json(found[0])
            loaded.get_next_task(state=TaskState.READY, manual=True).run()
            loaded.do_engine_steps()
            written = serializer.serialize_json(loaded)
            connection.execute("UPDATE spiff_case SET state = %s, version = version + 1 WHERE id = %s", [written, *row])
            connection.execute(
                "INSERT INTO spiff_history (case_id, at, tag) VALUES (%s, now(), %s)", [*row, f"step{number}"]
            )
            connection.execute("INSERT INTO spiff_message (case_id, effect) VALUES (%s, 'notify')", row)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("url")
    parser.add_argument("--prepare", action="store_true")
    parser.add_argument("--seconds", type=float, default=2.0)
    chosen = parser.parse_args()
    connection = psycopg.connect(chosen.url, autocommit=True)
    if chosen.prepare:
        connection.execute(SCHEMA)
        return
    parser_of = BpmnParser()
    parser_of.add_bpmn_io(io.BytesIO(bpmn()))
    spec, serializer = parser_of.get_spec("review"), BpmnWorkflowSerializer()
    run_case(connection, spec, serializer)
    print("ready", flush=True)
    input()
    done, start = 0, time.perf_counter()
    while (spent := time.perf_counter() - start) < chosen.seconds:
        run_case(connection, spec, serializer)
        done += 1
    print(json.dumps({"cases": done, "seconds": spent}))


if __name__ == "__main__":
    main()
