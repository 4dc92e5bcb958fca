"""Why a file is not taken."""

from typing import Any


class Refused(Exception):
    """`code` and `data` of a message (registration/reference/messages.yaml)."""

    def __init__(self, code: str, **data: Any) -> None:
        self.code, self.data = code, data
        super().__init__(code)
