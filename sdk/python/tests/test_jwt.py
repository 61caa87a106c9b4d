from __future__ import annotations

import base64
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from time import time
from typing import Any

import jwt
import pytest
from conftest import MakeClient
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from driving import Driven
from network import Network
from server import Server, running_server

from latchkey import Latchkey, LatchkeyError, LatchkeyUnreachable
from latchkey.jwt import AsyncJwtVerifier, ClientToken, JwtVerifier, SessionToken

Verify = Callable[[str], Any]


@pytest.fixture
def verifier(client: MakeClient, server: Server) -> Callable[[str], Verify]:
    """Makes verifiers of either kind that get the keys by way of an address."""

    def make(url: str) -> Verify:
        latchkey = client(url, token=None, max_retries=0)
        if not isinstance(latchkey, Driven):
            return JwtVerifier(latchkey, issuer=server.url).verify
        verifier = AsyncJwtVerifier(latchkey._target, issuer=server.url)
        return lambda token: latchkey._runner.run(verifier.verify(token))

    return make


@pytest.fixture
def verify(verifier: Callable[[str], Verify], server: Server) -> Verify:
    return verifier(server.url)


@pytest.fixture(scope="module")
def genuine(server: Server) -> Iterator[str]:
    """The access token of an OAuth client."""
    with oauth_client(server) as (owner, credentials):
        yield owner.oauth.token(grant_type="client_credentials", **credentials)["access_token"]


@contextmanager
def oauth_client(server: Server) -> Iterator[tuple[Latchkey, dict[str, Any]]]:
    with Latchkey(server.url, token=server.api_key) as owner:
        account = owner.service_accounts.create(name="Bot", role="admin")
        made = owner.clients.create(account["id"], name="Nightly")
        yield (
            owner,
            {"client_id": made["client_id"], "client_secret": made["client_secret"]},
        )


@pytest.fixture(scope="module")
def claims(genuine: str) -> dict[str, Any]:
    decoded: dict[str, Any] = jwt.decode(genuine, options={"verify_signature": False})
    return decoded


@pytest.fixture(scope="module")
def signing_key(server: Server) -> Ed25519PrivateKey:
    """The server's own key, so that a forgery is wrong in nothing else than what a test makes wrong."""
    key = load_pem_private_key(server.secrets["signing_key"].encode(), None)
    assert isinstance(key, Ed25519PrivateKey)
    return key


@pytest.fixture(scope="module")
def forge(
    genuine: str, claims: dict[str, Any], signing_key: Ed25519PrivateKey
) -> Callable[..., str]:
    """Signs the genuine token again, with something else in it. What is None is left out."""

    def make(
        *,
        header: dict[str, Any] | None = None,
        payload: dict[str, Any] | None = None,
        key: Ed25519PrivateKey = signing_key,
    ) -> str:
        headers = {**jwt.get_unverified_header(genuine), **(header or {})}
        return jwt.encode(without_none({**claims, **(payload or {})}), key, "EdDSA", headers)

    return make


def without_none(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def encoded(value: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def test_the_token_of_an_oauth_client_tells_the_client_its_scope_and_its_end(
    verify: Verify, genuine: str, forge: Callable[..., str], claims: dict[str, Any]
) -> None:
    for token in (genuine, forge()):
        assert verify(token) == ClientToken(
            client_id=claims["client_id"],
            token_id=claims["jti"],
            scope=tuple(claims["scope"].split(" ")),
            expires_at=datetime.fromtimestamp(claims["exp"], UTC),
        )


def test_the_token_of_a_session_tells_the_user_and_the_session(
    verify: Verify, server: Server
) -> None:
    with Latchkey(server.url) as visitor:
        token = visitor.logins.login(email=server.owner_email, password=server.owner_password)[
            "access_token"
        ]
    assert token is not None
    subject = verify(token)
    assert isinstance(subject, SessionToken)
    assert subject.session_id == jwt.decode(token, options={"verify_signature": False})["sid"]


def test_a_token_stays_good_when_it_was_revoked_which_only_latchkey_sees(
    verify: Verify, server: Server
) -> None:
    with oauth_client(server) as (owner, credentials):
        token = owner.oauth.token(grant_type="client_credentials", **credentials)["access_token"]
        owner.oauth.revoke(token=token)
        with pytest.raises(LatchkeyError):
            owner.with_options(token=token).users.me()
    assert verify(token) is not None


@pytest.mark.parametrize("typ", ["application/at+jwt", "AT+JWT"])
def test_the_type_may_be_spelled_out(verify: Verify, forge: Callable[..., str], typ: str) -> None:
    assert verify(forge(header={"typ": typ})) is not None


def test_rs256_is_taken_as_well_and_each_key_by_its_own_algorithm_only() -> None:
    key = generate_private_key(65537, 2048)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    with (
        contextmanager(running_server)(SIGNING_KEY=pem) as server,
        oauth_client(server) as (owner, credentials),
    ):
        verify = JwtVerifier(owner, issuer=server.url).verify
        token = owner.oauth.token(grant_type="client_credentials", **credentials)["access_token"]
        header = jwt.get_unverified_header(token)
        assert header["alg"] == "RS256"
        assert isinstance(verify(token), ClientToken)
        claims = jwt.decode(token, options={"verify_signature": False})
        other = Ed25519PrivateKey.generate()
        for alg, signer in (("RS512", key), ("PS256", key), ("EdDSA", other)):
            assert verify(jwt.encode(claims, signer, alg, {**header, "alg": alg})) is None


@pytest.mark.parametrize("alg", ["none", "None", "NONE", "nOnE"])
def test_none_for_a_token_with_alg_none(verify: Verify, genuine: str, alg: str) -> None:
    _, payload, signature = genuine.split(".")
    header = encoded({**jwt.get_unverified_header(genuine), "alg": alg})
    assert verify(f"{header}.{payload}.") is None
    assert verify(f"{header}.{payload}.{signature}") is None


def test_none_for_a_token_with_hs256_under_the_published_key(
    verify: Verify, genuine: str, claims: dict[str, Any], signing_key: Ed25519PrivateKey
) -> None:
    public = signing_key.public_key().public_bytes_raw()
    token = jwt.encode(
        claims, public, "HS256", jwt.get_unverified_header(genuine) | {"alg": "HS256"}
    )
    assert verify(token) is None


@pytest.mark.parametrize("header", [{}, {"kid": "another"}, {"kid": ""}])
def test_none_for_a_token_of_a_foreign_key(
    verify: Verify, forge: Callable[..., str], header: dict[str, str]
) -> None:
    assert verify(forge(header=header, key=Ed25519PrivateKey.generate())) is None


PAST = int(time()) - 10


@pytest.mark.parametrize(
    "wrong",
    [
        {"header": {"typ": "JWT"}},
        {"header": {"typ": None}},
        {"header": {"crit": ["b64"], "b64": False}},
        {"payload": {"iss": "https://other.example"}},
        {"payload": {"iss": None}},
        {"payload": {"aud": "https://other.example"}},
        {"payload": {"aud": None}},
        {"payload": {"exp": PAST}},
        {"payload": {"exp": None}},
        {"payload": {"exp": "tomorrow"}},
        {"payload": {"nbf": PAST + 3600}},
        {"payload": {"sub": None}},
        {"payload": {"iat": None}},
        {"payload": {"client_id": "another"}},
        {"payload": {"sid": "another"}},
        {"payload": {"client_id": None}},
        {"payload": {"jti": None}},
        {"payload": {"exp": 10**12}},
        {"payload": {"exp": 10**30}},
    ],
    ids=str,
)
def test_none_for_a_token_that_is_signed_and_wrong(
    verify: Verify, forge: Callable[..., str], wrong: dict[str, Any]
) -> None:
    assert verify(forge(**wrong)) is None


@pytest.mark.parametrize(
    "text", ["", "a.b", "a.b.c", "sk_key", "ü.ü.ü", "\ud800.a.b", "." * 5, "a" * 10_000]
)
def test_none_for_what_is_no_token(verify: Verify, text: str) -> None:
    assert verify(text) is None


def test_the_keys_are_fetched_once_however_many_tokens_name_unknown_ones(
    verifier: Callable[[str], Verify], network: Network, genuine: str, forge: Callable[..., str]
) -> None:
    verify = verifier(network.url)
    for kid in ("one", "two", "three"):
        assert verify(forge(header={"kid": kid})) is None
        assert verify(genuine) is not None
    assert network.times_sent("GET /.well-known/jwks.json") == 1


def test_latchkey_unreachable_when_the_keys_cannot_be_fetched_and_again_once_they_can(
    verifier: Callable[[str], Verify], network: Network, genuine: str
) -> None:
    verify = verifier(network.url)
    network.cut()
    with pytest.raises(LatchkeyUnreachable):
        verify(genuine)
    network.mend()
    assert verify(genuine) is not None


def test_the_keys_are_fetched_again_when_they_are_old(
    verifier: Callable[[str], Verify],
    network: Network,
    genuine: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("latchkey.jwt.MAX_AGE_SECONDS", 0)
    verify = verifier(network.url)
    for times in (1, 2):
        assert verify(genuine) is not None
        assert network.times_sent("GET /.well-known/jwks.json") == times


def test_who_names_a_known_key_does_not_wait_until_an_unknown_one_is_fetched(
    server: Server,
    network: Network,
    genuine: str,
    forge: Callable[..., str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("latchkey.jwt.COOLDOWN_SECONDS", 0)

    def verify_unknown() -> None:
        with suppress(LatchkeyUnreachable):
            asked.verify(forge(header={"kid": "unknown"}))

    with Latchkey(network.url, max_retries=0) as latchkey:
        asked = JwtVerifier(latchkey, issuer=server.url)
        assert asked.verify(genuine) is not None
        network.freeze()
        other = threading.Thread(target=verify_unknown)
        other.start()
        while network.times_sent("GET /.well-known/jwks.json") < 2:
            assert other.is_alive()
        assert asked.verify(genuine) is not None
        assert other.is_alive()
        network.cut()
        other.join()
