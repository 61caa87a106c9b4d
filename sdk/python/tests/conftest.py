from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, cast

import pytest
from driving import Driven
from network import Network
from server import Server, running_server

from latchkey import AsyncLatchkey, Latchkey

MakeClient = Callable[..., Latchkey]


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    yield from running_server()


@pytest.fixture(params=["sync", "async"])
def client(request: pytest.FixtureRequest, server: Server) -> Iterator[MakeClient]:
    """Makes clients of either kind, which call with the first API key unless told otherwise."""
    open_client = open_sync if request.param == "sync" else open_async
    with ExitStack() as clients:

        def make(url: str = server.url, **options: Any) -> Latchkey:
            return clients.enter_context(open_client(url, {"token": server.api_key, **options}))

        yield make


@contextmanager
def open_sync(url: str, options: dict[str, Any]) -> Iterator[Latchkey]:
    with Latchkey(url, **options) as latchkey:
        yield latchkey


@contextmanager
def open_async(url: str, options: dict[str, Any]) -> Iterator[Latchkey]:
    with asyncio.Runner() as runner:
        latchkey = AsyncLatchkey(url, **options)
        yield cast("Latchkey", Driven(latchkey, runner))
        runner.run(latchkey.aclose())


@pytest.fixture
def latchkey(client: MakeClient) -> Latchkey:
    return client()


@pytest.fixture(scope="session")
def lasting_network(server: Server) -> Iterator[Network]:
    network = Network(server.url)
    yield network
    network.close()


@pytest.fixture
def network(lasting_network: Network) -> Iterator[Network]:
    """A network to the server, whole at the beginning of each test."""
    lasting_network.mend()
    yield lasting_network
    lasting_network.mend()


@pytest.fixture
def owner(server: Server) -> Iterator[Latchkey]:
    """What prepares a test."""
    with Latchkey(server.url, token=server.api_key) as latchkey:
        yield latchkey


@pytest.fixture
def operator(server: Server) -> Iterator[Latchkey]:
    """What prepares a test with a platform key."""
    with Latchkey(server.url, token=server.platform_key) as latchkey:
        yield latchkey
