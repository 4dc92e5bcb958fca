"""Data for the agencies that share in a registration: a Protocol and the file drop that any agency can read."""

import json
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any, Protocol

from registration.errors import Unavailable
from registration.runtime import private_files
from registration.settings import Settings


class Agencies(Protocol):
    def push(self, agency: str, key: str, content: Mapping[str, Any]) -> str:
        """Hands `content` over under an idempotency key and returns the receipt. Raises `Unavailable`."""


def agencies(settings: Settings) -> Agencies:
    return FolderAgencies(settings.home / "agencies")


class FolderAgencies:
    """One folder an agency, one JSON file a push. The same key writes the same file, so a repeat changes nothing.

    The files hold personal data in the clear: only the account that runs Heyi may read them.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def push(self, agency: str, key: str, content: Mapping[str, Any]) -> str:
        data = json.dumps(content, ensure_ascii=False, sort_keys=True, indent=1).encode()
        path = self._folder / agency / f"{sha256(key.encode()).hexdigest()[:32]}.json"
        try:
            private_files.write(path, data)
        except OSError as broken:
            raise Unavailable("agency", agency=agency) from broken
        return f"received:{sha256(data).hexdigest()[:16]}"
