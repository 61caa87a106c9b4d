import asyncio
from collections.abc import Iterator
from dataclasses import asdict
from typing import Annotated, Any
from uuid import uuid4

import httpx
import pytest
from app import serving
from fastapi import Depends, FastAPI
from network import Network
from server import Server

from latchkey import AsyncLatchkey, AuthorizedCaller, Latchkey
from latchkey.fastapi import Guard


def protected_app(guard: Guard) -> FastAPI:
    """An app whose routes are protected in each of the ways there are."""
    app = FastAPI()
    reader = Annotated[AuthorizedCaller, Depends(guard.require_access("uptime", "read"))]
    by_method = Annotated[AuthorizedCaller, Depends(guard.require_access("uptime"))]
    of_path = Annotated[
        AuthorizedCaller,
        Depends(guard.require_access("uptime", "read", project_param="project_id")),
    ]

    @app.get("/monitors")
    async def monitors(caller: reader) -> dict[str, Any]:
        return asdict(caller)

    @app.get("/monitors/blocking")
    def blocking(caller: reader) -> dict[str, Any]:
        return asdict(caller)

    @app.api_route("/by-method", methods=["GET", "POST"])
    async def told_by_method(caller: by_method) -> dict[str, Any]:
        return asdict(caller)

    @app.get("/projects/{project_id}/monitors")
    async def of_a_project(caller: of_path) -> dict[str, Any]:
        return asdict(caller)

    return app


@pytest.fixture(scope="module")
def app_url(lasting_network: Network) -> Iterator[str]:
    guard = Guard(AsyncLatchkey(lasting_network.url, max_retries=0))
    with serving(protected_app(guard), guard) as url:
        yield url


@pytest.fixture
def app(app_url: str, network: Network) -> Iterator[httpx.Client]:
    """The protected app, which asks Latchkey by way of a network that can be spoiled."""
    with httpx.Client(base_url=app_url) as client:
        yield client


@pytest.fixture
def key(owner: Latchkey) -> tuple[str, dict[str, str]]:
    """A key that may read uptime in a project: its id, and the header that bears it."""
    project = owner.projects.create(name="Protected")
    made = owner.api_keys.create(
        name="Monitor", project_id=project["id"], product_scopes={"uptime": "read"}
    )
    return made["id"], bearer(made["secret"])


def bearer(secret: str | None) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"}


Key = tuple[str, dict[str, str]]


@pytest.mark.parametrize("path", ["/monitors", "/monitors/blocking", "/by-method"])
def test_200_and_who_calls(app: httpx.Client, key: Key, path: str) -> None:
    id, headers = key
    answer = app.get(path, headers=headers)
    assert answer.status_code == 200
    assert (answer.json()["credential_id"], answer.json()["access"]) == (id, "read")
    assert answer.headers["RateLimit"].startswith('"organization";')


def test_401_missing_token_with_the_challenge(app: httpx.Client) -> None:
    answer = app.get("/monitors")
    assert (answer.status_code, answer.json()["detail"]["code"]) == (401, "missing_token")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer ")


@pytest.mark.parametrize("token", [b"sk_wrong", "sk_ümlaut".encode("latin-1"), b"a b", b"\xff"])
def test_401_for_what_is_no_token(app: httpx.Client, token: bytes) -> None:
    answer = app.get("/monitors", headers=[(b"Authorization", b"Bearer " + token)])
    assert (answer.status_code, answer.json()["detail"]["code"]) == (401, "invalid_token")


def test_400_for_a_header_that_cannot_be_sent_on_and_its_token_shows_nowhere(
    server: Server, key: Key, caplog: pytest.LogCaptureFixture
) -> None:
    # Some servers hand on what others refuse.
    async def call() -> httpx.Response:
        guard = Guard(AsyncLatchkey(server.url))
        transport = httpx.ASGITransport(protected_app(guard))
        async with guard._calls.http, httpx.AsyncClient(transport=transport) as visitor:
            headers = {"Authorization": key[1]["Authorization"] + "\x01"}
            return await visitor.get("http://app.example/monitors", headers=headers)

    answer = asyncio.run(call())
    assert (answer.status_code, answer.json()["detail"]["code"]) == (400, "invalid_request")
    assert key[1]["Authorization"] not in answer.text + caplog.text


def test_400_when_the_authorization_header_is_sent_twice(app: httpx.Client, key: Key) -> None:
    [value] = key[1].values()
    answer = app.get("/monitors", headers=[("Authorization", value), ("Authorization", "Bearer x")])
    assert (answer.status_code, answer.json()["detail"]["code"]) == (400, "invalid_request")


def test_403_names_what_is_missing_where_the_method_tells_the_access(
    app: httpx.Client, key: Key
) -> None:
    answer = app.post("/by-method", headers=key[1])
    assert (answer.status_code, answer.json()["detail"]["code"]) == (
        403,
        "insufficient_permissions",
    )
    assert answer.json()["detail"]["missing"] == [{"product": "uptime", "access": "read_write"}]


def test_the_header_selects_the_project_unless_the_path_does(
    app: httpx.Client, owner: Latchkey, server: Server
) -> None:
    one, other = (owner.projects.create(name="P", slug=f"p-{uuid4().hex[:8]}") for _ in range(2))
    headers = {**bearer(server.api_key), "X-Project-Slug": one["slug"]}
    assert app.get("/monitors", headers=headers).json()["project_id"] == one["id"]
    path = f"/projects/{one['id']}/monitors"
    assert app.get(path, headers=bearer(server.api_key)).json()["project_id"] == one["id"]
    disagreeing = {**bearer(server.api_key), "X-Project-Id": other["id"]}
    answer = app.get(path, headers=disagreeing)
    assert (answer.status_code, answer.json()["detail"]["code"]) == (400, "invalid_request")


def test_401_from_the_call_on_that_follows_a_revocation(
    app: httpx.Client, owner: Latchkey, key: Key
) -> None:
    id, headers = key
    assert app.get("/monitors", headers=headers).status_code == 200
    owner.api_keys.revoke(id)
    answer = app.get("/monitors", headers=headers)
    assert (answer.status_code, answer.json()["detail"]["code"]) == (401, "invalid_token")


def test_429_tells_when_to_come_back(app: httpx.Client, network: Network, key: Key) -> None:
    error = '{"error":{"code":"rate_limit_exceeded","message":"Slow down.","request_id":"1"}}'
    network.answer_next(
        f"HTTP/1.1 429 Slow\nRetry-After: 7\nContent-Length: {len(error)}\n\n{error}"
    )
    answer = app.get("/monitors", headers=key[1])
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "7")


@pytest.mark.parametrize(
    "answered",
    [
        "HTTP/1.1 200 OK\nContent-Length: 0\n\n",
        "HTTP/1.1 200 OK\nContent-Encoding: gzip\nContent-Length: 2\n\n{}",
        "HTTP/1.1 204 No Content\nX-Auth-Credential-Id: 1\nX-Auth-Access: read\n\n",
        "HTTP/1.1 302 Found\nLocation: /\nContent-Length: 0\n\n",
        "HTTP/1.1 401 Unauthorized\nContent-Length: 6\n\n<html>",
        "HTTP/1.1 503 Unavailable\nContent-Length: 0\n\n",
    ],
)
def test_503_unavailable_for_an_answer_that_is_not_clearly_latchkeys(
    app: httpx.Client, network: Network, key: Key, answered: str
) -> None:
    network.answer_next(answered)
    answer = app.get("/monitors", headers=key[1])
    assert (answer.status_code, answer.json()["detail"]["code"]) == (503, "unavailable")


def test_503_unavailable_when_latchkey_is_gone(
    app: httpx.Client, network: Network, key: Key, caplog: pytest.LogCaptureFixture
) -> None:
    network.cut()
    answer = app.get("/monitors", headers=key[1])
    assert (answer.status_code, answer.json()["detail"]["code"]) == (503, "unavailable")
    assert "Latchkey cannot be reached" in caplog.text
