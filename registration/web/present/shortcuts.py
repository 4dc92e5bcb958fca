"""The keys of the desk. The page lists them for people and for the script, which knows no key of its own."""

from flask import request
from flask_babel import lazy_gettext as _l

COOKIE, OFF = "keys", "off"
# (what the script does, the key, in words)
SHORTCUTS = (
    ("mark_good", "g", _l("把所在的一项标为“通过”，到下一项")),
    ("mark_bad", "b", _l("把所在的一项标为“有问题”，写问题")),
    ("mark_clear", "c", _l("取消所在一项的标记")),
    ("next_mark", "n", _l("下一项")),
    ("previous_mark", "p", _l("上一项")),
    ("next_page", "j", _l("材料的下一页")),
    ("previous_page", "k", _l("材料的上一页")),
    ("zoom_in", "+", _l("放大材料")),
    ("zoom_out", "-", _l("缩小材料")),
    ("rotate", "r", _l("把所看的一页转四分之一圈")),
    ("undo", "z", _l("撤销刚作出的决定")),
    ("search", "/", _l("查找申请")),
    ("inbox", "h", _l("回到收件箱")),
    ("help", "?", _l("显示快捷键")),
)


def keys_are_on() -> bool:
    """Whether single keys do something (WCAG 2.2, 2.1.4: they can be switched off)."""
    return request.cookies.get(COOKIE) != OFF
