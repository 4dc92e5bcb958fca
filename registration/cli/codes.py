"""`heyi codes`: numbers of registered businesses, checked, made and explained by their standards."""

from collections.abc import Callable, Mapping
from typing import Any

import click

from certificates import numbers
from certificates.errors import InvalidNumber
from certificates.numbers.explanations import SCHEME_NAMES, explain
from registration.cli.output import as_json, refuse, words


@click.group()
def codes() -> None:
    """统一社会信用代码等号码。Unified social credit codes and the other numbers."""


@codes.command()
@click.argument("code", nargs=-1, required=True)
@click.option("--json", "json_", is_flag=True)
def check(code: tuple[str, ...], json_: bool) -> None:
    """检查号码；有错误时以状态 1 结束。Check codes; exit status 1 when one is wrong."""
    verdicts = [_verdict(one) for one in code]
    if json_:
        as_json(verdicts)
    else:
        for verdict in verdicts:
            click.echo(_line(verdict))
    raise SystemExit(0 if all(verdict["valid"] for verdict in verdicts) else 1)


@codes.command(name="explain")
@click.argument("code")
@click.option("--json", "json_", is_flag=True)
def explain_(code: str, json_: bool) -> None:
    """逐段说明号码的含义。What each part of a code means."""
    from registration.rules.regions import region_words

    cleaned = numbers.clean(code)
    try:
        scheme, parts = numbers.identify(cleaned), explain(cleaned, region_name=region_words)
    except InvalidNumber as wrong:
        refuse(f"{code}：{wrong.code} {wrong.data}", f"{code}: {wrong.code} {wrong.data}")
    if json_:
        as_json({"code": cleaned, "scheme": scheme, "parts": [_part(part) for part in parts]})
        return
    click.echo(f"{cleaned}  {words(*SCHEME_NAMES[scheme])}")
    for part in parts:
        click.echo(f"  {part.start:>2}  {part.value:<9}  {words(*part.label)}  {words(*part.meaning)}".rstrip())


@codes.command()
@click.argument("scheme", type=click.Choice(["uscc", "organization_code", "registration_number", "tax_number"]))
@click.option("--region", help="六位行政区划码 Six digits of the registrar's region")
@click.option("--organization-code", "organization", help="组织机构代码 Organization code, nine characters")
@click.option("--body", help="组织机构代码本体 The eight characters of an organization code")
@click.option("--sequence", type=int, help="顺序号 Sequence, eight digits")
@click.option("--department", default="9", show_default=True, help="登记管理部门 Registering department")
@click.option("--category", default="1", show_default=True, help="机构类别 Class: 1 enterprise, 2 individual business")
def make(scheme: str, **given: Any) -> None:
    """由各段生成号码（含校验码）。Make a code with its check digits from its parts."""
    needs, maker = _MAKERS[scheme]
    absent = [name for name in needs if given[name] is None]
    if absent:
        options = " ".join(f"--{'organization-code' if name == 'organization' else name}" for name in absent)
        raise click.UsageError(words(f"{scheme} 还需要 {options}", f"{scheme} also needs {options}"))
    try:
        click.echo(maker(given))
    except InvalidNumber as wrong:
        refuse(f"{wrong.code} {wrong.data}", f"{wrong.code} {wrong.data}")


def _organization(given: Mapping[str, Any]) -> str:
    return numbers.clean(given["organization"])


_MAKERS: dict[str, tuple[tuple[str, ...], Callable[[Mapping[str, Any]], str]]] = {
    "uscc": (
        ("region", "organization"),
        lambda given: numbers.make_uscc(
            _organization(given), region=given["region"], department=given["department"], category=given["category"]
        ),
    ),
    "organization_code": (("body",), lambda given: numbers.make_organization_code(given["body"].upper())),
    "registration_number": (
        ("region", "sequence"),
        lambda given: numbers.make_registration_number(given["sequence"], region=given["region"]),
    ),
    "tax_number": (
        ("region", "organization"),
        lambda given: numbers.make_tax_number(_organization(given), region=given["region"]),
    ),
}


def _verdict(code: str) -> dict[str, Any]:
    cleaned = numbers.clean(code)
    try:
        scheme = numbers.identify(cleaned)
        numbers.CHECKS[scheme](cleaned)
    except InvalidNumber as wrong:
        data = {key: value for key, value in wrong.data.items() if key != "scheme"}
        return {"code": cleaned, "valid": False, "scheme": wrong.data.get("scheme"), "reason": wrong.code, "data": data}
    return {"code": cleaned, "valid": True, "scheme": scheme}


def _line(verdict: Mapping[str, Any]) -> str:
    scheme = words(*SCHEME_NAMES[verdict["scheme"]]) if verdict["scheme"] else words("未知种类", "unknown kind")
    if verdict["valid"]:
        return f"✓ {verdict['code']}  {scheme}"
    details = " ".join(f"{key}={value}" for key, value in verdict["data"].items())
    return f"✗ {verdict['code']}  {scheme}  {verdict['reason']} {details}"


def _part(part: Any) -> dict[str, Any]:
    return {
        "start": part.start,
        "value": part.value,
        "label": part.label._asdict(),
        "meaning": part.meaning._asdict(),
    }
