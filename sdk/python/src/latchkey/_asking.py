"""Asking whether somebody else's call may pass: by their own token, or by a platform key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias, cast, get_args

import httpx

from ._answers import refusal_of
from ._calls import Call, Settings, well_formed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .models import CheckToken


Access: TypeAlias = Literal["read", "read_write"]
MemberType: TypeAlias = Literal["human", "service_account"]


@dataclass(frozen=True, kw_only=True, slots=True)
class AuthorizedCaller:
    """Who calls and how far they reach, as Latchkey's `X-Auth-…` headers say."""

    organization_id: str | None
    """None for a platform key, which belongs to no organization."""
    project_id: str | None
    """The project that the call is about; None when it is about none."""
    member_id: str | None
    """Whoever the credential belongs to; None for a platform key."""
    member_type: MemberType | None
    credential_id: str
    """The API key, session or OAuth client that was used."""
    access: Access
    """All the access there is to the product here, not only what was asked for."""


def question(
    product: str,
    access: Access | None,
    headers: httpx.Headers,
    project_id: str | None = None,
) -> Call:
    """The question by the caller's own token, which stands in the headers like their choice of a project."""
    return Call(
        method="GET",
        path="/v1/authorize",
        query={"product": product, "access": access, "project_id": project_id},
        headers=headers,
        open=True,
        # The limit is the caller's, who is told of it.
        waits_for_limit=False,
    )


def headers_of_caller(
    settings: Settings,
    token: str,
    project_id: str | None,
    project_slug: str | None,
    ip: str | None,
) -> httpx.Headers:
    """What a caller sends to be let in."""
    headers = httpx.Headers({"Authorization": f"Bearer {well_formed(token)}"})
    if ip is not None:
        headers["X-Forwarded-For"] = ip
    headers.update(settings.project_headers(project_id, project_slug))
    return headers


def caller_in(response: httpx.Response) -> AuthorizedCaller:
    """The caller that a yes names.

    Raises LatchkeyError when the answer is none of Latchkey's: whatever is not clearly a yes is a no.
    """

    def told(name: str) -> str | None:
        return response.headers.get(f"X-Auth-{name}") or None

    credential_id, access = told("Credential-Id"), told("Access")
    if response.status_code != 200 or credential_id is None or access not in get_args(Access):
        raise refusal_of(response)
    return AuthorizedCaller(
        organization_id=told("Organization-Id"),
        project_id=told("Project-Id"),
        member_id=told("Member-Id"),
        member_type=cast("MemberType | None", told("Member-Type")),
        credential_id=credential_id,
        access=cast("Access", access),
    )


def check(asked: CheckToken) -> Call:
    """The check of a token by a platform key."""
    return Call(method="POST", path="/v1/keys/verify", body=asked, harmless=True)


def checks(asked: Iterable[CheckToken]) -> Call:
    """The check of up to 100 tokens together."""
    body = {"checks": list(asked)}
    return Call(method="POST", path="/v1/keys/verify/batch", body=body, harmless=True)
