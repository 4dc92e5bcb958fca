"""One licence, made by Heyi and by its peers in one run: median milliseconds and kilobytes.

    .venv/bin/python bench/licences.py [--rounds 25] [--json]     # the table
    .venv/bin/python bench/licences.py --celery [--cases 100] [--postgres]   # licences per second, two worker processes
    .venv/bin/python bench/licences.py --memory [--licences 2000] # memory of one process that makes many

Ours: a licence (PDF/A-3a, tags, attached data, a QR code with its signed statement) filled into its compiled sheet and
signed (PAdES B-B), and the same laid out, with scopes of 250, 500 and 1,000 characters. Peers: pyHanko's SimpleSigner
with the same key; plain WeasyPrint of the same HTML and style sheet with the machine's fonts, all parsed each time;
reportlab and typst drawing the same texts with the same font, in processes of their own, as ours once more; a running
Chromium printing the same HTML. The peers are in bench/.venv, made if missing.
"""

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
# Replaces this folder, whose transitions.py would hide the library of that name.
sys.path[0] = str(ROOT)

from bench._licence_sample import SCOPES, SIGNED_AT, key_folder, particulars  # noqa: E402
from bench._measure import Make, measure  # noqa: E402

if TYPE_CHECKING:
    from certificates.paper.compiled.writer import FilledFile
    from certificates.particulars import Particulars

WHOLE, LAID_OUT = "heyi filled + signed", "heyi laid out + signed"
ALONE = f"{WHOLE}, alone"
# What runs alone is called so often in each of these turns; the turn in which the machine was least busy counts.
CALLS, TURNS = 100, 5
DESIGN = ROOT / "certificates" / "designs" / "jinhua"
CHROMIUM = Path("/usr/bin/chromium")


def ours(key: Path) -> dict[str, Make]:
    """The rows of this project."""
    from cryptography.hazmat.primitives.asymmetric import ec

    from certificates.credentials.qr_statement import qr_text
    from certificates.paper.pdf import render, renderer, unwritten
    from certificates.signatures.signer import Signer

    sample, signer, statement_key = particulars(), Signer.load(key), ec.generate_private_key(ec.SECP256R1())
    ready = renderer("jinhua")
    scopes = {length: particulars(length) for length in SCOPES}
    assert {length: len(one.scope) for length, one in scopes.items()} == {length: length for length in SCOPES}

    def laid_out(one: "Particulars") -> bytes:
        return render(one, qr_text=qr_text(one, registrar="330702", key=statement_key), compiled=False)

    def sign(pdf: "bytes | FilledFile") -> bytes:
        return signer.sign(pdf, signed_at=SIGNED_AT, reason="核发营业执照", location="浙江金华")

    count = iter(range(10**9))

    def filled(one: "Particulars") -> bytes:
        # Another name each time, as licences have.
        other = one.model_copy(update={"name": f"金华双溪样例茶业{next(count)}号有限公司"})
        return sign(unwritten(ready, other, qr_text=qr_text(other, registrar="330702", key=statement_key)))

    unsigned = laid_out(sample)
    return {
        WHOLE: lambda: filled(sample),
        **{f"{WHOLE}, scope {length}": partial(filled, one) for length, one in scopes.items()},
        "heyi laid out": lambda: laid_out(sample),
        "heyi sign": lambda: sign(unsigned),
        LAID_OUT: lambda: sign(laid_out(sample)),
        **{f"heyi laid out, scope {length}": partial(laid_out, one) for length, one in scopes.items()},
    }


def simple_signer(key: Path) -> Make:
    """pyHanko alone, used as in its documentation: the key loaded once, the same kind of signature."""
    import io

    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter
    from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner

    from certificates.paper.pdf import render

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

    # As in its own `sign_pdf`, but in a thread: the browser of another row has an event loop in this one.
    thread = ThreadPoolExecutor(1)

    def make() -> bytes:
        work = signer.async_sign_pdf(IncrementalPdfFileWriter(io.BytesIO(unsigned)))
        out: io.BytesIO = thread.submit(asyncio.run, work).result()
        return out.getvalue()

    return make


def memory(licences: int) -> dict[str, float]:
    """Resident megabytes of this process after 100, 1,000 and 2,000 licences, each with another name."""
    from certificates.paper.pdf import render
    from certificates.signatures.signer import Signer

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
    """Resident memory of this process in megabytes."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def counting() -> bytes:
    """A million additions, as a measure of how fast this machine runs Python now."""
    total = 0
    for i in range(1_000_000):
        total += i
    return b""


@contextmanager
def page_on_disk() -> Iterator[Path]:
    """The same HTML with its style sheet beside it and the machine's fonts, without any of our optimizations."""
    from certificates.paper.design import find
    from certificates.paper.licence import licence_html

    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "licence.html"
        css = (DESIGN / "licence.css").read_text(encoding="utf-8")
        rules = [line for line in css.splitlines() if not line.startswith("@font-face")]
        text = "\n".join(rules).replace('"Heyi Serif"', '"Noto Serif CJK SC"').replace('"Heyi Fixed", ', "")
        (page.parent / "licence.css").write_text(text, encoding="utf-8")
        (page.parent / "assets").symlink_to(DESIGN / "assets")
        link = '<link rel="stylesheet" href="licence.css"></head>'
        page.write_text(
            licence_html(particulars(), design=find("jinhua")).replace("</head>", link, 1), encoding="utf-8"
        )
        yield page


def plain_weasyprint(page: Path) -> Make:
    """`HTML(...).write_pdf()`, with no cache between documents."""
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
    command = [str(python), str(HERE / "_licence_drawing.py"), name, str(rounds)]
    done = subprocess.run(command, input=json.dumps(facts), capture_output=True, text=True, check=True)
    figures: dict[str, float] = json.loads(done.stdout)
    return figures


def alone(rounds: int) -> dict[str, dict[str, float]]:
    """Ours as the drawing peers are measured: one after another in a new process, with nothing between."""
    command = [sys.executable, __file__, "--alone", "--rounds", str(rounds)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    figures: dict[str, dict[str, float]] = json.loads(done.stdout)
    return figures


def facts() -> dict[str, str]:
    """The texts for the drawing peers: label and value, in order."""
    from certificates.paper.licence_items import columns_for, value_of

    sample = particulars()
    columns = columns_for(sample)
    shown = {"".join(item.label): value_of(item, sample) for column in columns for item in column}
    return {"统一社会信用代码": sample.code, **shown, "登记机关": sample.registrar, "address": sample.check_url}


def run(rounds: int) -> dict[str, dict[str, float]]:
    """All rows of the table, ours first."""
    with page_on_disk() as page, key_folder() as key, ExitStack() as stack:
        makes = {**ours(key), "pyHanko SimpleSigner": simple_signer(key), "plain WeasyPrint": plain_weasyprint(page)}
        if CHROMIUM.exists():
            makes["Chromium, warm"] = stack.enter_context(warm_chromium(page))
        results = measure({**makes, "1,000,000 additions": counting}, rounds)
    return results | by_themselves(rounds)


def by_themselves(rounds: int) -> dict[str, dict[str, float]]:
    """The rows that do not take turns with a browser, of each the best of some turns."""
    turns: dict[str, list[dict[str, float]]] = {}
    for _ in range(TURNS):
        found = alone(rounds)
        for name in ("reportlab", "typst"):
            try:
                found[name] = peer(name, CALLS, facts())
            except (subprocess.CalledProcessError, OSError):
                print(f"{name}: its environment, bench/.venv, could not be made; this row is left out", file=sys.stderr)
        for name, figures in found.items():
            turns.setdefault(name, []).append(figures)
    return {name: min(figures, key=lambda one: one["median_ms"]) for name, figures in turns.items()}


def show(results: dict[str, dict[str, float]]) -> None:
    """Print the table, each row with its ratio to our whole work, as measured in the same way."""
    columns = {"median_ms": 10, "p99_ms": 9, "best_ms": 9, "processor_ms": 14}
    print(f"{'':34}{'median ms':>10}{'p99 ms':>9}{'best ms':>9}{'processor ms':>14}{'KB':>8}{'x of filled':>14}")
    whole = WHOLE
    for name, row in results.items():
        whole = ALONE if name == ALONE else whole
        times = "".join(f"{row[column]:>{width}.1f}" for column, width in columns.items())
        print(f"{name:34}{times}{row['kb']:>8.1f}{row['median_ms'] / results[whole]['median_ms']:>14.2f}")


def main() -> None:
    """Measure, then print a table or JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--rounds", type=int, default=25)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--celery", action="store_true")
    parser.add_argument("--postgres", action="store_true")
    parser.add_argument("--cases", type=int, default=100)
    parser.add_argument("--memory", action="store_true")
    parser.add_argument("--licences", type=int, default=2000)
    parser.add_argument("--alone", action="store_true", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    rounds = max(20, chosen.rounds)
    os.chdir(ROOT)
    if chosen.celery or chosen.memory:
        from bench._licence_office import licences_per_second

        made = partial(licences_per_second, chosen.cases, postgres=chosen.postgres)
        found = made() if chosen.celery else memory(chosen.licences)
        print(json.dumps(found, ensure_ascii=False, indent=2))
        return
    if chosen.alone:
        with key_folder() as key:
            makes = ours(key)
            both = measure({ALONE: makes[WHOLE]}, CALLS) | measure({f"{LAID_OUT}, alone": makes[LAID_OUT]}, rounds)
        print(json.dumps(both))
        return
    results = run(rounds)
    print(json.dumps(results, ensure_ascii=False, indent=2)) if chosen.json else show(results)


if __name__ == "__main__":
    main()
