"""The shapes of the API for accounts, codes and tokens."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field, StringConstraints

from registration.api.v1.shapes import Given
from registration.api.v1.values import Language, Line, Shown, Text
from registration.rules.email_address import DESCRIBED, LONGEST
from registration.rules.notice_preferences import CHANNELS, notice_kinds
from registration.rules.privacy_notice import notice_version
from workflows.definition.values import CHINESE

# An e-mail address or a mobile number, which more spellings are accepted of than are described.
AccountAddress = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=LONGEST),
    Shown({"pattern": f"{DESCRIBED}|^1[3-9][0-9]{{9}}$"}),
]
Password = Annotated[str, StringConstraints(max_length=1000)]


class SignUp(Given):
    email: AccountAddress = Field(description="An e-mail address, or a mobile number where text messages are sent")
    password: Password
    name: Text
    consent: Annotated[Line, Shown({"pattern": f"^{notice_version()}$"})] = Field(
        description="The version of the privacy notice (/privacy) that the person has agreed to"
    )
    locale: Language = CHINESE


class SignUpBegun(BaseModel):
    """`secret` goes with the code into the next request; the code is in the message."""

    secret: str
    code_expires_at: datetime


class SignUpSecret(Given):
    secret: Line


class SignUpCode(SignUpSecret):
    code: Annotated[Line, Shown({"pattern": "^[0-9]{6}$"})] = Field(description="The six digits of the message")


class PasswordForgotten(Given):
    email: AccountAddress
    locale: Language = CHINESE


class NewPassword(SignUpCode):
    password: Password


class NewAddress(Given):
    address: AccountAddress = Field(description="A new e-mail address or mobile number of the account")
    password: Password = Field(description="The present password of the account")


class AddressRemoval(Given):
    kind: Literal["email", "mobile"]
    password: Password = Field(description="The present password of the account")


class Credentials(Given):
    login: Line = Field(description="An e-mail address, a mobile number, or the number of a member of staff")
    password: Password


class Notices(Given):
    """`off` are the kinds that are not sent; what the law requires to be served is in no kind."""

    channel: Annotated[str, Shown({"enum": [*CHANNELS]})]
    off: list[Annotated[str, Shown({"enum": [*notice_kinds()]})]]


class Account(BaseModel):
    kind: Literal["applicant", "staff"]
    login: str
    email: str | None
    mobile: str | None
    notices: Notices
    name: str
    roles: list[str]
    registrar: str | None
    agency: str | None


class Token(BaseModel):
    """`token` goes into `Authorization: Bearer <token>`; it is shown once and kept here as a hash only."""

    token: str
    expires_at: datetime
    account: Account
