"""What an enterprise with an investor from abroad says beside the rest: the negative list, who receives legal papers.

Foreign Investment Law art. 28 and its Implementing Regulation arts. 33-35; Regulation art. 9(7).
"""

from typing import Annotated, Literal

from registration.rules.form.values import About, Line, Phone, Schema, Street


class Foreign(Schema):
    """`field`: whether the business is in a field of the negative list. One recipient serves all from abroad."""

    field: Annotated[
        Literal["open", "restricted"],
        About("与外商投资准入负面清单的关系", "The negative list for foreign investment"),
    ]
    declared: Annotated[
        bool,
        About(
            "声明不投资负面清单禁止的领域，限制的领域符合规定的条件",
            "The investment is in no prohibited field, and meets the conditions in a restricted one",
        ),
    ] = False
    recipient: Annotated[Line, About("境内法律文件送达接受人", "Recipient of legal papers in China")]
    recipient_address: Annotated[Street, About("送达接受人的地址", "Address of the recipient", sensitive=True)]
    recipient_phone: Annotated[Phone, About("送达接受人的电话", "Telephone of the recipient", sensitive=True)]
