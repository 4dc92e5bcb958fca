"""What an application about a registered entity is to change: the choice of the applicant."""

from typing import Annotated

from pydantic import Field

from registration.rules.form.values import About, Day, ItemKey, Schema


class Chosen(Schema):
    """`matter` is the application's own; `items` are keys of its register.yaml, none where nothing is chosen;
    `event_on` is the day on which what is applied for came about, from which the limit counts."""

    matter: Annotated[ItemKey, About("事项", "Matter")]
    items: Annotated[tuple[ItemKey, ...], Field(max_length=30), About("变更或者备案的项目", "Items")] = ()
    event_on: Annotated[Day | None, About("事项发生的日期", "Day of the event")] = None
