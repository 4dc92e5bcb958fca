"""The tables, one file a family: columns and constraints, no behaviour."""

from registration.models.accounts import Account, AuditEntry, IdempotencyKey, Registrar, SignIn
from registration.models.applications import (
    Application,
    HistoryEntry,
    IdentityIndex,
    Material,
    Notice,
    NoticeItem,
    Part,
    Party,
    Revision,
)
from registration.models.moves import DefinitionMove, MovedCase
from registration.models.outbox import Lease, Message
from registration.models.pins import DefinitionPin
from registration.models.register import (
    Entity,
    IssuedNumber,
    Licence,
    LicenceCheck,
    NameKey,
    NumberPool,
    Paper,
    RegisteredName,
)

__all__ = [
    "Account",
    "Application",
    "AuditEntry",
    "DefinitionMove",
    "DefinitionPin",
    "Entity",
    "HistoryEntry",
    "IdempotencyKey",
    "IdentityIndex",
    "IssuedNumber",
    "Lease",
    "Licence",
    "LicenceCheck",
    "Material",
    "Message",
    "MovedCase",
    "NameKey",
    "Notice",
    "NoticeItem",
    "NumberPool",
    "Paper",
    "Part",
    "Party",
    "RegisteredName",
    "Registrar",
    "Revision",
    "SignIn",
]
