"""Verifying access tokens without a call for each of them: `pip install latchkey[jwt]`."""

from __future__ import annotations

import asyncio
import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeAlias

import jwt

if TYPE_CHECKING:
    from ._clients import AsyncLatchkey, Latchkey
    from .models import KeySet

MAX_AGE_SECONDS = 600
"""After which the published keys are fetched again, so that one that was withdrawn is forgotten."""

COOLDOWN_SECONDS = 30
"""How long a token that names an unknown key does not have the keys fetched once more."""

_ALGORITHMS = ("EdDSA", "RS256")


@dataclass(frozen=True, kw_only=True, slots=True)
class SessionToken:
    """The access token of somebody who has signed in."""

    user_id: str
    session_id: str
    expires_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class ClientToken:
    """The access token of an OAuth client."""

    client_id: str
    token_id: str
    scope: tuple[str, ...]
    """The words of the token's scope, such as `uptime:read`."""
    expires_at: datetime


TokenSubject: TypeAlias = SessionToken | ClientToken
"""Who a genuine access token was made for. It does not say what they may do: ask Latchkey for that."""


class JwtVerifier:
    """Verifies access tokens (RFC 9068) with the published keys.

    It **cannot see** that a token was revoked, a session ended, or a member deactivated, demoted or refused by an address
    list: a token stays good here until it expires. It neither counts against the limit nor stands in the audit log. Take it
    where that is good enough, such as to choose a shard; to let calls in, take `authorize`, `verify` or the guard. API keys
    are no JWTs. Threads may share it.
    """

    def __init__(self, latchkey: Latchkey, *, issuer: str | None = None) -> None:
        """`issuer` is Latchkey's `PUBLIC_URL` to the letter, where the client calls it by another address."""
        self._latchkey = latchkey
        self._issuer = latchkey.url if issuer is None else issuer
        self._keys = _Keys()
        self._lock = threading.Lock()

    def verify(self, token: str) -> TokenSubject | None:
        """Whom a token was made for; None when it is none of Latchkey's or not in force.

        Algorithm, type, issuer and audience are pinned (RFC 8725, section 3).

        Raises LatchkeyUnreachable or LatchkeyError when the keys cannot be fetched.
        """
        kid = _kid_of(token)
        if kid is None:
            return None
        # Nobody whose key is known waits for another's to be fetched.
        if self._keys.is_to_be_fetched(kid):
            with self._lock:
                if self._keys.is_to_be_fetched(kid):
                    self._keys = _Keys.of(self._latchkey.discovery.keys())
        return _subject_of(token, self._keys.get(kid), self._issuer)


class AsyncJwtVerifier:
    """What `JwtVerifier` is, for asyncio."""

    def __init__(self, latchkey: AsyncLatchkey, *, issuer: str | None = None) -> None:
        """`issuer` is Latchkey's `PUBLIC_URL` to the letter, where the client calls it by another address."""
        self._latchkey = latchkey
        self._issuer = latchkey.url if issuer is None else issuer
        self._keys = _Keys()
        self._lock = asyncio.Lock()

    async def verify(self, token: str) -> TokenSubject | None:
        """Whom a token was made for: see `JwtVerifier.verify`."""
        kid = _kid_of(token)
        if kid is None:
            return None
        if self._keys.is_to_be_fetched(kid):
            async with self._lock:
                if self._keys.is_to_be_fetched(kid):
                    self._keys = _Keys.of(await self._latchkey.discovery.keys())
        return _subject_of(token, self._keys.get(kid), self._issuer)


@dataclass(frozen=True)
class _Keys:
    """The published keys, as they were when they were fetched."""

    by_id: dict[str, jwt.PyJWK] = field(default_factory=dict)
    fetched_at: float = float("-inf")

    @classmethod
    def of(cls, published: KeySet) -> _Keys:
        keys = (jwt.PyJWK({**key}) for key in published["keys"] if key["alg"] in _ALGORITHMS)
        return cls({key.key_id: key for key in keys if key.key_id is not None}, time.monotonic())

    def get(self, kid: str) -> jwt.PyJWK | None:
        return self.by_id.get(kid)

    def is_to_be_fetched(self, kid: str) -> bool:
        age = time.monotonic() - self.fetched_at
        return age > (MAX_AGE_SECONDS if kid in self.by_id else COOLDOWN_SECONDS)


def _kid_of(token: str) -> str | None:
    """The key that a token names; None for what is no access token."""
    try:
        header = jwt.get_unverified_header(token)
    # The latter: a text that no bytes stand for.
    except (jwt.InvalidTokenError, ValueError):
        return None
    kid = header.get("kid")
    # RFC 9068, section 4: with or without what RFC 7515, section 4.1.9, has left out.
    typ = str(header.get("typ")).lower().removeprefix("application/")
    is_ours = typ == "at+jwt" and header.get("alg") in _ALGORITHMS
    return kid if is_ours and isinstance(kid, str) else None


def _subject_of(token: str, key: jwt.PyJWK | None, issuer: str) -> TokenSubject | None:
    if key is None:
        return None
    try:
        claims = jwt.decode(
            token,
            key,
            # Each key is good for its own algorithm only (RFC 8725, section 3.1).
            algorithms=[key.algorithm_name],
            issuer=issuer,
            audience=issuer,
            # When it was issued is told by Latchkey's clock, which may be a moment ahead of this one.
            options={"require": ["exp", "iat", "sub", "aud", "iss"], "verify_iat": False},
        )
        return _named_in(claims)
    # The latter two: an end that no calendar has.
    except (jwt.InvalidTokenError, OverflowError, ValueError):
        return None


def _named_in(claims: dict[str, Any]) -> TokenSubject | None:
    """A token speaks for a session or for a client, never for both (RFC 8725, section 3.12)."""
    sub, sid, client_id = claims["sub"], claims.get("sid"), claims.get("client_id")
    expires_at = datetime.fromtimestamp(claims["exp"], UTC)
    if isinstance(sid, str) and client_id is None:
        return SessionToken(user_id=sub, session_id=sid, expires_at=expires_at)
    jti, scope = claims.get("jti"), claims.get("scope", "")
    if sid is not None or client_id != sub or not isinstance(jti, str):
        return None
    return ClientToken(
        client_id=sub, token_id=jti, scope=tuple(str(scope).split()), expires_at=expires_at
    )
