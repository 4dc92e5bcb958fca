"""The meeting that decided: of the shareholders of a company limited by shares, or of a co-operative's members.

Who fills it in has the minutes made by the system, to be signed by those who attended (Company Law 2023 art. 119; Law
on Farmers' Specialised Co-operatives art. 30); who leaves it out uploads the own ones.
"""

from typing import Annotated

from pydantic import Field

from registration.rules.form.values import About, Day, Key, Schema, Votes


class Meeting(Schema):
    """`attended`: the directors who were there, or the members. Votes are shares of a company, or votes of members."""

    held_on: Annotated[Day, About("会议日期", "Day of the meeting")]
    host: Annotated[Key, About("会议主持人", "Chair of the meeting")]
    attended: Annotated[
        tuple[Key, ...],
        Field(min_length=1, max_length=200),
        About("出席并在会议记录上签名的人", "Who attended and signs the minutes"),
    ]
    votes: Annotated[Votes, About("出席会议的表决权数", "Votes that were present")]
    in_favour: Annotated[Votes, About("同意的表决权数", "Votes in favour")]
