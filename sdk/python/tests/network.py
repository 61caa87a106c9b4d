"""A network between a client and a server that a test can spoil."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable


class Network:
    """Passes on what is sent, until it is told otherwise."""

    def __init__(self, url: str) -> None:
        target = urlsplit(url)
        self._target = (target.hostname, target.port)
        self._sockets: set[socket.socket] = set()
        self._sent = b""
        self._spoil: Callable[[bytes], bytes | None] | None = None
        self._frozen = self._refusing = False
        self._port = 0
        self.open()
        self.url = f"http://127.0.0.1:{self._port}"

    def open(self) -> None:
        """Takes connections, on the port that it had before if it was closed."""
        self._door = socket.create_server(("127.0.0.1", self._port))
        self._port = self._door.getsockname()[1]
        threading.Thread(target=self._serve, args=[self._door], daemon=True).start()

    def cut(self) -> None:
        """Every connection is cut, and new ones are refused until `mend`."""
        self._refusing = True
        self._hang_up()

    def freeze(self) -> None:
        """Nothing gets through any more, and nobody is told."""
        self._frozen = True

    def lose_next_answer(self) -> None:
        """The next answer does not arrive: its connection is cut instead."""
        self._spoil = lambda _: None

    def answer_next(self, answer: str) -> None:
        """What stands between answers the next request, in the server's place."""
        self._spoil = lambda _: answer.replace("\n", "\r\n").encode()

    def times_sent(self, text: str) -> int:
        """How often a text was sent to the server."""
        return self._sent.count(text.encode())

    def mend(self) -> None:
        """Everything passes again."""
        self._frozen = self._refusing = False
        self._spoil = None
        self._sent = b""

    def close(self) -> None:
        # Closing alone would not end the wait for connections.
        self._door.shutdown(socket.SHUT_RDWR)
        self._door.close()
        self._hang_up()

    def _hang_up(self) -> None:
        for one in list(self._sockets):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def _serve(self, door: socket.socket) -> None:
        # The door is closed at the end.
        with suppress(OSError):
            while True:
                near, _ = door.accept()
                threading.Thread(target=self._join, args=[near], daemon=True).start()

    def _join(self, near: socket.socket) -> None:
        with near:
            if self._refusing:
                return
            with socket.create_connection(self._target) as far:
                self._sockets |= {near, far}
                ends = (far, near, self._back)
                back = threading.Thread(target=self._pass_on, args=ends, daemon=True)
                back.start()
                self._pass_on(near, far, self._there)
                back.join()
                self._sockets -= {near, far}

    def _pass_on(
        self, source: socket.socket, target: socket.socket, change: Callable[[bytes], bytes | None]
    ) -> None:
        with suppress(OSError):
            while data := source.recv(65_536):
                changed = change(data)
                if changed is None:
                    break
                target.sendall(changed)
        for one in (source, target):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def _there(self, data: bytes) -> bytes:
        self._sent += data
        return b"" if self._frozen else data

    def _back(self, data: bytes) -> bytes | None:
        spoil, self._spoil = self._spoil, None
        return data if spoil is None else spoil(data)
