"""Deliveries to agencies after a registration: an agency confirms or reports, the office settles."""

from flask import Response
from flask_openapi3 import Tag

from registration import clock, database
from registration.access import access
from registration.api.v1 import receipt_shapes as own
from registration.api.v1 import shapes
from registration.api.v1.blueprint import blueprint, reply
from registration.http.context import the_actor
from registration.operations import receipts
from registration.queries.casefile import casefile
from registration.queries.receipts import (
    ReceiptRow,
    Report,
    fields_of,
    receipt_counts,
    receipt_of,
    receipts_for,
)

TAGS = [Tag(name="回执 Receipts of agencies")]


@blueprint.get(
    "/receipts", tags=TAGS, responses={200: own.ReceiptPage}, summary="送达本部门的登记信息 · Deliveries to the agency"
)
@access("receipt.read")
def list_receipts(query: own.ReceiptsQuery) -> Response:
    """For an officer: those of the own agency at the own registrar."""
    with database.reading() as session:
        page = receipts_for(session, actor=the_actor(), view=query.view, cursor=query.cursor, limit=query.limit)
        items = [_item(row, fields_of(session, row.case, row.receipt.agency)) for row in page.rows]
        counts = receipt_counts(session, actor=the_actor())
    return reply(own.ReceiptPage(items=items, next=page.next, counts=counts))


@blueprint.get("/receipts/<receipt>", tags=TAGS, responses={200: own.ReceiptItem}, summary="一次送达 · One delivery")
@access("receipt.act")
def show_receipt(path: own.ReceiptPath) -> Response:
    return _shown(path.receipt)


@blueprint.post(
    "/receipts/<receipt>/acknowledgement",
    tags=TAGS,
    responses={200: own.ReceiptItem},
    summary="确认收到 · Confirm a delivery",
)
@access("receipt.act")
def acknowledge_receipt(path: own.ReceiptPath, body: own.Acknowledgement) -> Response:
    """A repeat changes nothing; a number may be added later, and is not changed."""
    receipts.acknowledge(path.receipt, number=body.number, actor=the_actor(), now=clock.now())
    return _shown(path.receipt)


@blueprint.post(
    "/receipts/<receipt>/reports",
    tags=TAGS,
    responses={200: own.ReportMade},
    summary="报告记录有误 · Report that a record is wrong",
)
@access("receipt.act")
def report_record(path: own.ReceiptPath, body: own.NewReport) -> Response:
    """The same report is made once while it waits for the office."""
    made = receipts.report(path.receipt, field=body.field, words=body.words, actor=the_actor(), now=clock.now())
    return reply(own.ReportMade(report=made))


@blueprint.get(
    "/applications/<ref>/receipts",
    tags=TAGS,
    responses={200: own.Receipts},
    summary="一份申请的回执 · The deliveries of an application",
)
@access("note.read")
def list_receipts_of_case(path: shapes.CasePath) -> Response:
    """For the office, with what agencies report as wrong. `GET /inbox?view=reported` lists where that waits."""
    return _of_case(path.ref)


@blueprint.post(
    "/applications/<ref>/receipts/reports/<report>",
    tags=TAGS,
    responses={200: own.Receipts},
    summary="答复部门的异议 · Settle a report of an agency",
)
@access("receipt.answer")
def settle_report(path: own.ReportPath, body: own.Settlement) -> Response:
    receipts.answer(
        path.ref, path.report, settlement=body.settlement, words=body.words, actor=the_actor(), now=clock.now()
    )
    return _of_case(path.ref)


def _shown(receipt: str) -> Response:
    with database.reading() as session:
        row = receipt_of(session, receipt, actor=the_actor())
        return reply(_item(row, fields_of(session, row.case, row.receipt.agency)))


def _of_case(ref: str) -> Response:
    with database.reading() as session:
        file = casefile(session, ref, actor=the_actor(), now=clock.now(), rule="note.read")
    return reply(own.Receipts(items=[_item(row, ()) for row in file.receipts]))


def _item(row: ReceiptRow, fields: tuple[str, ...]) -> own.ReceiptItem:
    sent = row.receipt
    return own.ReceiptItem(
        receipt=sent.ref,
        ref=row.case.ref,
        agency=sent.agency,
        name=row.case.name,
        code=row.code,
        delivery=sent.key,
        sent_at=sent.sent_at,
        acknowledged_at=sent.acknowledged_at,
        number=sent.number,
        fields=list(fields),
        reports=[_report(one) for one in row.reports],
    )


def _report(one: Report) -> own.ReportItem:
    return own.ReportItem(
        report=one.ref,
        field=one.field,
        words=one.words,
        made_at=one.made_at,
        settlement=one.settlement,
        answer=one.answer,
        answered_at=one.answered_at,
    )
