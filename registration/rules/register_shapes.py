"""The shape of register.yaml, by which a matter is about a registered entity."""

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from registration.rules.folder_files import Closed
from registration.rules.matter_shapes import Key, Names, SaidRow
from registration.rules.reference import Said


class ItemRow(SaidRow):
    """What an applicant can choose in a matter on a registered entity. `for`: the types or families that have it (none:
    all); `sections` of the form are opened by it; `signers` are the capacities that sign it. `becomes`: the type that
    an entity of a type has after it; `capital`: whether the capital is then `higher` or `lower`; `deadline`: within how
    many days of the event it must be applied for; `shortens_terms` marks where terms of payment are shortened;
    `declares_void`: when it is submitted, the sheets in force are declared void; `majority`: what a
    meeting needs for it; `notices`: what an applicant can publish from the draft, by the kind of reduction.
    """

    hint: Said | None = None
    named: Names = Field(default=(), alias="for")
    sections: tuple[Key, ...] = ()
    signers: tuple[Key, ...] = ()
    becomes: Mapping[Key, Key] = {}
    capital: Literal["higher", "lower"] | None = None
    deadline: int | None = Field(default=None, gt=0)
    shortens_terms: bool = False
    declares_void: bool = False
    notices: Mapping[Key, Key] = {}
    majority: Literal["half", "two_thirds"] = "two_thirds"
    basis: Names = ()


class RegisterRows(Closed):
    """register.yaml of a matter on a registered entity.

    `for`: types or families (none: all); `states`: of the registration in which it can begin; `items`: what the
    applicant chooses from (none: nothing is chosen); `sections` and `signers`: those of every application.
    `edition`: whether its registration leads to another edition of the licence, where a printed item changed or always;
    `ends_as`: the state that it gives the registration, whose licence is void then. `notice`: the public notice that it
    publishes (reference/public_notices.yaml), but for the types or families in `unannounced`, whose application goes
    to the agencies alone; `meanwhile`: the state that the registration has from the notice until the case ends.
    `later`: sections that are filled in once the case is in a state; `clearances`: who must record a clearance before
    the decision, by the name under which agencies are shared with. `may_change`: the kinds of items of the register
    that it may change (guard `only_filed_items_change`).
    """

    named: Names = Field(default=(), alias="for")
    states: tuple[Key, ...] = ("active",)
    items: Mapping[Key, ItemRow] = {}
    sections: tuple[Key, ...] = ()
    signers: tuple[Key, ...] = ()
    edition: Literal["changed", "always", "never"] = "changed"
    ends_as: Key | None = None
    notice: Key | None = None
    unannounced: Names = ()
    meanwhile: Key | None = None
    later: Mapping[Key, tuple[Key, ...]] = {}
    clearances: Names = ()
    may_change: tuple[Literal["registered", "filed"], ...] = ("registered", "filed")
    basis: Names = ()
