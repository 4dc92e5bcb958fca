"""How a company has reduced its registered capital: the resolution, and what its creditors were told.

Company Law 2023 art. 224; to cover losses only the notice is published, and creditors have no term (art. 225).
"""

from typing import Annotated, Literal

from registration.rules.form.values import About, Day, Schema


class Reduction(Schema):
    """`told_on`: the last day on which known creditors were told, for an ordinary reduction.

    `published_on` of a notice that is published `here` is set by the system.
    """

    way: Annotated[Literal["ordinary", "losses"], About("减资的方式", "Kind of reduction")] = "ordinary"
    resolved_on: Annotated[Day, About("作出减资决议的日期", "Day of the resolution")]
    told_on: Annotated[Day | None, About("通知债权人的日期", "Creditors told on")] = None
    where: Annotated[Literal["elsewhere", "here"], About("公告在哪里发布", "Where the notice is published")] = (
        "elsewhere"
    )
    published_on: Annotated[Day | None, About("公告的日期", "Notice published on")] = None
