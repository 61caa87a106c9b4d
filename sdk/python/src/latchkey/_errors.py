"""What is raised when a call does not succeed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .models import FieldProblem, MissingAccess


@dataclass(frozen=True, kw_only=True, slots=True)
class Refusal:
    """What Latchkey says when it refuses a call."""

    status: int
    code: str
    message: str
    request_id: str | None
    details: Sequence[FieldProblem] = ()
    missing: Sequence[MissingAccess] = ()
    retry_after: float | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


class LatchkeyError(Exception):
    """Latchkey refused a call. No token and no secret is in it."""

    status: int
    """The HTTP status of the answer."""
    code: str
    """Stable: programs may rely on it. `unexpected_answer` when something else than Latchkey answered."""
    message: str
    """For people; may change."""
    request_id: str | None
    """What to look for in Latchkey's log and audit log; None when the answer names none."""
    details: Sequence[FieldProblem]
    """On `invalid_request`: what is wrong, field by field."""
    missing: Sequence[MissingAccess]
    """On `insufficient_permissions`: the smallest access that would let the call pass."""
    retry_after: float | None
    """After how many seconds the next call succeeds; None when the answer does not say."""
    headers: Mapping[str, str]
    """What a server that asks for its caller's sake passes on: the challenge and where the limit stands."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal)
        self.status = refusal.status
        self.code = refusal.code
        self.message = refusal.message
        self.request_id = refusal.request_id
        self.details = refusal.details
        self.missing = refusal.missing
        self.retry_after = refusal.retry_after
        self.headers = refusal.headers

    def __str__(self) -> str:
        return f"{self.status} {self.code}: {self.message}"


class LatchkeyUnreachable(Exception):  # noqa: N818 - a state, as `unavailable` is
    """Latchkey could not be asked: no connection, or no answer in time.

    What became of a change that was asked for is not known.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason

    def __str__(self) -> str:
        return f"Latchkey cannot be reached: {self.reason}"
