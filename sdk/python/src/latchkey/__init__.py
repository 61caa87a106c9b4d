"""Latchkey's API for Python."""

from ._asking import AuthorizedCaller
from ._clients import AsyncLatchkey, Latchkey
from ._errors import LatchkeyError, LatchkeyUnreachable
from ._pages import Page

__all__ = [
    "AsyncLatchkey",
    "AuthorizedCaller",
    "Latchkey",
    "LatchkeyError",
    "LatchkeyUnreachable",
    "Page",
]
