from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from server import REPOSITORY

from latchkey import AsyncLatchkey, Latchkey

SDK = REPOSITORY / "sdk/python"
GENERATED = ("models.py", "_resources.py", "_async_resources.py")


@pytest.fixture(scope="session")
def anew(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("generated")
    subprocess.run([sys.executable, SDK / "generate/generate.py", folder], check=True)
    return folder


@pytest.mark.parametrize("name", GENERATED)
def test_what_is_generated_is_what_npm_run_generate_python_makes_of_openapi_json(
    anew: Path, name: str
) -> None:
    committed = (SDK / "src/latchkey" / name).read_text()
    assert committed == (anew / name).read_text(), f"{name} is stale"


@pytest.mark.parametrize("client", [Latchkey, AsyncLatchkey])
def test_each_call_of_the_document_has_a_method(client: type[Latchkey | AsyncLatchkey]) -> None:
    document = json.loads((REPOSITORY / "openapi.json").read_text())
    asked_by_hand = {"checks", "authorize"}
    latchkey = client("http://latchkey.example")
    for operations in document["paths"].values():
        for operation in operations.values():
            noun, name = operation["operationId"].split("_", 1)
            if noun not in asked_by_hand and "302" not in operation["responses"]:
                assert callable(getattr(getattr(latchkey, snake(noun)), snake(name)))


def snake(name: str) -> str:
    return re.sub("[A-Z]", lambda capital: f"_{capital[0].lower()}", name.replace("oA", "oa"))
