"""The parent of a branch, which applies for it, and the responsible person (Regulation arts. 8, 23)."""

from typing import Annotated, Literal

from registration.rules.form.persons import code_is_right, representative_is_right
from registration.rules.form.values import (
    About,
    Code,
    Copies,
    Email,
    FirmName,
    Key,
    LongText,
    Mobile,
    PersonName,
    Schema,
)

# The key of the parent among the parties who sign; those of the persons are p1, p2 ...
PARENT = "parent"
ParentType = Literal[
    "1110", "1130", "1140", "1151", "1152", "1153", "1190",
    "1212", "1213", "1219", "1222", "1223", "1229",
    "4531", "4532", "4533", "4540", "9100",
    "5110", "5130", "5140", "5150", "5210", "5230", "5410", "5420", "5430",
    "6110", "6130", "6140", "6150", "6170", "6210", "6230", "6250", "6410", "6420", "6430",
]  # fmt: skip


class Parent(Schema):
    """The enterprise or co-operative that establishes the branch; its representative signs for it.

    What the register of this deployment has of it is filled in from there. `type_code` is that of the SAMR list, and
    decides the branch's type; `scope` is the text on the parent's licence.
    """

    uscc: Annotated[Code, About("统一社会信用代码", "Unified social credit code", public=True)]
    name: Annotated[FirmName, About("名称", "Name", public=True)]
    type_code: Annotated[ParentType, About("类型", "Type", public=True)]
    representative: Annotated[PersonName, About("代表人", "Representative")]
    representative_id_no: Annotated[
        Code, About("代表人证件号码", "Document number of the representative", sensitive=True)
    ]
    mobile: Annotated[Mobile | None, About("代表人手机号码", "Mobile number of the representative", sensitive=True)] = (
        None
    )
    email: Annotated[Email | None, About("代表人电子邮箱", "E-mail of the representative", sensitive=True)] = None
    scope: Annotated[LongText | None, About("经营范围", "Business scope", public=True)] = None

    rules = (code_is_right, representative_is_right)


class Responsible(Schema):
    """The person responsible for the branch (负责人); the licence prints the name."""

    person: Annotated[Key, About("负责人", "Responsible person", public=True, printed=True)]
    copies: Annotated[Copies, About("副本数量", "Duplicates wanted")] = 1
