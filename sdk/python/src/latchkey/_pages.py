"""Lists, page by page and item by item."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypedDict, TypeVar

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

Item = TypeVar("Item")


class Page(TypedDict, Generic[Item]):
    """A page of a list, newest first."""

    data: list[Item]
    has_more: bool
    """Whether there are older items."""
    next_cursor: str | None
    """The `cursor` of the next page; None on the last."""


def every_item(page_after: Callable[[str | None], Page[Item]]) -> Iterator[Item]:
    """Every item of a list, fetched page by page as they are asked for."""
    cursor = None
    while True:
        page = page_after(cursor)
        yield from page["data"]
        cursor = page["next_cursor"]
        if cursor is None:
            return


async def every_item_async(
    page_after: Callable[[str | None], Awaitable[Page[Item]]],
) -> AsyncIterator[Item]:
    """What `every_item` is, for asyncio."""
    cursor = None
    while True:
        page = await page_after(cursor)
        for item in page["data"]:
            yield item
        cursor = page["next_cursor"]
        if cursor is None:
            return
