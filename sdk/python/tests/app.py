"""Serving an app as its own program would."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from fastapi import FastAPI

from latchkey.fastapi import Guard


@contextmanager
def serving(app: FastAPI, guard: Guard) -> Iterator[str]:
    """Serves an app on a free port, and gives its address; closes the guard's connections at the end."""
    config = uvicorn.Config(app, port=0, log_level="error", lifespan="off")
    server = uvicorn.Server(config)

    async def run() -> None:
        await server.serve()
        await guard._calls.http.aclose()

    thread = threading.Thread(target=asyncio.run, args=[run()])
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive(), "the app does not start"
            threading.Event().wait(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join()
