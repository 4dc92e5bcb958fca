"""The HTML of a mail, made from its plain text: paragraphs, links, and a code on a line of its own in large figures.

No picture and no style sheet: what a mail shows must not depend on what a reader's program loads.
"""

import re
from collections.abc import Iterator
from html import escape

from workflows.definition.values import html_tag

# To the next space, bracket, quotation mark or Chinese mark; a full stop or comma behind an address is not part of it.
_LINK = re.compile(r"https?://[^\s<>\"'\u3000-\u303f\uff00-\uffef]*[^\s<>\"'.,;:!?)\u3000-\u303f\uff00-\uffef]")
_CODE = re.compile(r"[0-9]{6}")
_PAGE = (
    '<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    '<title>{title}</title></head><body style="margin:0;padding:24px 16px;background:#fff;color:#1d1d1f;'
    "font:16px/1.7 -apple-system,'PingFang SC','Microsoft YaHei','Noto Sans SC',sans-serif\">"
    '<div style="max-width:36em;margin:0 auto;overflow-wrap:anywhere">'
    '<h1 style="margin:0 0 16px;font-size:20px">{title}</h1>'
    "{body}{foot}</div></body></html>\n"
)
_FOOT = '<p style="margin:24px 0 0;padding-top:12px;border-top:1px solid #d2d2d7;font-size:14px;color:#595960">{}</p>'


def html_of(text: str, *, subject: str, foot: str, lang: str) -> str:
    """The whole page. Every part is escaped; addresses that begin with http become links."""
    body = "".join(_paragraph(block) for block in re.split(r"\n{2,}", text.strip()))
    below = _FOOT.format(_with_links(foot)) if foot else ""
    return _PAGE.format(lang=html_tag(lang), title=escape(subject), body=body, foot=below)


def _paragraph(block: str) -> str:
    if _CODE.fullmatch(block.strip()):
        return f'<p style="margin:0 0 16px;font-size:28px;font-weight:600;letter-spacing:.15em">{block.strip()}</p>'
    lines = "<br>".join(_with_links(line) for line in block.splitlines())
    return f'<p style="margin:0 0 16px">{lines}</p>'


def _with_links(line: str) -> str:
    return "".join(_parts(line))


def _parts(line: str) -> Iterator[str]:
    end = 0
    for found in _LINK.finditer(line):
        yield escape(line[end : found.start()])
        yield f'<a href="{escape(found[0])}">{escape(found[0])}</a>'
        end = found.end()
    yield escape(line[end:])
