"""One way to drive the sync and the async client, so that each test is of both."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

from latchkey import AsyncLatchkey

if TYPE_CHECKING:
    import asyncio
    from collections.abc import AsyncIterator, Callable


class Driven:
    """An async client, or a noun of it, whose calls are waited for."""

    def __init__(self, target: Any, runner: asyncio.Runner) -> None:
        self._target = target
        self._runner = runner

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._target, name)
        if callable(value):
            return self._waiting(value)
        return Driven(value, self._runner) if type(value).__name__.startswith("Async") else value

    def __repr__(self) -> str:
        return repr(self._target)

    def _waiting(self, method: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            result = method(*args, **kwargs)
            if inspect.isawaitable(result):
                return self._runner.run(awaited(result))
            if inspect.isasyncgen(result):
                return self._runner.run(listed(result))
            return Driven(result, self._runner) if isinstance(result, AsyncLatchkey) else result

        return call


async def awaited(result: Any) -> Any:
    return await result


async def listed(items: AsyncIterator[Any]) -> list[Any]:
    return [item async for item in items]
