"""How many duplicates the next edition of a licence has."""

from typing import Annotated

from registration.rules.form.values import About, Copies, Schema


class Duplicates(Schema):
    """Beside the one original."""

    copies: Annotated[Copies, About("副本数量", "Duplicates wanted")]
