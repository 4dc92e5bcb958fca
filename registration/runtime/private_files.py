"""Files that hold personal data or keys: only the account that runs Heyi reads them, whatever its umask is."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

# What a process of Heyi makes is for its own account alone; set where the program begins (registration/cli).
UMASK = 0o077


def make_folder(folder: Path) -> None:
    """Makes the folder, and those above it that are missing, for this account alone."""
    for one in (*reversed(folder.parents), folder):
        if not one.is_dir():
            one.mkdir(mode=0o700, exist_ok=True)


def opener(path: str, flags: int) -> int:
    """For `open(..., opener=...)`: a new file is for this account alone."""
    return os.open(path, flags, 0o600)


def write(path: Path, content: bytes) -> None:
    """Writes a file and makes its folder: readers see the whole file or the one of before."""
    make_folder(path.parent)
    unfinished = path.with_name(f".{path.name}")
    with open(unfinished, "wb", opener=opener) as file:
        file.write(content)
    unfinished.rename(path)


def exposed(home: Path) -> Iterator[Path]:
    """What of the home, with everything below it, other accounts of this machine may read or change."""
    if _is_open(home):
        yield home
    for folder, folders, files in os.walk(home):
        yield from (path for name in (*folders, *files) if _is_open(path := Path(folder, name)))


def close(home: Path) -> None:
    """Removes the permissions of other accounts on the home folder and everything below it."""
    for path in list(exposed(home)):
        path.chmod(stat.S_IMODE(path.lstat().st_mode) & ~UMASK)


def _is_open(path: Path) -> bool:
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:
        # Another process has just taken it away.
        return False
    return not stat.S_ISLNK(mode) and bool(mode & UMASK)
