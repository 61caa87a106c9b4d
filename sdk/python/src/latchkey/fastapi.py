"""A guard for FastAPI, which asks Latchkey about each call: `pip install latchkey[fastapi]`."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import httpx
from fastapi import HTTPException, Request, Response

from ._answers import told_to_callers
from ._asking import Access, AuthorizedCaller, caller_in, question
from ._errors import LatchkeyError, LatchkeyUnreachable

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from ._clients import AsyncLatchkey

log = logging.getLogger("latchkey")


class Guard:
    """Lets in whom Latchkey lets in.

        guard = Guard(AsyncLatchkey("https://auth.example.com"))
        Reader = Annotated[AuthorizedCaller, Depends(guard.require_access("uptime", "read"))]

        @app.get("/monitors")
        async def monitors(caller: Reader): ...

    It forwards the caller's own credential, so the client needs no token. Nothing is remembered, so what was revoked
    binds the very next call; each counts against its organization's limit and stands in its audit log. A refusal is
    answered as it stands: Latchkey's status, and its error as `detail`. When Latchkey cannot be asked, nobody gets in:
    503 `unavailable`.
    """

    def __init__(self, latchkey: AsyncLatchkey, *, timeout: float = 5.0) -> None:
        """`timeout` is how many seconds a caller waits for Latchkey before the call is refused."""
        self._calls = latchkey.with_options(timeout=timeout)._calls
        project = self._calls.settings.project_headers("", "")
        names = ("Authorization", "User-Agent", *project)
        self._forwarded = {name.lower().encode() for name in names}

    def require_access(
        self,
        product: str,
        access: Access | None = None,
        *,
        project_param: str | None = None,
    ) -> Callable[[Request, Response], Awaitable[AuthorizedCaller]]:
        """A dependency that gives who calls.

        `access` is told by the call's method where it is left out: `read` for GET, HEAD and OPTIONS, else `read_write`.
        `project_param` names the parameter of the path that holds the id of the project; otherwise a header says which one.
        """

        async def caller(request: Request, response: Response) -> AuthorizedCaller:
            project_id = None if project_param is None else request.path_params[project_param]
            try:
                asked = question(product, access, self._headers_of(request), project_id)
                answer = await self._calls.answer(asked)
                who = caller_in(answer)
            except (LatchkeyError, LatchkeyUnreachable) as error:
                raise refusal(error) from error
            except ValueError:
                message = "A header holds what cannot be sent."
                raise HTTPException(400, {"code": "invalid_request", "message": message}) from None
            response.headers.update(told_to_callers(answer.headers))
            return who

        return caller

    def _headers_of(self, request: Request) -> httpx.Headers:
        # One that was sent twice goes on as two: what Latchkey refuses must not look well-formed.
        headers = httpx.Headers(
            [pair for pair in request.headers.raw if pair[0] in self._forwarded]
        )
        headers["X-Forwarded-Method"] = request.method
        # Latchkey believes it from an address in its TRUSTED_PROXIES only.
        if request.client is not None:
            headers["X-Forwarded-For"] = request.client.host
        return headers


def refusal(error: LatchkeyError | LatchkeyUnreachable) -> HTTPException:
    """What a caller is told who is not let in."""
    if isinstance(error, LatchkeyUnreachable) or not is_about_caller(error):
        log.warning("a call was refused with 503: %s", error)
        message = "The service cannot answer at the moment. Try again."
        return HTTPException(503, {"code": "unavailable", "message": message})
    detail: dict[str, Any] = {"code": error.code, "message": error.message}
    if error.missing:
        detail["missing"] = list(error.missing)
    if error.details:
        detail["details"] = list(error.details)
    detail["request_id"] = error.request_id
    return HTTPException(error.status, detail, dict(error.headers))


def is_about_caller(error: LatchkeyError) -> bool:
    """Tells a refusal of this very caller from an answer of something else, or of a Latchkey in need."""
    return 400 <= error.status <= 499 and error.code != "unexpected_answer"
