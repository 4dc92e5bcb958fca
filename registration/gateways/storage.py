"""Where documents lie: a folder, or a bucket of an S3-compatible service. What is put under a key never changes."""

import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Protocol
from uuid import uuid4

from registration.errors import NotFound, Unavailable
from registration.runtime import private_files
from registration.settings import Settings

if TYPE_CHECKING:
    from obstore.store import ObjectStore


# Puts at a time. A disk or a service that takes several together takes hardly longer than for one.
MOST_AT_ONCE = 8


class Storage(Protocol):
    """Keys look like paths (`licences/2026/ab12.pdf`); content is opaque.

    A store that cannot be reached or is full raises `Unavailable`, so that the work is tried again.
    """

    def put(self, key: str, content: bytes) -> bool:
        """Stores `content` permanently before it returns. False: the key exists, and its content is unchanged."""

    def get(self, key: str) -> bytes:
        """Raises `NotFound`."""

    def exists(self, key: str) -> bool: ...


def storage(settings: Settings) -> Storage:
    """The store that the settings choose."""
    return S3Storage(bucket_of(settings)) if settings.storage == "s3" else FolderStorage(settings.home / "files")


def put_all(store: Storage, files: Mapping[str, bytes]) -> None:
    """Stores all of them permanently before it returns, several at a time. Raises after the last the error of one."""
    with ThreadPoolExecutor(MOST_AT_ONCE) as threads:
        for _ in threads.map(store.put, files.keys(), files.values()):
            pass


class FolderStorage:
    """Files below one folder, for one machine or a shared file system."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()

    def put(self, key: str, content: bytes) -> bool:
        path = self._path(key)
        try:
            private_files.make_folder(path.parent)
            return _create(path, content)
        except OSError as full:
            raise Unavailable("storage", key=key) from full

    def get(self, key: str) -> bytes:
        try:
            return self._path(key).read_bytes()
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
            raise NotFound("file", key=key) from None
        except OSError as broken:
            raise Unavailable("storage", key=key) from broken

    def exists(self, key: str) -> bool:
        return self._path(key).is_file()

    def _path(self, key: str) -> Path:
        return self._folder / check_key(key)


class S3Storage:
    """Objects of one bucket. The service itself refuses the second writer of a key (`If-None-Match: *`)."""

    def __init__(self, store: "ObjectStore") -> None:
        self._store = store

    def put(self, key: str, content: bytes) -> bool:
        from obstore.exceptions import AlreadyExistsError, BaseError

        try:
            self._store.put(check_key(key), content, mode="create")
        except AlreadyExistsError:
            return False
        except (BaseError, OSError) as broken:
            raise Unavailable("storage", key=key) from broken
        return True

    def get(self, key: str) -> bytes:
        from obstore.exceptions import BaseError

        try:
            return bytes(self._store.get(check_key(key)).bytes())
        except FileNotFoundError:
            raise NotFound("file", key=key) from None
        except (BaseError, OSError) as broken:
            raise Unavailable("storage", key=key) from broken

    def exists(self, key: str) -> bool:
        from obstore.exceptions import BaseError

        try:
            self._store.head(check_key(key))
        except FileNotFoundError:
            return False
        except (BaseError, OSError) as broken:
            raise Unavailable("storage", key=key) from broken
        return True


def bucket_of(settings: Settings) -> "ObjectStore":
    """The configured bucket. Plain http is for a service on this machine; anything else should be https."""
    from obstore.store import S3Store

    return S3Store(
        settings.s3_bucket,
        endpoint=settings.s3_endpoint or None,
        region=settings.s3_region,
        access_key_id=settings.s3_access_key_id.get_secret_value(),
        secret_access_key=settings.s3_secret_access_key.get_secret_value(),
        client_options={"allow_http": settings.s3_endpoint.startswith("http://"), "timeout": "20s"},
        retry_config={"max_retries": 2},
    )


def check_key(key: str) -> str:
    """Keys are made by the program, never by a person; a strange one is a mistake and must not leave the folder."""
    parts = PurePosixPath(key).parts
    if not parts or key.startswith("/") or ".." in parts or "\\" in key or str(PurePosixPath(key)) != key:
        raise ValueError(f"not a storage key: {key!r}")
    return key


def _create(path: Path, content: bytes) -> bool:
    """A whole file or none, on the disk before it has its name; the name is given once."""
    temporary = path.with_name(f".{path.name}.{uuid4().hex}")
    try:
        with open(temporary, "xb", opener=private_files.opener) as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.link(temporary, path)
    except FileExistsError:
        return False
    finally:
        temporary.unlink(missing_ok=True)
    _sync_folder(path.parent)
    return True


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
