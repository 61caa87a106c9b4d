"""Calls as the methods of the clients describe them, and the requests that they become."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, TypedDict
from urllib.parse import quote
from uuid import uuid4

import httpx

if TYPE_CHECKING:
    from collections.abc import Mapping

_USER_AGENT = f"latchkey-python/{version('latchkey')}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """A call to Latchkey."""

    method: str
    path: str
    query: Mapping[str, Any] = field(default_factory=dict)
    """What is None is left out."""
    body: Mapping[str, Any] | None = field(default=None, repr=False)
    """Sent as JSON."""
    form: Mapping[str, Any] | None = field(default=None, repr=False)
    """Sent as a form, which may hold a client's own credential."""
    headers: httpx.Headers = field(default_factory=httpx.Headers, repr=False)
    keyed: bool = False
    """Whether the call takes an `Idempotency-Key`."""
    idempotency_key: str | None = None
    harmless: bool = False
    """Whether the call changes nothing, so that it may arrive twice."""
    open: bool = False
    """Whether the call takes no credential of this client's."""
    waits_for_limit: bool = True
    """Whether to wait for the limit to let the call in, rather than to hand its refusal back."""

    @property
    def repeatable(self) -> bool:
        """Whether the call has the same effect when it arrives twice."""
        # A change with PATCH could undo what somebody else has changed in between.
        return self.keyed or self.harmless or self.method not in {"POST", "PATCH"}

    @property
    def takes_token(self) -> bool:
        """Whether the client's own token goes with the call."""
        return not self.open and not (self.form is not None and "client_id" in self.form)


class Options(TypedDict, total=False):
    """How calls are made."""

    project_id: str | None
    """The project that calls are about, where the credential does not say so."""
    project_slug: str | None
    """The same by its slug."""
    timeout: float
    """How many seconds to wait for an answer, retries and pauses included: 30 unless it is given."""
    max_retries: int
    """How often a call that may be repeated is sent again at most: 2 unless it is given."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """Where Latchkey is, and how it is asked."""

    url: str
    """Without a slash at its end."""
    project_header_brand: str | None
    project_id: str | None = None
    project_slug: str | None = None
    timeout: float = 30.0
    max_retries: int = 2

    def project_headers(self, project_id: str | None, project_slug: str | None) -> dict[str, str]:
        """The headers that select a project."""
        brand = self.project_header_brand
        name = "X-Project" if brand is None else f"X-{brand}-Project"
        chosen = {f"{name}-Id": project_id, f"{name}-Slug": project_slug}
        return {name: value for name, value in chosen.items() if value is not None}


def request_of(call: Call, settings: Settings, token: str | None) -> httpx.Request:
    """The request that a call becomes. Its Idempotency-Key is one for all the times that it is sent."""
    headers = httpx.Headers({"Accept": "application/json", "User-Agent": _USER_AGENT})
    headers.update(call.headers)
    if call.keyed:
        key = call.idempotency_key
        headers["Idempotency-Key"] = str(uuid4()) if key is None else key
    if token is not None:
        headers["Authorization"] = f"Bearer {well_formed(token)}"
    if call.takes_token:
        headers.update(settings.project_headers(settings.project_id, settings.project_slug))
    return httpx.Request(
        call.method,
        settings.url + call.path,
        params={name: value for name, value in call.query.items() if value is not None},
        headers=headers,
        json=call.body,
        data=call.form,
    )


def well_formed(token: str) -> str:
    """A token that can stand in a header.

    Raises ValueError for what cannot, without showing it.
    """
    if not re.fullmatch(r"[\x21-\x7e]+", token):
        raise ValueError("the token is empty or holds characters that no token has")
    return token


def segment(value: str) -> str:
    """A value that stays one segment of a path.

    Raises ValueError for one that would lead to another path: an empty one, `.` and `..`.
    """
    if value in {"", ".", ".."}:
        raise ValueError("an id is missing")
    return quote(value, safe="")


def base_of(url: str) -> str:
    """The address that paths are added to.

    Raises ValueError without telling what was given, which may hold a password.
    """
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL:
        parsed = httpx.URL("")
    plain = not (parsed.userinfo or parsed.query or parsed.fragment)
    if parsed.scheme not in {"http", "https"} or not parsed.host or not plain:
        raise ValueError("the url of Latchkey must be http(s)://host[:port][/path] and no more")
    return str(parsed).rstrip("/")
