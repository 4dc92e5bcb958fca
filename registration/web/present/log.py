"""Entries of the public log in words."""

import json
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup, escape

from registration.models import LogLeaf
from registration.web.i18n import moment

EVENTS = {
    "issue": (_l("签发"), "ok"),
    "supersede": (_l("被新版代替"), "warn"),
    "revoke": (_l("失效"), "bad"),
    "reinstate": (_l("恢复有效"), "ok"),
    "declare_void": (_l("声明作废"), "bad"),
    "restore": (_l("作废声明撤回，恢复有效"), "ok"),
}
PAPERS = {"original": _l("正本"), "duplicate": _l("副本")}


@dataclass(frozen=True)
class EntryWords:
    """`event` is (words, kind of tag)."""

    number: int
    event: tuple[str, str]
    sheet: str
    code: str
    serial: str
    at: Markup


def entry_words(leaf: LogLeaf) -> EntryWords:
    entry = json.loads(leaf.data)
    words, kind = EVENTS.get(entry["event"], (entry["event"], ""))
    sheet = _("第%(edition)s版，%(paper)s", edition=entry["edition"], paper=paper_words(entry["paper"], entry["copy"]))
    at = moment(datetime.fromisoformat(entry["time"]))
    return EntryWords(leaf.position + 1, (str(words), kind), sheet, entry["code"], entry["serial"], at)


def entry_rows(leaf: LogLeaf) -> list[tuple[str, Markup]]:
    entry, words = json.loads(leaf.data), entry_words(leaf)
    return [
        (_("发生了什么"), escape(words.event[0])),
        (_("时间"), words.at),
        (_("代码"), _code(words.code)),
        (_("执照编号"), _code(words.serial)),
        (_("哪一份"), escape(words.sheet)),
        (_("文件指纹"), _code(entry["sha256"])),
        (_("写入日志"), moment(leaf.appended_at)),
    ]


def paper_words(paper: str, copy: int) -> str:
    if paper == "original":
        return str(PAPERS[paper])
    return _("%(paper)s第%(number)s份", paper=PAPERS.get(paper, paper), number=copy)


def _code(text: str) -> Markup:
    return Markup('<span class="code">{}</span>').format(text)
