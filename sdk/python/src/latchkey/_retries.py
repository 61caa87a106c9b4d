"""When a call is sent again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx

from ._answers import body_of, retry_after_of

if TYPE_CHECKING:
    from ._calls import Call


_NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


def pause_before_retry(
    outcome: httpx.Response | httpx.RequestError, call: Call, attempt: int, chance: float
) -> float | None:
    """How many seconds to wait before a call is sent again; None when it must not be, or need not.

    A call that the limit refused (429) has had no effect, nor has one that found no connection. After any other outage
    nobody knows whether it has had one, so only what is repeatable is sent again. `attempt` is 0 after the first time that
    it was sent; `chance`, from 0 to 1, spreads the callers that wait for the same server.
    """
    backoff = 0.1 * 2**attempt * (1 + chance)
    if isinstance(outcome, httpx.RequestError):
        return backoff if call.repeatable or isinstance(outcome, _NEVER_SENT) else None
    asked = retry_after_of(outcome.headers)
    pause = backoff if asked is None else asked
    if outcome.status_code == 429:
        return pause if call.waits_for_limit else None
    if outcome.status_code in {502, 503, 504}:
        return pause if call.repeatable else None
    return backoff if call.repeatable and attempt > 0 and _is_under_way(outcome) else None


def _is_under_way(response: httpx.Response) -> bool:
    """The first sending is still being worked on: its Idempotency-Key is taken."""
    if response.status_code != 409:
        return False
    body = body_of(response)
    error = body.get("error") if isinstance(body, dict) else None
    return isinstance(error, dict) and error.get("code") == "idempotency_conflict"
