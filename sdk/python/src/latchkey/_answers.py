"""What an answer means: an object, or a refusal."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from ._errors import LatchkeyError, Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping

    import httpx

# What of an answer the caller of a protected server is told.
PASSED_ON = ("WWW-Authenticate", "Retry-After", "RateLimit", "RateLimit-Policy")

_SECRET = re.compile(r"secret|(^|_)token$|password|codes$|url$")


class Answered(dict[str, Any]):
    """An object as it was answered, whose secrets do not show when it is printed or logged."""

    def __repr__(self) -> str:
        shown = {
            name: "…" if value is not None and _SECRET.search(name) else value
            for name, value in self.items()
        }
        return repr(shown)


def body_of(response: httpx.Response) -> Any:
    """The body of an answer as JSON; None when it is none."""
    try:
        return json.loads(response.content, object_hook=Answered)
    except ValueError:
        return None


def result_of(response: httpx.Response) -> Any:
    """What a call has asked for; None when the answer says no more than that it succeeded.

    Raises LatchkeyError for a refusal, and for what is no answer of Latchkey's.
    """
    if not response.is_success:
        raise refusal_of(response)
    if not response.content:
        return None
    body = body_of(response)
    if body is None:
        raise refusal_of(response)
    return body


def refusal_of(response: httpx.Response) -> LatchkeyError:
    """The refusal that an answer tells, in Latchkey's form or in OAuth's (RFC 6749, section 5.2)."""
    error = _error_in(body_of(response))
    return LatchkeyError(
        Refusal(
            status=response.status_code,
            code=error["code"],
            message=error["message"],
            request_id=response.headers.get("X-Request-Id"),
            details=_listed(error.get("details")),
            missing=_listed(error.get("missing")),
            retry_after=retry_after_of(response.headers),
            headers=told_to_callers(response.headers),
        )
    )


def _error_in(body: Any) -> dict[str, Any]:
    error = body.get("error") if isinstance(body, dict) else None
    if isinstance(error, str):
        return {"code": error, "message": str(body.get("error_description", error))}
    if isinstance(error, dict):
        code, message = error.get("code"), error.get("message")
        if isinstance(code, str) and isinstance(message, str):
            return error
    message = "Latchkey was expected at this address, but something else answered."
    return {"code": "unexpected_answer", "message": message}


def _listed(value: Any) -> tuple[Any, ...]:
    return tuple(value) if isinstance(value, list) else ()


def told_to_callers(headers: Mapping[str, str]) -> dict[str, str]:
    """Those headers of an answer that a protected server puts on its own."""
    return {name: headers[name] for name in PASSED_ON if name in headers}


def retry_after_of(headers: Mapping[str, str]) -> float | None:
    """How many seconds an answer asks to wait (RFC 9110, section 10.2.3); None when it does not."""
    value = headers.get("Retry-After", "").strip()
    if re.fullmatch(r"[0-9]{1,9}", value):
        return float(value)
    try:
        then = parsedate_to_datetime(value)
    except ValueError:
        return None
    return max(0.0, (then.astimezone(UTC) - datetime.now(UTC)).total_seconds())
