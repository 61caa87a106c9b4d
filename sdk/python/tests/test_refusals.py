from __future__ import annotations

import logging
import pickle
import traceback

import pytest
from conftest import MakeClient
from network import Network
from server import Server

from latchkey import Latchkey, LatchkeyError, LatchkeyUnreachable


def test_403_insufficient_permissions_names_what_is_missing(
    client: MakeClient, owner: Latchkey
) -> None:
    secret = owner.api_keys.create(name="Reader", product_scopes={"projects": "read"})["secret"]
    with pytest.raises(LatchkeyError) as refused:
        client(token=secret).projects.create(name="Not mine")
    error = refused.value
    assert (error.status, error.code) == (403, "insufficient_permissions")
    assert error.missing == ({"product": "projects", "access": "read_write"},)
    assert str(error) == f"403 insufficient_permissions: {error.message}"


def test_400_invalid_request_tells_field_by_field(latchkey: Latchkey) -> None:
    with pytest.raises(LatchkeyError) as refused:
        latchkey.projects.create(name="")
    assert (refused.value.status, refused.value.code) == (400, "invalid_request")
    assert [problem["field"] for problem in refused.value.details] == ["name"]


def test_401_carries_the_challenge_and_the_id_that_the_log_has(client: MakeClient) -> None:
    with pytest.raises(LatchkeyError) as refused:
        client(token=None).users.me()
    assert refused.value.code == "missing_token"
    assert refused.value.headers["WWW-Authenticate"].startswith("Bearer ")
    assert refused.value.request_id is not None


def test_a_refusal_of_oauth_has_its_code_and_its_description(latchkey: Latchkey) -> None:
    with pytest.raises(LatchkeyError) as refused:
        latchkey.oauth.token(
            grant_type="client_credentials", client_id="nobody", client_secret="cs_wrong"
        )
    assert (refused.value.status, refused.value.code) == (401, "invalid_client")
    assert refused.value.message != "invalid_client"


def test_a_refusal_survives_being_pickled(latchkey: Latchkey) -> None:
    with pytest.raises(LatchkeyError) as refused:
        latchkey.projects.create(name="")
    copy = pickle.loads(pickle.dumps(refused.value))  # noqa: S301 - its own
    assert (str(copy), copy.details) == (str(refused.value), refused.value.details)


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        ("HTTP/1.1 404 Not Found\nContent-Length: 6\n\n<html>", 404),
        ("HTTP/1.1 200 OK\nContent-Length: 6\n\n<html>", 200),
        ("HTTP/1.1 403 Forbidden\nContent-Length: 8\n\n[[1, 2]]", 403),
        ('HTTP/1.1 403 Forbidden\nContent-Length: 21\n\n{"error":{"code":1}}\n', 403),
        ('HTTP/1.1 403 Forbidden\nContent-Length: 35\n\n{"error":{"code":1,"message":"No"}}', 403),
        ("HTTP/1.1 500 Oops\nContent-Length: 0\n\n", 500),
    ],
)
def test_unexpected_answer_when_something_else_than_latchkey_answers(
    client: MakeClient, network: Network, answer: str, status: int
) -> None:
    network.answer_next(answer)
    with pytest.raises(LatchkeyError) as refused:
        client(network.url).users.me()
    assert (refused.value.status, refused.value.code) == (status, "unexpected_answer")


def test_a_redirect_is_not_followed_with_a_credential(
    client: MakeClient, network: Network, server: Server
) -> None:
    elsewhere = f"Location: {server.url}/v1/users/me"
    network.answer_next(f"HTTP/1.1 307 Elsewhere\n{elsewhere}\nContent-Length: 0\n\n")
    with pytest.raises(LatchkeyError) as refused:
        client(network.url).users.me()
    assert (refused.value.status, refused.value.code) == (307, "unexpected_answer")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "auth.example.com",
        "ftp://a.example",
        "https://",
        "https://a.example:hunter2",
        "https://me:hunter2@a.example",
        "https://a.example/?hunter2",
        "https://a.example/#hunter2",
    ],
)
def test_an_address_that_cannot_be_called_is_refused_without_being_shown(
    client: MakeClient, url: str
) -> None:
    with pytest.raises(ValueError, match="the url of Latchkey must be") as refused:
        client(url)
    assert "hunter2" not in "".join(traceback.format_exception(refused.value, chain=True))


@pytest.mark.parametrize("token", ["", "sk_hunter2 ", "sk_hunter2\r\nX-Evil: 1", "sk_hünter2"])
def test_a_token_that_no_header_holds_is_refused_without_being_shown(
    client: MakeClient, token: str
) -> None:
    with pytest.raises(ValueError, match="the token is empty or holds") as refused:
        client(token=token).users.me()
    assert "hunter2" not in str(refused.value)
    assert "hünter2" not in str(refused.value)


def test_no_secret_shows_in_what_is_printed_or_logged(
    client: MakeClient, server: Server, network: Network, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    latchkey = client(network.url, max_retries=0)
    key = latchkey.api_keys.create(name="Told once")
    person = client(token=None).logins.login(
        email=server.owner_email, password=server.owner_password
    )
    secrets = [server.api_key, server.owner_password, key["secret"], person["access_token"]]
    errors = []
    for spoil in (
        network.cut,
        lambda: network.answer_next("HTTP/1.1 500 Oops\nContent-Length: 0\n\n"),
    ):
        network.mend()
        spoil()
        with pytest.raises((LatchkeyError, LatchkeyUnreachable)) as refused:
            latchkey.logins.login(email=server.owner_email, password=server.owner_password)
        errors.append("".join(traceback.format_exception(refused.value)))
    shown = [repr(latchkey), repr(latchkey._calls), str(key), repr(person), *errors, caplog.text]
    assert key["prefix"] in repr(key)
    for secret in secrets:
        assert isinstance(secret, str)
        assert secret not in "\n".join(shown)
