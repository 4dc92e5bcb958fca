"""One licence, made by us and by others, in one run: median milliseconds and kilobytes.

    .venv/bin/python bench/licences.py [--rounds 25] [--json]     # the table
    .venv/bin/python bench/licences.py --celery [--cases 100]     # licences a second through two worker processes
    .venv/bin/python bench/licences.py --memory [--licences 2000] # memory of one process that goes on making them

Ours: render (PDF/A-3b, tags, attached data), sign (PAdES B-B), both, and rendering with a scope of 250, 500 and 1,000
characters. Peers: pyHanko's SimpleSigner with the same key; plain WeasyPrint of the same HTML and
style sheet with the machine's fonts and everything parsed each time; reportlab and typst drawing the same words
with the same font; warm Chromium printing the same HTML. The peers live in bench/.venv, made when missing.
"""

import argparse
import asyncio
import json
import math
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ROOT = HERE.parent
FONT = ROOT / "certificates" / "fonts" / "NotoSerifSC-Regular.ttf"
DESIGN = ROOT / "certificates" / "designs" / "jinhua"
CHROMIUM = Path("/usr/bin/chromium")
SIGNED_AT = datetime(2026, 10, 12, 6, 30, tzinfo=UTC)
Make = Callable[[], bytes]


SCOPES = (250, 500, 1000)


def particulars(scope: int | None = None) -> Any:
    """The sample licence: a limited company with a scope of some 250 characters, or as many as asked for."""
    from certificates import chinese
    from certificates.particulars import Particulars

    general = (
        "茶叶种植；食用农产品初加工；农副产品销售；日用陶瓷制品销售；日用百货销售；礼品花卉销售；工艺美术品及礼仪用品销售；"
        "互联网销售（除销售需要许可的商品）；组织文化艺术交流活动；会议及展览服务；包装服务；信息咨询服务（不含许可类信息咨询服务）；"
        "技术服务、技术开发、技术咨询、技术交流、技术转让、技术推广"
    )
    licensed = ("茶叶制品生产", "食品销售", "餐饮服务")
    items = tuple(general.split("；"))
    if scope is not None:
        # Items in turns, all different, and a last one that fills up what the words around them leave.
        scope -= len(chinese.scope(("",), ()))
        longer = [f"{item}{number}类" for number in range(1, 20) for item in items]
        total = [sum(len(item) + 1 for item in longer[:count]) for count in range(len(longer))]
        count = max(count for count, length in enumerate(total) if length < scope - 12)
        licensed, items = (), (*longer[:count], "茶" * (scope - total[count]))
    return Particulars(
        entity_type="llc",
        name="金华双溪样例茶业有限公司",
        type_text="有限责任公司（自然人投资或控股）",
        representative="苏知禾",
        capital=Decimal(5_000_000),
        domicile="浙江省金华市婺城区样例街道双溪路88号3幢201室",
        general_items=items,
        licensed_items=licensed,
        founded_on=date(2026, 10, 12),
        issued_on=date(2026, 10, 12),
        registrar="金华市市场监督管理局",
        uscc="91330701MAT000018L",
        serial="330701202610120001",
        check_url="https://heyi.example/v/91330701MAT000018L/1#" + "A" * 86,
        check_host="heyi.example/v",
    )


def measure(makes: dict[str, Make], rounds: int) -> dict[str, dict[str, float]]:
    """Median, 99th percentile and best of `rounds` warm calls in milliseconds, and kilobytes; the makers take turns,
    so that a busy moment of the machine falls on all of them. Below 100 rounds the percentile is the worst call."""
    sizes = {name: len(make()) for name, make in makes.items()}
    times: dict[str, list[float]] = {name: [] for name in makes}
    for _ in range(rounds + 1):
        for name, make in makes.items():
            start = time.perf_counter()
            make()
            times[name].append((time.perf_counter() - start) * 1000)
    return {
        name: {
            "median_ms": round(statistics.median(spent[1:]), 2),
            "p99_ms": round(sorted(spent[1:])[math.ceil(0.99 * len(spent[1:])) - 1], 2),
            "best_ms": round(min(spent[1:]), 2),
            "kb": round(sizes[name] / 1000, 1),
        }
        for name, spent in times.items()
    }


@contextmanager
def key_folder() -> Iterator[Path]:
    """A sample key of P-256."""
    from certificates.sign import make_sample_key

    with tempfile.TemporaryDirectory() as folder:
        make_sample_key(Path(folder) / "key", common_name="样例登记机关", valid_from=datetime(2026, 1, 1, tzinfo=UTC))
        yield Path(folder) / "key"


def ours(key: Path) -> dict[str, Make]:
    """The rows of this project."""
    from certificates.render import render
    from certificates.sign import Signer

    sample, signer = particulars(), Signer.load(key)
    unsigned = render(sample)
    scopes = {length: particulars(length) for length in SCOPES}
    assert {length: len(one.scope) for length, one in scopes.items()} == {length: length for length in SCOPES}

    def sign(pdf: bytes) -> bytes:
        return signer.sign(pdf, signed_at=SIGNED_AT, reason="核发营业执照", location="浙江金华")

    return {
        "heyi render": lambda: render(sample),
        "heyi sign": lambda: sign(unsigned),
        "heyi render + sign": lambda: sign(render(sample)),
        **{f"heyi render, scope {length}": lambda one=one: render(one) for length, one in scopes.items()},  # type: ignore[misc]
    }


def simple_signer(key: Path) -> Make:
    """pyHanko alone, as its documentation has it: the key loaded once, the same kind of signature."""
    import io

    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter
    from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner

    from certificates.render import render

    unsigned = render(particulars())
    simple = SimpleSigner.load(str(key / "signer.key"), str(key / "signer.pem"))
    wanted = PdfSignatureMetadata(
        field_name="Signature",
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES,
        reason="核发营业执照",
        location="浙江金华",
    )
    signer = PdfSigner(wanted, signer=simple, new_field_spec=SigFieldSpec("Signature"))

    def make() -> bytes:
        out: io.BytesIO = asyncio.run(signer.async_sign_pdf(IncrementalPdfFileWriter(io.BytesIO(unsigned))))
        return out.getvalue()

    return make


def memory(licences: int) -> dict[str, float]:
    """Resident megabytes of this process after 100, 1,000 and 2,000 licences, each with another name."""
    from certificates.render import render
    from certificates.sign import Signer

    with key_folder() as key:
        signer = Signer.load(key)
    sample, found = particulars(), {}
    for number in range(1, licences + 1):
        one = sample.model_copy(update={"name": f"金华双溪样例茶业{number}号有限公司"})
        signer.sign(render(one), signed_at=SIGNED_AT, reason="核发营业执照", location="浙江金华")
        if number in (100, 1000, 2000, licences):
            found[f"{number} licences, MB"] = round(resident(), 1)
    return found


def resident() -> float:
    """This process's memory as the kernel counts it, in megabytes."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def counting() -> bytes:
    """A million additions: no work of ours, only how fast this machine runs Python today."""
    total = 0
    for i in range(1_000_000):
        total += i
    return b""


@contextmanager
def page_on_disk() -> Iterator[Path]:
    """The same HTML with its style sheet beside it and the machine's fonts, as a first draft would have it."""
    from certificates.sheets import licence_html

    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "licence.html"
        css = (DESIGN / "licence.css").read_text(encoding="utf-8")
        rules = [line for line in css.splitlines() if not line.startswith("@font-face")]
        text = "\n".join(rules).replace('"Heyi Serif"', '"Noto Serif CJK SC"').replace('"Heyi Fixed", ', "")
        (page.parent / "licence.css").write_text(text, encoding="utf-8")
        (page.parent / "assets").symlink_to(DESIGN / "assets")
        link = '<link rel="stylesheet" href="licence.css"></head>'
        page.write_text(licence_html(particulars(), design="jinhua").replace("</head>", link, 1), encoding="utf-8")
        yield page


def plain_weasyprint(page: Path) -> Make:
    """`HTML(...).write_pdf()`, nothing kept between documents."""
    from weasyprint import HTML

    return lambda: HTML(filename=page).write_pdf()


@contextmanager
def warm_chromium(page: Path) -> Iterator[Make]:
    """One browser, one tab; each document is a new load."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        tab = browser.new_page()

        def make() -> bytes:
            tab.goto(page.as_uri())
            return tab.pdf(prefer_css_page_size=True, print_background=True)

        yield make
        browser.close()


def peer(name: str, rounds: int, facts: dict[str, str]) -> dict[str, float]:
    """Run one peer in its own environment and read its figures back."""
    from bench._peers import peers_python

    python = peers_python()
    command = [str(python), __file__, "--peer", name, "--rounds", str(rounds)]
    done = subprocess.run(command, input=json.dumps(facts), capture_output=True, text=True, check=True)
    figures: dict[str, float] = json.loads(done.stdout)
    return figures


def facts() -> dict[str, str]:
    """What the drawing peers print: label and value, in order."""
    from certificates.items import columns_for, value_of

    sample = particulars()
    columns = columns_for(sample)
    shown = {"".join(item.label): value_of(item, sample) for column in columns for item in column}
    return {"统一社会信用代码": sample.code, **shown, "登记机关": sample.registrar, "address": sample.check_url}


def draw_with_reportlab(items: dict[str, str]) -> Make:
    """Lines of text at fixed places; the font is registered once."""
    import io

    import segno
    from reportlab.lib.units import mm
    from reportlab.lib.utils import ImageReader
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.pdfgen.canvas import Canvas

    pdfmetrics.registerFont(TTFont("serif", str(FONT)))

    def make() -> bytes:
        out, picture = io.BytesIO(), io.BytesIO()
        canvas = Canvas(out, pagesize=(297 * mm, 210 * mm))
        canvas.rect(7 * mm, 7 * mm, 283 * mm, 196 * mm)
        canvas.setFont("serif", 42)
        canvas.drawCentredString(148 * mm, 170 * mm, "营业执照")
        y = 150.0
        for label, value in items.items():
            canvas.setFont("serif", 11)
            canvas.drawString(27 * mm, y * mm, label)
            for line in (value[i : i + 40] for i in range(0, len(value), 40)):
                canvas.drawString(70 * mm, y * mm, line)
                y -= 6
        segno.make_qr(items["address"], version=8, error="m", mask=2).save(picture, kind="png", scale=4)
        picture.seek(0)
        canvas.drawImage(ImageReader(picture), 245 * mm, 170 * mm, 27 * mm, 27 * mm)
        canvas.save()
        return out.getvalue()

    return make


def draw_with_typst(items: dict[str, str]) -> Make:
    """A typst document compiled from source each time, by one compiler kept warm; the QR code is a picture."""
    import io

    import segno
    import typst

    picture = io.BytesIO()
    segno.make_qr(items["address"], version=8, error="m", mask=2).save(picture, kind="png", scale=4)
    rows = ", ".join(f"[{label}], [{value}]" for label, value in items.items() if label != "address")
    source = (
        '#set page(width: 297mm, height: 210mm, margin: 20mm)\n#set text(font: "Noto Serif SC", size: 11pt)\n'
        '#align(center, text(size: 42pt)[营业执照])\n#place(top + right, image("qr.png", width: 27mm))\n'
        f"#table(columns: (50mm, 1fr), stroke: none, {rows})\n"
    )
    folder = Path(tempfile.mkdtemp())
    (folder / "qr.png").write_bytes(picture.getvalue())
    (folder / "a.typ").write_text(source, encoding="utf-8")
    compiler = typst.Compiler(str(folder / "a.typ"), font_paths=[str(FONT.parent)], ignore_system_fonts=True)

    count = iter(range(10**9))

    def make() -> bytes:
        # A changed text each time, or the compiler would answer from its memory.
        changed = source.replace("金华双溪样例茶业", f"金华双溪样例茶业{next(count)}")
        (folder / "a.typ").write_text(changed, encoding="utf-8")
        return bytes(compiler.compile(format="pdf"))

    return make


PEERS = {"reportlab": draw_with_reportlab, "typst": draw_with_typst}


def run(rounds: int) -> dict[str, dict[str, float]]:
    """All rows of the table, ours first."""
    with page_on_disk() as page, key_folder() as key, ExitStack() as stack:
        makes = {**ours(key), "pyHanko SimpleSigner": simple_signer(key), "plain WeasyPrint": plain_weasyprint(page)}
        if CHROMIUM.exists():
            makes["Chromium, warm"] = stack.enter_context(warm_chromium(page))
        results = measure({**makes, "1,000,000 additions": counting}, rounds)
    for name in PEERS:
        results[name] = peer(name, rounds, facts())
    return results


def show(results: dict[str, dict[str, float]]) -> None:
    """The table, each row with its ratio to our whole work."""
    whole = results["heyi render"]["median_ms"]
    print(f"{'':24}{'median ms':>10}{'p99 ms':>9}{'best ms':>9}{'KB':>8}{'x of heyi render':>18}")
    for name, row in results.items():
        ratio = row["median_ms"] / whole
        times = "".join(
            f"{row[column]:>{width}.1f}" for column, width in (("median_ms", 10), ("p99_ms", 9), ("best_ms", 9))
        )
        print(f"{name:24}{times}{row['kb']:>8.1f}{ratio:>18.2f}")


def main() -> None:
    """Measure, then print a table or JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--rounds", type=int, default=25)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--celery", action="store_true")
    parser.add_argument("--cases", type=int, default=100)
    parser.add_argument("--memory", action="store_true")
    parser.add_argument("--licences", type=int, default=2000)
    parser.add_argument("--peer", choices=PEERS, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.peer:
        make = PEERS[chosen.peer](json.load(sys.stdin))
        print(json.dumps(measure({chosen.peer: make}, chosen.rounds)[chosen.peer]))
        return
    os.chdir(ROOT)
    # In place of this folder, whose transitions.py is not the library of that name.
    sys.path[0] = str(ROOT)
    if chosen.celery or chosen.memory:
        from bench._licence_office import licences_per_second

        found = licences_per_second(chosen.cases) if chosen.celery else memory(chosen.licences)
        print(json.dumps(found, ensure_ascii=False, indent=2))
        return
    results = run(max(20, chosen.rounds))
    print(json.dumps(results, ensure_ascii=False, indent=2)) if chosen.json else show(results)


if __name__ == "__main__":
    main()
