"""The peers that draw a licence from its texts; run by bench/.venv's interpreter: NAME ROUNDS, texts on stdin."""

import json
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[0] = str(ROOT)

from bench._measure import Make, measure  # noqa: E402

FONT = ROOT / "certificates" / "fonts" / "NotoSerifSC-Regular.ttf"


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
    """A typst document compiled from source each time, by one compiler that stays loaded; the QR code is a picture."""
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
        # The text changes each time, because the compiler would otherwise return a cached result.
        changed = source.replace("金华双溪样例茶业", f"金华双溪样例茶业{next(count)}")
        (folder / "a.typ").write_text(changed, encoding="utf-8")
        return bytes(compiler.compile(format="pdf"))

    return make


PEERS = {"reportlab": draw_with_reportlab, "typst": draw_with_typst}


if __name__ == "__main__":
    name, rounds = sys.argv[1], int(sys.argv[2])
    print(json.dumps(measure({name: PEERS[name](json.load(sys.stdin))}, rounds)[name]))
