"""Registrars, accounts, sessions, stored answers to repeated requests, and audit lines."""

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, CheckConstraint, Column, ForeignKey, Index, Integer, UniqueConstraint, false, text
from sqlmodel import Field, SQLModel

from registration.models.columns import JsonDoc, UtcDateTime
from workflows.definition.values import CHINESE, ENGLISH


class Registrar(SQLModel, table=True):
    """A registration authority. `code` is the six digits in its USCCs; `regions` are those it serves.

    `declared_domicile`: it accepts an applicant's declaration as proof of a domicile.
    `definitions` maps a matter to the table that its new cases use here, if that is not the default.
    """

    code: str = Field(primary_key=True, max_length=6)
    name_zh: str
    name_en: str
    prefecture: str = Field(max_length=6, index=True)
    regions: list[str] = Field(sa_column=Column(JsonDoc, nullable=False))
    regime: str = "company_law_2024"
    approval: str = "one_person"
    declared_domicile: bool = Field(default=False, sa_column=Column(Boolean, nullable=False, server_default=false()))
    definitions: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JsonDoc, nullable=False))
    sample: bool = False

    @property
    def name(self) -> dict[str, str]:
        """The name by language."""
        return {CHINESE: self.name_zh, ENGLISH: self.name_en}


class Account(SQLModel, table=True):
    """An applicant (signs in by e-mail address or mobile number) or a member of staff (by number of the staff).

    `login` is the number, or `@` and the keyed hash of the address, or for an applicant without one `+` and that of
    the mobile; `mobile_login` is the latter for every applicant with a mobile. `email` and `mobile` are these, sealed.
    An applicant has at least one of them, staff that gets mail the first. See registration/keys/account_names.py.
    `consent_version` is the version of the privacy notice that the applicant agreed to.
    `password_given`: somebody else set the password, so that its owner must choose another one first.
    `password_hash` is empty for an applicant who signs in by a provider alone: no password opens the account.
    `notice_channel` is where notices go (rules/notice_preferences.py), `notices_off` has the kinds that are not sent.
    """

    __table_args__ = (CheckConstraint("kind in ('applicant', 'staff')", name="account_kind"),)

    id: int = Field(default=None, primary_key=True)
    ref: str = Field(unique=True)
    kind: str
    login: str = Field(unique=True)
    name: str
    password_hash: str
    password_given: bool = Field(default=False, sa_column=Column(Boolean, nullable=False, server_default=false()))
    roles: list[str] = Field(default_factory=list, sa_column=Column(JsonDoc, nullable=False))
    registrar_code: str | None = Field(default=None, foreign_key="registrar.code", index=True)
    agency: str | None = None
    email: str | None = None
    mobile: str | None = None
    mobile_login: str | None = Field(default=None, unique=True)
    locale: str = CHINESE
    notice_channel: str = Field(default="mail", sa_column_kwargs={"server_default": "mail"})
    notices_off: list[str] = Field(
        default_factory=list, sa_column=Column(JsonDoc, nullable=False, server_default=text("'[]'"))
    )
    consent_version: str | None = None
    consented_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    disabled_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    created_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))


class SignUp(SQLModel, table=True):
    """An account that is not one yet: its owner must still enter the code that was sent to the address.

    Only the hash of the browser's or program's `secret` is stored. The code is not stored: it is derived with a key.
    `tries` counts wrong codes, `mails` how often the code was sent. `email` is the address or mobile number, sealed.
    """

    __tablename__ = "sign_up"

    secret_hash: str = Field(primary_key=True, max_length=64)
    address_hash: str = Field(max_length=64, index=True)
    email: str
    name: str
    password_hash: str
    locale: str = CHINESE
    consent_version: str | None = None
    tries: int = 0
    mails: int = 0
    created_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False, index=True))
    expires_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))


class PasswordReset(SQLModel, table=True):
    """A request for a new password: the person who made it must enter the code that was sent to the address.

    The columns are those of `SignUp`. The row exists also for an address without an account.
    """

    __tablename__ = "password_reset"

    secret_hash: str = Field(primary_key=True, max_length=64)
    address_hash: str = Field(max_length=64, index=True)
    email: str
    locale: str = CHINESE
    tries: int = 0
    mails: int = 0
    created_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False, index=True))
    expires_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))


class AddressChange(SQLModel, table=True):
    """A request to add or change an address of an account: its owner must enter the code that was sent there.

    The columns are those of `SignUp`. The row exists also for an address that belongs to another account.
    """

    __tablename__ = "address_change"

    secret_hash: str = Field(primary_key=True, max_length=64)
    account_id: int = Field(sa_column=Column(Integer, ForeignKey("account.id"), nullable=False, index=True))
    address_hash: str = Field(max_length=64, index=True)
    email: str
    locale: str = CHINESE
    tries: int = 0
    mails: int = 0
    created_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False, index=True))
    expires_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))


class SignIn(SQLModel, table=True):
    """A session: a browser's or a program's. Only the hash of its secret is kept; signing out deletes the row.

    `confirmed_at` is when the owner last showed in it who they are: by the password, or anew at a provider.
    `provider` is the key of the provider that identified the person in it, at that time and with this level of
    assurance; the name that it stated is sealed, the document number a keyed hash.
    """

    __tablename__ = "sign_in"

    secret_hash: str = Field(primary_key=True, max_length=64)
    account_id: int = Field(sa_column=Column(Integer, ForeignKey("account.id"), nullable=False, index=True))
    kind: str = "web"
    agent: str = ""
    created_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    seen_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    expires_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    confirmed_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    provider: str | None = None
    level: str | None = None
    identified_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    stated_name: str | None = None
    document_hash: str | None = Field(default=None, max_length=64)


class IdentityLink(SQLModel, table=True):
    """An identity at a provider (OpenID Connect issuer and subject) that opens an account.

    `subject_hash` is keyed and made of issuer and subject, because the subject can be a document number. `level` is the
    level of assurance of the last sign-in; None where the provider stated none that is known. An account is one
    person's, so it has one identity at each issuer.
    """

    __tablename__ = "identity_link"
    __table_args__ = (UniqueConstraint("account_id", "issuer", name="one_identity_at_an_issuer"),)

    id: int = Field(default=None, primary_key=True)
    ref: str = Field(unique=True)
    account_id: int = Field(sa_column=Column(Integer, ForeignKey("account.id"), nullable=False, index=True))
    provider: str
    issuer: str
    subject_hash: str = Field(max_length=64, unique=True)
    level: str | None = None
    linked_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    used_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))


class ProviderVisit(SQLModel, table=True):
    """A browser that is at a provider, or back from it with an identity that has no account yet. Used once.

    Only hashes of the state and of the browser's secret are kept. `sealed` has, encrypted, what is needed afterwards:
    nonce and verifier, the way onward, what was typed, and later what the provider stated.
    """

    __tablename__ = "provider_visit"

    secret_hash: str = Field(primary_key=True, max_length=64)
    browser_hash: str = Field(max_length=64)
    provider: str
    purpose: str
    account_id: int | None = None
    session_id: str = ""
    sealed: str
    created_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False, index=True))
    expires_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))


class SignInTry(SQLModel, table=True):
    """How often a login was tried from one source (a known device, or an address), both as keyed hashes."""

    __tablename__ = "sign_in_try"

    login_hash: str = Field(primary_key=True, max_length=64)
    source_hash: str = Field(primary_key=True, max_length=64)
    tries: int = 0
    wait_until: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    tried_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False, index=True))


class IdempotencyKey(SQLModel, table=True):
    """The answer once given to a POST; the same key from the same actor gets it again.

    Until there is one, `owner` names the request that works on it, and `until` is the end of its lease.
    """

    __tablename__ = "idempotency_key"

    actor: str = Field(primary_key=True)
    key: str = Field(primary_key=True, max_length=255)
    request_hash: str
    status: int | None = None
    response: dict[str, Any] | None = Field(default=None, sa_column=Column(JsonDoc))
    owner: str | None = Field(default=None, max_length=32)
    until: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    created_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False, index=True))


class AuditEntry(SQLModel, table=True):
    """Sign-ins, looks at sensitive data, changes of accounts: time, subject, object, result."""

    __tablename__ = "audit_entry"
    __table_args__ = (Index("audit_entry_subject", "subject", "at"),)

    id: int = Field(default=None, primary_key=True)
    at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False, index=True))
    subject: str
    tag: str
    result: str = "done"
    data: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JsonDoc, nullable=False))
