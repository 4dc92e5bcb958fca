"""The shapes of a request that overrides an automatic check."""

from pydantic import Field

from registration.api.v1.shapes import CasePath, Given
from registration.api.v1.values import Name, Reason


class CheckPath(CasePath):
    check: Name = Field(description="The key of one of the application's `checks`")


class OverrideReason(Given):
    reason: Reason
