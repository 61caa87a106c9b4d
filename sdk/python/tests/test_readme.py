from __future__ import annotations

import re
from typing import Any

import httpx
import pytest
from app import serving
from server import REPOSITORY, Server

from latchkey import Latchkey


def program(number: int, server: Server) -> dict[str, Any]:
    """What a program of the README leaves behind, run as it stands but for the address."""
    text = (REPOSITORY / "sdk/python/README.md").read_text()
    source = re.findall(r"```python\n(.+?)```", text, re.DOTALL)[number]
    assert "http://127.0.0.1:3000" in source
    names: dict[str, Any] = {}
    exec(source.replace("http://127.0.0.1:3000", server.url), names)  # noqa: S102 - our own
    return names


def test_the_program_that_manages_says_what_it_made_and_what_was_refused(
    server: Server, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("API_KEY", server.api_key)
    names = program(0, server)
    names["latchkey"].close()
    told = capsys.readouterr().out.splitlines()
    assert told[0] == f"{names['key']['id']} {names['key']['prefix']}"
    missing = "({'product': 'uptime', 'access': 'read_write'},)"
    assert told[-1] == f"403 insufficient_permissions {missing}"


def test_the_app_that_is_protected_lets_in_whom_latchkey_lets_in(
    server: Server, owner: Latchkey
) -> None:
    project = owner.projects.create(name="Guarded")
    secret = owner.api_keys.create(name="Reader", project_id=project["id"])["secret"]
    names = program(1, server)
    with serving(names["app"], names["guard"]) as url, httpx.Client(base_url=url) as visitor:
        assert visitor.get("/monitors").status_code == 401
        answer = visitor.get("/monitors", headers={"Authorization": f"Bearer {secret}"})
    assert answer.json() == {"project": project["id"]}
