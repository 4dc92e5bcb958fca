"""The environment of the peers, which are never dependencies of Heyi."""

import subprocess
import sys
import venv
from hashlib import sha256
from pathlib import Path

HERE = Path(__file__).resolve().parent


def peers_python() -> Path:
    """The interpreter of bench/.venv, which is created on first use and again when the requirements change."""
    folder, requirements = HERE / ".venv", HERE / "requirements.txt"
    python, stamp = folder / "bin" / "python", folder / "requirements.sha256"
    wanted = sha256(requirements.read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return python
    venv.create(folder, with_pip=True)
    (folder / ".gitignore").write_text("*\n", encoding="utf-8")
    install = [str(python), "-m", "pip", "install", "-q", "--disable-pip-version-check", "-r", str(requirements)]
    subprocess.run(install, check=True, stdout=sys.stderr)
    stamp.write_text(wanted, encoding="utf-8")
    return python
