"""Answers of open data: a public record as JSON, and its JSON Schema. They hold no personal data."""

from flask import Response, jsonify

from registration.rules.power_items import Record, schema_of, written

SECONDS = 600
SCHEMA = "application/schema+json"


def record_answer(record: Record) -> Response:
    return open_to_all(jsonify(written(record)))


def schema_answer(kind: type[Record]) -> Response:
    answer = open_to_all(jsonify(schema_of(kind)))
    answer.mimetype = SCHEMA
    return answer


def open_to_all(answer: Response) -> Response:
    """No personal data: caches may store it, and pages of other sites may read it."""
    answer.headers["Cache-Control"] = f"public, max-age={SECONDS}"
    answer.headers["Access-Control-Allow-Origin"] = "*"
    return answer
