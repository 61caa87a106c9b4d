"""Sending a call until it is answered for good, or its time is up."""

from __future__ import annotations

import asyncio
import inspect
import random
import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Self, TypeAlias

import httpx

from ._answers import refusal_of, result_of
from ._calls import Call, Options, Settings, request_of
from ._errors import LatchkeyUnreachable
from ._retries import pause_before_retry

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

Token: TypeAlias = "str | Callable[[], str]"  # noqa: S105 - a type
"""A credential: an API key or an access token, or what gives the one to use now."""

AsyncToken: TypeAlias = "str | Callable[[], str | Awaitable[str]]"
"""The same for an async client."""


class Sending:
    """A call that is being sent: how often so far, and how much time is left for it."""

    def __init__(self, call: Call, settings: Settings, token: str | None) -> None:
        self._call = call
        self._settings = settings
        self._request = request_of(call, settings, token)
        self._ends_at = time.monotonic() + settings.timeout
        self._attempt = 0

    def request(self) -> httpx.Request:
        """The request to send now."""
        # A server that is silent is waited for as long as there is time.
        left = max(0.001, self._ends_at - time.monotonic())
        self._request.extensions["timeout"] = httpx.Timeout(left).as_dict()
        return self._request

    def pause(self, outcome: httpx.Response | httpx.RequestError) -> float | None:
        """How many seconds to wait before the next attempt; None when this was the last."""
        if self._attempt >= self._settings.max_retries:
            return None
        # Spreads callers; nothing is kept secret by it.
        pause = pause_before_retry(outcome, self._call, self._attempt, random.random())  # noqa: S311
        self._attempt += 1
        return pause if pause is not None and time.monotonic() + pause < self._ends_at else None

    def answer(self, outcome: httpx.Response | httpx.RequestError) -> httpx.Response:
        """The answer that came in the end.

        Raises LatchkeyError when it is a refusal, LatchkeyUnreachable when there is none.
        """
        if isinstance(outcome, httpx.Response):
            if outcome.is_success:
                return outcome
            raise refusal_of(outcome)
        raise unreachable(outcome, self._settings.timeout) from outcome


def unreachable(error: httpx.RequestError, timeout: float) -> LatchkeyUnreachable:
    """What a connection that failed means."""
    if isinstance(error, httpx.TimeoutException):
        return LatchkeyUnreachable(f"no answer within {timeout:g} s")
    return LatchkeyUnreachable(str(error) or type(error).__name__)


@dataclass(frozen=True)
class Calls:
    """Turns calls into requests and answers into values or errors."""

    http: httpx.Client = field(repr=False)
    settings: Settings
    token: Token | None = field(repr=False)

    def changed(self, token: Token | None, options: Options) -> Self:
        """The same on the same connections, with another token, if one is given, and other settings."""
        settings = replace(self.settings, **options)
        return replace(self, settings=settings, token=self.token if token is None else token)

    def send(self, call: Call) -> Any:
        """Sends a call and gives what is answered.

        Raises LatchkeyError when it is refused, LatchkeyUnreachable without an answer in time.
        """
        return result_of(self.answer(call))

    def stream(self, call: Call) -> Iterator[bytes]:
        """Sends a call and gives the answer as it arrives, once it is asked for.

        Raises as `send` does.
        """
        response = self.answer(call, streams=True)
        try:
            yield from response.iter_bytes()
        except httpx.RequestError as error:
            raise unreachable(error, self.settings.timeout) from error
        finally:
            response.close()

    def answer(self, call: Call, *, streams: bool = False) -> httpx.Response:
        """Sends a call and gives the answer itself, read to its end unless it streams."""
        sending = Sending(call, self.settings, self._bearer() if call.takes_token else None)
        while True:
            outcome = self._attempt(sending.request(), streams)
            pause = sending.pause(outcome)
            if pause is None:
                return sending.answer(outcome)
            time.sleep(pause)

    def _attempt(
        self, request: httpx.Request, streams: bool
    ) -> httpx.Response | httpx.RequestError:
        try:
            # A credential goes to this address and to no other that it points to.
            response = self.http.send(request, stream=True, follow_redirects=False)
            if not (streams and response.is_success):
                try:
                    response.read()
                finally:
                    response.close()
        except httpx.LocalProtocolError:
            # What it says shows the header, which may be a credential.
            raise ValueError("a header holds what cannot be sent") from None
        except httpx.RequestError as error:
            return error
        return response

    def _bearer(self) -> str | None:
        return self.token() if callable(self.token) else self.token


@dataclass(frozen=True)
class AsyncCalls:
    """What `Calls` is, for asyncio."""

    http: httpx.AsyncClient = field(repr=False)
    settings: Settings
    token: AsyncToken | None = field(repr=False)

    def changed(self, token: AsyncToken | None, options: Options) -> Self:
        """The same on the same connections, with another token, if one is given, and other settings."""
        settings = replace(self.settings, **options)
        return replace(self, settings=settings, token=self.token if token is None else token)

    async def send(self, call: Call) -> Any:
        """Sends a call and gives what is answered; raises as its sibling does."""
        return result_of(await self.answer(call))

    async def stream(self, call: Call) -> AsyncIterator[bytes]:
        """Sends a call and gives the answer as it arrives, once it is asked for."""
        response = await self.answer(call, streams=True)
        try:
            async for chunk in response.aiter_bytes():
                yield chunk
        except httpx.RequestError as error:
            raise unreachable(error, self.settings.timeout) from error
        finally:
            await response.aclose()

    async def answer(self, call: Call, *, streams: bool = False) -> httpx.Response:
        """Sends a call and gives the answer itself, read to its end unless it streams."""
        token = await self._bearer() if call.takes_token else None
        sending = Sending(call, self.settings, token)
        while True:
            outcome = await self._attempt(sending.request(), streams)
            pause = sending.pause(outcome)
            if pause is None:
                return sending.answer(outcome)
            await asyncio.sleep(pause)

    async def _attempt(
        self, request: httpx.Request, streams: bool
    ) -> httpx.Response | httpx.RequestError:
        try:
            # A credential goes to this address and to no other that it points to.
            response = await self.http.send(request, stream=True, follow_redirects=False)
            if not (streams and response.is_success):
                try:
                    await response.aread()
                finally:
                    await response.aclose()
        except httpx.LocalProtocolError:
            # What it says shows the header, which may be a credential.
            raise ValueError("a header holds what cannot be sent") from None
        except httpx.RequestError as error:
            return error
        return response

    async def _bearer(self) -> str | None:
        token = self.token() if callable(self.token) else self.token
        return await token if inspect.isawaitable(token) else token
