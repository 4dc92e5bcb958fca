"""The varying texts of a licence by the names of their slots, the kind of its sheet, and facts that stand for all."""

from collections.abc import Mapping
from typing import Any

Facts = Mapping[str, Any]

# Two texts of one width: what a design prints outside its slots differs between the two.
STANDING = ("样", "例")
COLUMNS = ("left", "right", "registrar")


def slot_texts(facts: Facts) -> dict[str, str]:
    """The text of each slot of a licence with these facts (`licence_facts`); empty where it prints none."""
    p = facts["p"]
    texts = {
        "uscc": p["uscc"] or "",
        "copy": "" if facts["original"] else f"1-{p['copy_number']}",
        "serial": p["serial"],
        "check": p["check_host"],
        "digest": facts["short_digest"],
    }
    texts |= {f"number-{at}": number for at, (_, number) in enumerate(facts["numbers"], 1)}
    for row in (row for column in COLUMNS for row in facts[column]):
        texts |= {row["key"]: row["value"], f"{row['key']}-end": row["end"]}
        if row["delegate"]:
            texts["delegate"] = f"（委派代表：{row['delegate']}）"
    return texts


def with_seal_place(texts: dict[str, str], facts: Facts, *, seal: bool) -> dict[str, str]:
    """The same with the words in the place of the seal, which only a sample without a seal has."""
    if seal or not facts["p"]["sample"]:
        return texts
    return {**texts, "seal-place": facts["p"]["seal_place"] or "登记机关（印章位置）"}


def kind_of(facts: Facts, *, design: str, seal: str | None) -> tuple[Any, ...]:
    """What licences on one compiled sheet have in common: all that decides about it but the texts in its slots.

    `design` is the design's digest, `seal` the address of the picture of the seal.
    """
    p = facts["p"]
    missing = tuple(name for name, value in p.items() if value is None and name != "seal_place")
    rows = tuple(_shape(row) for column in COLUMNS for row in facts[column])
    labels = tuple(label for label, _ in facts["numbers"])
    kinds = (p["style"], p["entity_type"], p["copy_kind"], p["sample"])
    return (design, seal, facts["sheet_classes"], facts["duty"], *kinds, missing, rows, labels)


def _shape(row: Facts) -> tuple[Any, ...]:
    return (*(row[name] for name in ("key", "label", "classes", "keep")), bool(row["end"]), bool(row["delegate"]))


def standing_facts(facts: Facts, turn: int) -> dict[str, Any]:
    """Facts of the same kind, in which texts that differ between licences are those of `STANDING[turn]`."""
    text = STANDING[turn]

    def row(one: Facts) -> dict[str, Any]:
        return {**one, **{name: text if one[name] else one[name] for name in ("value", "end", "delegate")}}

    numbers = {"copy_number": turn + 1, "edition": turn + 1}
    kept = ("style", "entity_type", "copy_kind", "sample")
    people = {
        name: text if isinstance(value, str) and name not in kept else value for name, value in facts["p"].items()
    }
    return {
        **facts,
        **{column: [row(one) for one in facts[column]] for column in COLUMNS},
        # Where there is no text for the place of the seal, the usual one is a text of the same slot.
        "p": {**people, **numbers, "seal_place": None},
        "title": text,
        "numbers": [(label, text) for label, _ in facts["numbers"]],
        "alt": text,
        "short_digest": text,
    }
