"""A server of Latchkey as an operator starts it."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Iterator

REPOSITORY = Path(__file__).resolve().parents[3]


@dataclass(frozen=True)
class Server:
    """A running server, with what it has announced."""

    url: str
    owner_email: str
    owner_password: str
    api_key: str
    platform_key: str
    secrets: dict[str, Any]
    """What it keeps to sign and to hash with."""


def running_server(**settings: str) -> Iterator[Server]:
    """Starts a server on a free port with an embedded PostgreSQL, and ends it when it is not needed any more."""
    folder = Path(tempfile.mkdtemp(prefix="latchkey-python-"))
    # PostgreSQL refuses to run as root, and reads its data as another user then.
    folder.chmod(0o755)
    process = start(folder, settings)
    try:
        yield announced_by(process, folder)
    finally:
        process.terminate()
        process.communicate(timeout=60)
        shutil.rmtree(folder)


def start(folder: Path, settings: dict[str, str]) -> subprocess.Popen[str]:
    variables = {
        "PATH": os.environ["PATH"],
        "PORT": "0",
        "DATA_DIR": str(folder / "data"),
        "LOG_LEVEL": "error",
        "RATE_LIMIT_PER_MINUTE": "100000",
        "TRUSTED_PROXIES": "127.0.0.1",
        **settings,
    }
    return subprocess.Popen(
        ["node", REPOSITORY / "dist/src/main.js"],
        cwd=folder,
        env=variables,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    )


def announced_by(process: subprocess.Popen[str], folder: Path) -> Server:
    text = ""
    for line in cast("Iterator[str]", process.stdout):
        text += line
        if "Every call, described" in line:
            break
    listening = re.search(r"^latchkey listening on (\S+)$", text, re.MULTILINE)
    assert listening is not None, f"the server did not start:\n{text}"
    told = dict(re.findall(r"^([A-Z_]+)=(\S+)$", text, re.MULTILINE))
    return Server(
        url=listening[1],
        owner_email=told["OWNER_EMAIL"],
        owner_password=told["OWNER_PASSWORD"],
        api_key=told["API_KEY"],
        platform_key=told["PLATFORM_KEY"],
        secrets=json.loads((folder / "data/secrets.json").read_text()),
    )
