"""The tables, one file a family: columns and constraints, no behaviour."""

from registration.models.accounts import (
    Account,
    AddressChange,
    AuditEntry,
    IdempotencyKey,
    IdentityLink,
    PasswordReset,
    ProviderVisit,
    Registrar,
    SignIn,
    SignInTry,
    SignUp,
)
from registration.models.applications import (
    Application,
    HistoryEntry,
    IdentityIndex,
    Material,
    MisuseReport,
    Notice,
    NoticeItem,
    Part,
    Party,
    Revision,
    SignedContent,
)
from registration.models.barred import BarredLoad, BarredPerson
from registration.models.calendar import CalendarDay, CalendarYear
from registration.models.correspondence import CaseMessage, CaseMessageFile
from registration.models.definition_checksums import DefinitionChecksum
from registration.models.desk import DeskCount, DeskCountChange, SavedView, SearchKey
from registration.models.examination import CaseNote, CheckOverride, DelayedDecision, ReviewMark
from registration.models.exchange import ExchangeDay, ExchangeDelivery, ExchangeMessage, ExchangePeer
from registration.models.feedback import Feedback
from registration.models.govstack import ExternalApplication, StagedDocument
from registration.models.holding import Absence, HolderNotice, OpenFile
from registration.models.ledger import LicenceEvent, LicenceProposal, LogHead, LogLeaf, LogNode
from registration.models.moves import DefinitionChange, DefinitionChangeCase, DefinitionMove, MovedCase
from registration.models.name_imports import NameImport, NameImportPart
from registration.models.name_words import OwnNameWords
from registration.models.objections import Objection, ObjectionItem
from registration.models.open_data import OpenDataExtract, OpenDataPart
from registration.models.outbox import Lease, Message
from registration.models.phrases import OwnPhrase
from registration.models.promises import PromiseAlert
from registration.models.public_notices import Clearance, CreditorClaim, NoticeObjection, PublicNotice, Restraint
from registration.models.push import PushSubscription
from registration.models.receipts import AgencyReceipt, ReceiptObjection
from registration.models.register import (
    CapitalTerm,
    Entity,
    EntityAccount,
    EntityCase,
    EntityFact,
    EntityForm,
    EntityKey,
    EntityLock,
    EntityOffice,
    IssuedNumber,
    Licence,
    LicenceCheck,
    NameKey,
    NumberPool,
    Paper,
    RegisteredName,
)
from registration.models.registrar_profiles import RegistrarProfile
from registration.models.roots import DayHead, DayRoot
from registration.models.setting_changes import SettingChange
from registration.models.staff import StaffChange
from registration.models.straight_through import DecisionAttempt, SampleAudit, StraightThroughChange
from registration.models.supervision import SupervisionOrder
from registration.models.verification import Verification, VerificationFault
from registration.models.voices import PublishedVoice, Voice, VoiceEntry
from registration.models.webhooks import EventCursor, Webhook, WebhookDelivery

__all__ = [
    "Absence",
    "Account",
    "AddressChange",
    "AgencyReceipt",
    "Application",
    "AuditEntry",
    "BarredLoad",
    "BarredPerson",
    "CalendarDay",
    "CalendarYear",
    "CapitalTerm",
    "CaseMessage",
    "CaseMessageFile",
    "CaseNote",
    "CheckOverride",
    "Clearance",
    "CreditorClaim",
    "DayHead",
    "DayRoot",
    "DecisionAttempt",
    "DefinitionChange",
    "DefinitionChangeCase",
    "DefinitionChecksum",
    "DefinitionMove",
    "DelayedDecision",
    "DeskCount",
    "DeskCountChange",
    "Entity",
    "EntityAccount",
    "EntityCase",
    "EntityFact",
    "EntityForm",
    "EntityKey",
    "EntityLock",
    "EntityOffice",
    "EventCursor",
    "ExchangeDay",
    "ExchangeDelivery",
    "ExchangeMessage",
    "ExchangePeer",
    "ExternalApplication",
    "Feedback",
    "HistoryEntry",
    "HolderNotice",
    "IdempotencyKey",
    "IdentityIndex",
    "IdentityLink",
    "IssuedNumber",
    "Lease",
    "Licence",
    "LicenceCheck",
    "LicenceEvent",
    "LicenceProposal",
    "LogHead",
    "LogLeaf",
    "LogNode",
    "Material",
    "Message",
    "MisuseReport",
    "MovedCase",
    "NameImport",
    "NameImportPart",
    "NameKey",
    "Notice",
    "NoticeItem",
    "NoticeObjection",
    "NumberPool",
    "Objection",
    "ObjectionItem",
    "OpenDataExtract",
    "OpenDataPart",
    "OpenFile",
    "OwnNameWords",
    "OwnPhrase",
    "Paper",
    "Part",
    "Party",
    "PasswordReset",
    "PromiseAlert",
    "ProviderVisit",
    "PublicNotice",
    "PublishedVoice",
    "PushSubscription",
    "ReceiptObjection",
    "RegisteredName",
    "Registrar",
    "RegistrarProfile",
    "Restraint",
    "ReviewMark",
    "Revision",
    "SampleAudit",
    "SavedView",
    "SearchKey",
    "SettingChange",
    "SignIn",
    "SignInTry",
    "SignUp",
    "SignedContent",
    "StaffChange",
    "StagedDocument",
    "StraightThroughChange",
    "SupervisionOrder",
    "Verification",
    "VerificationFault",
    "Voice",
    "VoiceEntry",
    "Webhook",
    "WebhookDelivery",
]
