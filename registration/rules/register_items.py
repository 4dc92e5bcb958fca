"""What the register holds of an entity (reference/register_items.yaml), and the states of a registration."""

from collections.abc import Mapping
from functools import cache
from typing import Literal

from pydantic import TypeAdapter

from registration.rules.folder_files import Closed
from registration.rules.languages import pair
from registration.rules.reference import Said, texts

# MR 30-42, CL 229-241 and Order 105: `abnormal` and `suspended` are no states but stand beside one.
STATES: Mapping[str, Mapping[str, str]] = {
    "active": pair("存续（在业）", "Active"),
    "liquidating": pair("清算中", "In liquidation"),
    "notice_simple": pair("简易注销公告中", "Simple deregistration announced"),
    "relocating_out": pair("正在迁出", "Moving to another registrar"),
    "relocated_out": pair("已迁出", "Moved to another registrar"),
    "revoked": pair("已吊销", "Licence revoked by the authority"),
    "ordered_closed": pair("已责令关闭", "Ordered to close"),
    "annulled": pair("已撤销登记", "Registration annulled"),
    "deregistered": pair("已注销", "Deregistered"),
    "restored": pair("已恢复登记", "Registration restored"),
}
# In these a business may do business; a case that is open about it may replace them by a state of its own.
IN_BUSINESS = frozenset({"active", "restored"})
STATE = "state"


class RegisterItem(Closed):
    """One item. `law` makes it an item of the register; `published` lets everybody read it, or is empty."""

    kind: Literal["registered", "filed", "state"]
    label: Said
    printed: bool
    law: tuple[str, ...]
    published: tuple[str, ...] = ()

    @property
    def is_public(self) -> bool:
        return bool(self.published)


@cache
def register_items() -> Mapping[str, RegisterItem]:
    """Every item by its key, in the order of the pages."""
    rows = dict(texts("reference/register_items.yaml"))
    return TypeAdapter(dict[str, RegisterItem]).validate_python(rows)
