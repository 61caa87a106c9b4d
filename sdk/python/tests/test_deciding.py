from __future__ import annotations

from uuid import uuid4

import pytest
from conftest import MakeClient
from network import Network
from server import Server

from latchkey import Latchkey, LatchkeyError


@pytest.fixture
def asking(client: MakeClient) -> Latchkey:
    """A client with no credential of its own."""
    return client(token=None)


@pytest.fixture
def checking(client: MakeClient, server: Server) -> Latchkey:
    """A client with a platform key."""
    return client(token=server.platform_key)


@pytest.fixture
def project_id(owner: Latchkey) -> str:
    return owner.projects.create(name="Protected")["id"]


@pytest.fixture
def secret(owner: Latchkey, project_id: str) -> str:
    """A key that may read uptime in the project."""
    return made(owner, project_id)[1]


def made(owner: Latchkey, project_id: str) -> tuple[str, str]:
    key = owner.api_keys.create(
        name="Monitor", project_id=project_id, product_scopes={"uptime": "read"}
    )
    assert key["secret"] is not None
    return key["id"], key["secret"]


def test_authorize_tells_who_calls(asking: Latchkey, owner: Latchkey, project_id: str) -> None:
    id, secret = made(owner, project_id)
    caller = asking.authorize(secret, "uptime", "read")
    me = owner.users.me()
    assert me["organization"] is not None
    assert (caller.organization_id, caller.member_id) == (me["organization"]["id"], me["id"])
    assert (caller.project_id, caller.member_type) == (project_id, "human")
    assert (caller.credential_id, caller.access) == (id, "read")


def test_authorize_raises_403_with_what_is_missing(asking: Latchkey, secret: str) -> None:
    with pytest.raises(LatchkeyError) as refused:
        asking.authorize(secret, "uptime", "read_write")
    assert (refused.value.status, refused.value.code) == (403, "insufficient_permissions")
    assert refused.value.missing == ({"product": "uptime", "access": "read_write"},)
    assert 'error="insufficient_scope"' in refused.value.headers["WWW-Authenticate"]


def test_authorize_is_about_the_project_that_is_named_and_not_the_clients_own(
    client: MakeClient, server: Server, owner: Latchkey, project_id: str
) -> None:
    own = owner.projects.create(name="Own", slug=f"own-{uuid4().hex[:8]}")
    asking = client(token=None, project_id=own["id"])
    key = server.api_key
    assert asking.authorize(key, "uptime", "read", project_id=project_id).project_id == project_id
    by_slug = asking.authorize(key, "uptime", "read", project_slug=own["slug"])
    assert by_slug.project_id == own["id"]
    with pytest.raises(LatchkeyError) as refused:
        asking.authorize(key, "uptime", "read")
    assert (refused.value.status, refused.value.code) == (400, "project_required")


def test_authorize_tells_the_callers_address(
    asking: Latchkey, owner: Latchkey, project_id: str
) -> None:
    bound = owner.api_keys.create(
        name="Bound", project_id=project_id, allowed_ips=["203.0.113.0/24"]
    )["secret"]
    assert bound is not None
    assert asking.authorize(bound, "uptime", "read", ip="203.0.113.9").project_id == project_id
    with pytest.raises(LatchkeyError) as refused:
        asking.authorize(bound, "uptime", "read", ip="198.51.100.1")
    assert (refused.value.status, refused.value.code) == (403, "ip_not_allowed")


def test_authorize_hands_back_a_429_rather_than_waiting(
    client: MakeClient, network: Network, secret: str
) -> None:
    network.answer_next("HTTP/1.1 429 Slow down\nRetry-After: 0\nContent-Length: 0\n\n")
    with pytest.raises(LatchkeyError) as refused:
        client(network.url, token=None).authorize(secret, "uptime", "read")
    assert (refused.value.status, refused.value.retry_after) == (429, 0)


@pytest.mark.parametrize(
    "headers",
    [
        "",
        "X-Auth-Credential-Id: 1\n",
        "X-Auth-Access: read\n",
        "X-Auth-Credential-Id: 1\nX-Auth-Access: none\n",
    ],
)
def test_authorize_takes_no_200_for_a_yes_that_does_not_say_who_calls(
    client: MakeClient, network: Network, secret: str, headers: str
) -> None:
    network.answer_next(f"HTTP/1.1 200 OK\n{headers}Content-Length: 0\n\n")
    with pytest.raises(LatchkeyError) as refused:
        client(network.url, token=None).authorize(secret, "uptime", "read")
    assert refused.value.code == "unexpected_answer"


def test_verify_tells_whether_a_token_may_pass(
    checking: Latchkey, secret: str, project_id: str
) -> None:
    yes = checking.verify(token=secret, product="uptime", access="read")
    assert (yes["valid"], yes["code"], yes["project_id"]) == (True, None, project_id)
    no = checking.verify(token=secret, product="uptime", access="read_write")
    assert (no["valid"], no["code"]) == (False, "insufficient_permissions")


def test_verify_sees_a_revocation_at_once(
    checking: Latchkey, owner: Latchkey, project_id: str
) -> None:
    id, secret = made(owner, project_id)
    assert checking.verify(token=secret, product="uptime", access="read")["valid"]
    owner.api_keys.revoke(id)
    revoked = checking.verify(token=secret, product="uptime", access="read")
    assert (revoked["valid"], revoked["code"]) == (False, "invalid_token")


def test_verify_is_asked_again_when_its_answer_is_lost(
    client: MakeClient, network: Network, server: Server, secret: str
) -> None:
    checking = client(network.url, token=server.platform_key)
    network.lose_next_answer()
    assert checking.verify(token=secret, product="uptime", access="read")["valid"]


def test_verify_batch_gives_results_in_the_order_of_the_checks(
    checking: Latchkey, secret: str
) -> None:
    results = checking.verify_batch(
        {"token": token, "product": "uptime", "access": "read"}
        for token in (secret, "sk_wrong", secret)
    )
    assert [result["valid"] for result in results] == [True, False, True]


def test_verify_raises_403_without_a_platform_key(latchkey: Latchkey, secret: str) -> None:
    with pytest.raises(LatchkeyError) as refused:
        latchkey.verify(token=secret, product="uptime", access="read")
    assert refused.value.status == 403
