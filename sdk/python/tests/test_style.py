from __future__ import annotations

import re
import subprocess
import sys

import pytest
from server import REPOSITORY


@pytest.mark.parametrize(
    "command",
    ["ruff check", "ruff format --check", "mypy src tests", "mypy generate/generate.py"],
)
def test_the_sources_pass(command: str) -> None:
    checked = subprocess.run(
        [sys.executable, "-m", *command.split()],
        cwd=REPOSITORY / "sdk/python",
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_programs_that_use_the_package_are_checked_by_its_types() -> None:
    program = """
from latchkey import Latchkey
latchkey = Latchkey("https://auth.example.com")
latchkey.api_keys.create(name="CI", scope="everything")
latchkey.api_keys.create()
for key in latchkey.api_keys.all(status="active"):
    key["secret"]
    key["name"].upper()
"""
    checked = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "-c", program],
        capture_output=True,
        text=True,
        check=False,
    )
    mistakes = re.findall(r"^<string>:(\d+): error: .*\[(.+)\]$", checked.stdout, re.MULTILINE)
    assert mistakes == [("4", "arg-type"), ("5", "call-arg"), ("7", "typeddict-item")]
