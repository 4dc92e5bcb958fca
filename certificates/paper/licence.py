"""Builds the HTML of a licence from its particulars: classes, rows, pages."""

from collections.abc import Iterable, Mapping
from typing import Any

from certificates import chinese
from certificates.canonical import in_fours
from certificates.errors import RenderError
from certificates.paper import glyphs, qr
from certificates.paper.design import Design
from certificates.paper.licence_items import Item, columns_for, printed_numbers, value_of
from certificates.paper.templates import fill
from certificates.paper.type_size import TAIL, UNBROKEN, TypeSize, annex_pointer, pages_of, place_class, type_size_for
from certificates.particulars import Particulars

# Ems of the line on an annex page with the business's name, in its usual size.
WHOSE_LINE = 43.5
SPREADS = {2: "k2", 3: "k3", 4: "k4"}


def licence_html(
    particulars: Particulars, *, design: Design, qr_text: str | None = None, seal: str | None = None
) -> str:
    """The whole document; `seal`: a picture's address. Raises InvalidParticulars, DesignError, MissingGlyph."""
    facts = licence_facts(particulars, design=design, qr_text=qr_text)
    return html_of(facts, design=design, code=qr_text or particulars.check_url, seal=seal)


def html_of(facts: Mapping[str, Any], *, design: Design, code: str, seal: str | None) -> str:
    """The document with these facts; `code` is the text of the QR code."""
    return fill(design, "licence.html", **with_pictures(facts, code=qr.data_address(code), seal=seal))


def with_pictures(facts: Mapping[str, Any], *, code: str, seal: str | None) -> dict[str, Any]:
    """What the template is given: `licence_facts`, and the addresses of the QR code and of the seal."""
    return {**facts, "qr": {"image": code, "alt": facts["alt"]}, "seal": seal, "spread": spread}


def licence_facts(particulars: Particulars, *, design: Design, qr_text: str | None = None) -> dict[str, Any]:
    """The texts of the document and how they are set. Raises InvalidParticulars, DesignError, MissingGlyph."""
    design.require(style=particulars.style, entity_type=particulars.entity_type, sample=particulars.sample)
    step = refuse_unprintable(particulars)
    annex = pages_of(particulars) if step.annex else []
    left, right = (_rows(column, particulars, step, annex) for column in columns_for(particulars))
    return {
        "p": particulars.model_dump(mode="json"),
        "title": _title(particulars),
        "original": particulars.copy_kind == "original",
        "sheet_classes": _sheet_classes(particulars, step),
        "left": left,
        "right": right,
        "registrar": _registrar_rows(particulars),
        "numbers": printed_numbers(particulars),
        "annex": ["".join(page) for page in annex],
        "annex_columns": annex,
        "whose": "small" if glyphs.width(particulars.name or particulars.representative) > WHOSE_LINE else "",
        "duty": particulars.copy_kind == "duplicate" and particulars.style == "present",
        "alt": _alternative(particulars, qr_text or particulars.check_url),
        "short_digest": in_fours(particulars.digest()),
    }


def refuse_unprintable(particulars: Particulars) -> TypeSize:
    """The type size for these particulars. Raises InvalidParticulars where a fact is missing or does not
    fit, MissingGlyph where a character has no glyph. Drafts are checked with it too, long before printing."""
    step = type_size_for(particulars)
    glyphs.refuse_missing(_texts(particulars))
    return step


def spread(label: str) -> str:
    """The CSS class that spreads a label of two to four characters over the width of five."""
    return SPREADS.get(len(label), "k5")


def _rows(
    column: Iterable[Item], particulars: Particulars, step: TypeSize, annex: list[tuple[str, str]]
) -> list[dict[str, Any]]:
    rows = []
    for item in column:
        value = value_of(item, particulars)
        if item.key == "scope" and annex:
            value = annex_pointer(particulars)
        place = place_class(particulars.domicile, style=particulars.style)
        classes = {"name": f"name {step.name}", "scope": f"scope {step.scope}", "domicile": place}.get(item.key, "")
        delegate = particulars.delegate if item.key == "representative" else None
        rows.append(_row(item.key, item.label, value, classes=classes, delegate=delegate))
    return rows


def _registrar_rows(particulars: Particulars) -> list[dict[str, Any]]:
    return [
        _row("registrar", ("登记机关",), particulars.registrar),
        _row("issued", ("核发日期",), chinese.day(particulars.issued_on)),
    ]


def _row(
    key: str, label: tuple[str, ...], value: str, *, classes: str = "", delegate: str | None = None
) -> dict[str, Any]:
    end = value[-TAIL:] if key == "scope" else ""
    return {
        "key": key,
        "label": label,
        "value": value.removesuffix(end),
        "end": end,
        "classes": f"{classes} f-{key}".strip(),
        "delegate": delegate,
        "keep": len(delegate or "") <= UNBROKEN - len("（委派代表：）"),
    }


def _sheet_classes(particulars: Particulars, step: TypeSize) -> str:
    classes = [
        "portrait" if particulars.style == "five_numbers" else "",
        "original" if particulars.copy_kind == "original" else "",
        step.sheet,
    ]
    return "".join(f" {name}" for name in classes if name)


def _title(particulars: Particulars) -> str:
    kind = "营业执照" if particulars.copy_kind == "original" else "营业执照（副本）"
    parts = [kind, particulars.name or particulars.type_text, "演示样本" if particulars.sample else ""]
    return " · ".join(part for part in parts if part)


def _alternative(particulars: Particulars, text: str) -> str:
    """The words for the QR code, which must hold the address that is printed."""
    if text.partition("#")[0] != particulars.check_url.partition("#")[0]:
        raise RenderError("render.qr_address", {"printed": particulars.check_url[:200]})
    return f"二维码：核验本执照，网址 {particulars.check_host}，代码 {particulars.code}，第 {particulars.edition} 版"


def _texts(particulars: Particulars) -> list[str]:
    """All texts that differ between licences."""
    values = [value_of(item, particulars) for column in columns_for(particulars) for item in column]
    texts = [particulars.registrar, particulars.serial, particulars.check_host, particulars.seal_place or ""]
    five = [number for _, number in printed_numbers(particulars)]
    return [*values, *texts, *five, particulars.delegate or "", particulars.name or ""]
