"""A change that a second person decides, in words."""

from flask_babel import gettext as _


def proposal_mark(status: str) -> tuple[str, str]:
    """The words and the kind of the tag."""
    words = {
        "open": (_("等待决定"), "go"),
        "done": (_("已经生效"), "ok"),
        "approved": (_("已经生效"), "ok"),
        "refused": (_("已经退回"), "bad"),
        "withdrawn": (_("已经撤回"), ""),
    }
    return words[status]
