"""The beneficial owners of a company, or the promise that exempts it from naming them.

Regulation art. 9(8); 受益所有人信息管理办法 (PBoC and SAMR Order 3 of 2024) arts. 2, 3, 6-8. The registrar passes it to
the People's Bank of China only: the data is encrypted, never public, and hidden from other agencies.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field

from registration.rules.form.values import About, Day, Key, Percent, Schema, Short

Relation = Literal["equity", "benefit", "control", "state"]


class Owner(Schema):
    """One of the persons of the form, and the kind of ownership."""

    owner: Annotated[Key, About("受益所有人", "Beneficial owner", sensitive=True)]
    nationality: Annotated[Short, About("国籍或者地区", "Nationality", sensitive=True)] = "中国"
    owner_relation: Annotated[Relation, About("受益所有权关系", "Kind of ownership", sensitive=True)]
    owner_percent: Annotated[
        Percent | None,
        About("持股、收益或者表决的比例（%）", "Share, returns or votes (%)", sensitive=True),
    ] = None
    owner_control: Annotated[Short | None, About("实际控制的方式", "Way of control", sensitive=True)] = None
    owner_since_on: Annotated[Day | None, About("关系形成日期", "Owner since", sensitive=True)] = None


class Owners(Schema):
    """Either the promise of Order 3 art. 3, or every beneficial owner by its art. 6."""

    basis: Annotated[Literal["exempt", "listed"], About("备案方式", "How to file")]
    promised: Annotated[bool, About("承诺符合免于备案的条件", "Promise that the conditions are met")] = False
    listed: Annotated[
        tuple[Owner, ...], Field(max_length=50), About("受益所有人", "Beneficial owners", sensitive=False)
    ] = ()

    @classmethod
    def settled(cls, raw: Mapping[str, Any]) -> Mapping[str, Any]:
        """Who names the owners promises nothing, also where the promise was ticked before."""
        return {key: value for key, value in raw.items() if key != "promised" or raw.get("basis") != "listed"}
