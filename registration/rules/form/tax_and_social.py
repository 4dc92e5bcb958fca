"""Chapter three of the form: tax and social matters handled with the registration, and the extra fields of 2015."""

from typing import Annotated, Literal

from pydantic import Field

from registration.rules.form.persons import Contact
from registration.rules.form.values import About, Count, Day, Line, Month, Schema, Short


class Tax(Schema):
    officer: Annotated[Contact | None, About("办税人员", "Tax officer")] = None
    accounting_system: Annotated[
        Literal["enterprise", "small_enterprise", "other"], About("会计制度", "Accounting system")
    ] = "small_enterprise"
    accounting_method: Annotated[Literal["independent", "dependent"], About("核算方式", "Accounting method")] = (
        "independent"
    )
    vat_kind: Annotated[Literal["small", "general"], About("增值税纳税人类型", "VAT payer")] = "small"
    invoices: Annotated[
        tuple[Literal["e_ordinary", "e_special", "paper_ordinary", "paper_special"], ...],
        Field(max_length=4),
        About("申领的发票", "Invoices asked for"),
    ] = ()


class Social(Schema):
    headcount: Annotated[Count, About("从业人数", "Headcount")]
    insured_count: Annotated[Count | None, About("参保人数", "Insured")] = None
    start_month: Annotated[Month | None, About("参保起始月份", "First month insured")] = None
    handler: Annotated[Contact | None, About("社保专管员", "Social insurance officer")] = None


class Addons(Schema):
    """Every field is optional; selected items are sent to the agencies after the licence is issued."""

    seal: Annotated[bool, About("公章刻制", "Company seal")] = False
    bank: Annotated[bool, About("银行开户预约", "Bank appointment")] = False
    housing_fund: Annotated[bool, About("住房公积金登记", "Housing fund")] = False
    medical_insurance: Annotated[bool, About("医疗保险登记", "Medical insurance")] = False
    e_licence: Annotated[bool, About("电子营业执照", "Electronic licence")] = True
    postal_delivery: Annotated[bool, About("邮寄领取", "Delivery by post")] = False
    postal_address: Annotated[Line | None, About("收件地址", "Postal address", sensitive=True)] = None


class Five(Schema):
    """The fields of the quality, tax, insurance and statistics authorities on the form of 2015."""

    org_class: Annotated[
        Literal["enterprise_legal", "enterprise_other", "other"], About("机构类型", "Class of organization")
    ] = "enterprise_legal"
    econ_type: Annotated[
        Literal["110", "120", "130", "140", "150", "160", "170", "190"],
        About("经济类型", "Economic type (GB/T 12402)"),
    ] = "170"
    parent_unit: Annotated[Short | None, About("主管单位", "Parent unit")] = None
    supervising_body: Annotated[Short | None, About("行业主管部门", "Supervising body")] = None
    main_activities: Annotated[
        tuple[Short, ...], Field(min_length=1, max_length=3), About("主要业务活动", "Main activities")
    ]
    open_on: Annotated[Day, About("开业时间", "Opening day")]
    operating_state: Annotated[Literal["operating", "preparing", "paused"], About("运营状态", "State of operation")] = (
        "preparing"
    )
    accounting_standard: Annotated[
        Literal["enterprise", "small_enterprise", "other"], About("执行会计标准", "Accounting standard")
    ] = "small_enterprise"
    unit_kind: Annotated[Literal["legal", "activity"], About("单位类型", "Kind of unit")] = "legal"
