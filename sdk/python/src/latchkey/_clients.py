"""The two clients: for threads and for asyncio."""

from __future__ import annotations

from copy import copy
from dataclasses import replace
from typing import TYPE_CHECKING, Self, Unpack

import httpx

from ._asking import Access, AuthorizedCaller, caller_in, check, checks, headers_of_caller, question
from ._async_resources import AsyncResources
from ._calls import Options, Settings, base_of
from ._resources import Resources
from ._sending import AsyncCalls, AsyncToken, Calls, Token

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .models import CheckToken, TokenCheck, TokenCheckResults


class Latchkey(Resources):
    """Latchkey's API: an attribute for each noun, a method for each of its calls.

        latchkey = Latchkey("https://auth.example.com", token=os.environ["LATCHKEY_KEY"])
        secret = latchkey.api_keys.create(name="CI")["secret"]
        for key in latchkey.api_keys.all(status="active"):
            print(key["name"])

    What is refused raises LatchkeyError; no answer in time, LatchkeyUnreachable. Threads may share it.
    """

    def __init__(
        self,
        url: str,
        *,
        token: Token | None = None,
        project_header_brand: str | None = None,
        http_client: httpx.Client | None = None,
        **options: Unpack[Options],
    ) -> None:
        """Makes a client of the Latchkey at `url`, its `PUBLIC_URL`.

        `project_header_brand` is the server's `PROJECT_HEADER_BRAND`, if it has one. `http_client` sends the requests, where
        they need a proxy or certificates of your own.

        Raises ValueError when the url is none that can be called.
        """
        settings = settings_of(url, project_header_brand, options)
        super().__init__(Calls(http_client or httpx.Client(), settings, token))

    @property
    def url(self) -> str:
        """Where Latchkey is, without a slash at its end."""
        return self._calls.settings.url

    def with_options(self, *, token: Token | None = None, **options: Unpack[Options]) -> Self:
        """The same client on the same connections, which makes its calls in another way."""
        other = copy(self)
        Resources.__init__(other, self._calls.changed(token, options))
        return other

    def authorize(
        self,
        token: str,
        product: str,
        access: Access,
        *,
        project_id: str | None = None,
        project_slug: str | None = None,
        ip: str | None = None,
    ) -> AuthorizedCaller:
        """Asks with a caller's own token whether they may do that, and who they are.

        It needs no credential of yours. It counts against the caller's limit and stands in their organization's audit log.
        `ip` is the caller's address; Latchkey believes it from an address in its `TRUSTED_PROXIES` only.

        Raises LatchkeyError when they may not. A limit that is used up (429) is not waited for.
        """
        headers = headers_of_caller(self._calls.settings, token, project_id, project_slug, ip)
        return caller_in(self._calls.answer(question(product, access, headers)))

    def verify(self, **asked: Unpack[CheckToken]) -> TokenCheck:
        """Checks a token that somebody sent to you, with a platform key: may it do that, here, now?

        `valid` says so, else `code` why not. It counts against the limit of the token's organization and stands in its audit
        log, with your key as who asked.
        """
        answer: TokenCheck = self._calls.send(check(asked))
        return answer

    def verify_batch(self, asked: Iterable[CheckToken]) -> list[TokenCheck]:
        """Checks 1 to 100 tokens together, each as `verify` does; the results come in the same order."""
        answer: TokenCheckResults = self._calls.send(checks(asked))
        return answer["results"]

    def close(self) -> None:
        """Closes the connections."""
        self._calls.http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Latchkey({self.url!r})"


class AsyncLatchkey(AsyncResources):
    """Latchkey's API for asyncio: the same as `Latchkey`, with `await` and `async for`."""

    def __init__(
        self,
        url: str,
        *,
        token: AsyncToken | None = None,
        project_header_brand: str | None = None,
        http_client: httpx.AsyncClient | None = None,
        **options: Unpack[Options],
    ) -> None:
        """Makes a client as `Latchkey` does; what gives the token may be a coroutine function."""
        settings = settings_of(url, project_header_brand, options)
        super().__init__(AsyncCalls(http_client or httpx.AsyncClient(), settings, token))

    @property
    def url(self) -> str:
        """Where Latchkey is, without a slash at its end."""
        return self._calls.settings.url

    def with_options(self, *, token: AsyncToken | None = None, **options: Unpack[Options]) -> Self:
        """The same client on the same connections, which makes its calls in another way."""
        other = copy(self)
        AsyncResources.__init__(other, self._calls.changed(token, options))
        return other

    async def authorize(
        self,
        token: str,
        product: str,
        access: Access,
        *,
        project_id: str | None = None,
        project_slug: str | None = None,
        ip: str | None = None,
    ) -> AuthorizedCaller:
        """Asks with a caller's own token whether they may do that: see `Latchkey.authorize`."""
        headers = headers_of_caller(self._calls.settings, token, project_id, project_slug, ip)
        return caller_in(await self._calls.answer(question(product, access, headers)))

    async def verify(self, **asked: Unpack[CheckToken]) -> TokenCheck:
        """Checks a token that somebody sent to you, with a platform key: see `Latchkey.verify`."""
        answer: TokenCheck = await self._calls.send(check(asked))
        return answer

    async def verify_batch(self, asked: Iterable[CheckToken]) -> list[TokenCheck]:
        """Checks 1 to 100 tokens together, each as `verify` does; the results come in the same order."""
        answer: TokenCheckResults = await self._calls.send(checks(asked))
        return answer["results"]

    async def aclose(self) -> None:
        """Closes the connections."""
        await self._calls.http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    def __repr__(self) -> str:
        return f"AsyncLatchkey({self.url!r})"


def settings_of(url: str, project_header_brand: str | None, options: Options) -> Settings:
    """The settings of a new client."""
    settings = Settings(url=base_of(url), project_header_brand=project_header_brand)
    return replace(settings, **options)
