"""`heyi certificates check-qr`: the code on a paper, checked with public keys and nothing else."""

import json
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import click

from certificates.credentials import jose, qr_statement
from certificates.errors import InvalidStatement
from registration.cli.output import as_json, refuse, words
from registration.gateways.sandbox import Limits, TooCostly, run
from registration.keys import offline
from registration.settings import settings

PICTURES = (".png", ".jpg", ".jpeg")
# A scanned page of A3.
MOST_BYTES = 40 * 1024 * 1024
LIMITS = Limits(cpu_seconds=8, seconds=12.0, memory=1024 * 1024 * 1024)
REASONS = {
    "statement.none": (
        "这不是执照二维码里的文字，也不是能读的图片（PNG、JPEG、PDF）",
        "this is no text of a licence's QR code, and no picture that can be read (PNG, JPEG, PDF)",
    ),
    "statement.absent": ("只有网址，没有可以离线核验的内容", "only an address: nothing that could be checked offline"),
    "statement.unreadable": ("内容不完整，请重新扫码", "incomplete: scan it again"),
    "statement.unknown_key": (
        "不是这些公钥签署的；也可能是公钥文件太旧",
        "signed by none of these keys, or the key file is too old",
    ),
    "statement.altered": (
        "签名不符，内容或者网址被改动过",
        "the signature does not hold: the words or the address were changed",
    ),
    "statement.newer": ("格式比本程序新，请升级", "of a later format than this program knows: upgrade it"),
    "keys.malformed": ("公钥文件不能用", "the key file cannot be used"),
}
NOTE = (
    "只核对了登记机关的签名和二维码里的内容；请与纸面逐项对照。是否已被换发、吊销或者注销，以登记簿为准：打开二维码里的网址可查",
    "checked: the registrar's signature over these words and the address; compare them with the paper. Whether it was "
    "superseded or revoked since stands in the register: open the address to see",
)


@click.command("check-qr")
@click.argument("code")
@click.option("--keys", "keys_", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="JWKS")
@click.option("--json", "json_", is_flag=True)
def check_qr(code: str, keys_: Path | None, json_: bool) -> None:
    """离线核验执照二维码：CODE 是扫出的文字（- 从标准输入读），或者 PNG、JPEG、PDF 文件；不符时以状态 1 结束。

    Check a licence's QR code offline. CODE is its text (- reads it from standard input), or a picture or PDF that shows
    it; exit status 1 when it does not hold. Keys are this deployment's own, or of a file as /.well-known/heyi-keys.json
    gives it.
    """
    text = _text(code)
    try:
        if "://" not in text:
            raise InvalidStatement("statement.none")
        keys = _keys(keys_)
        answer: dict[str, Any] = {"good": True, "statement": qr_statement.check(text, keys=keys).plain()}
    except InvalidStatement as refused:
        answer = {"good": False, "problem": refused.code, **refused.data}
    if json_:
        as_json(answer | {"text": text})
    else:
        _show(answer)
    raise SystemExit(0 if answer["good"] else 1)


def _keys(file: Path | None) -> dict[str, jose.PublicKey]:
    if file is None:
        return offline.public_keys(settings(), "qr")
    try:
        return jose.public_keys(json.loads(file.read_bytes()), purpose=qr_statement.PURPOSE)
    except ValueError:
        raise InvalidStatement("keys.malformed") from None


def _show(answer: dict[str, Any]) -> None:
    if not answer["good"]:
        click.echo(f"✗ {words(*REASONS[answer['problem']])}")
        return
    click.echo(f"✓ {words('签名有效', 'the signature holds')}")
    for name, value in answer["statement"].items():
        if value is not None:
            click.echo(f"  {name}: {value}")
    if answer["statement"]["sample"]:
        click.echo(words("  演示样本，没有法律效力", "  a sample without legal effect"))
    click.echo(f"  {words(*NOTE)}")


def _text(code: str) -> str:
    if code == "-":
        return sys.stdin.readline(qr_statement.LONGEST + 2)
    return _read_file(Path(code)) if _is_file(code) else code


def _is_file(code: str) -> bool:
    """A code is an address; whatever else has a picture's ending is meant as a file."""
    return "#" not in code and Path(code).suffix.lower() in (*PICTURES, ".pdf")


def _read_file(path: Path) -> str:
    if find_spec("zxingcpp") is None:
        line = 'pip install "heyi[scan]"'
        refuse(f"读图片要先安装：{line}", f"to read pictures, first: {line}")
    if not path.is_file():
        refuse(f"没有文件 {path}", f"there is no file {path}")
    codes = _codes(path)
    if len(codes) != 1:
        refuse(f"图里有{len(codes)}个二维码，应为1个", f"the picture shows {len(codes)} QR codes, not one")
    return codes[0]


def _codes(path: Path) -> list[str]:
    """The texts of the picture's QR codes, read in the sandbox because the picture may be harmful."""
    pdf = path.suffix.lower() == ".pdf"
    with path.open("rb") as file:
        content = file.read(MOST_BYTES + 1)
    try:
        found = run("codes", content[:MOST_BYTES], limits=LIMITS, parameters={"pdf": pdf}).data["codes"]
    except TooCostly:
        found = None
    if found is None:
        kind = ("PDF，或者没有一页", "PDF, or one without a page") if pdf else ("图片", "picture")
        refuse(f"{path} 不是{kind[0]}", f"{path} is no {kind[1]}")
    return list(found)
