from __future__ import annotations

import threading
from email.utils import formatdate
from time import time
from uuid import uuid4

import httpx
import pytest
from conftest import MakeClient
from hypothesis import given
from hypothesis import strategies as st
from network import Network
from server import Server

from latchkey import Latchkey, LatchkeyError, LatchkeyUnreachable
from latchkey._answers import retry_after_of
from latchkey._calls import Call
from latchkey._retries import pause_before_retry

UNAVAILABLE = "HTTP/1.1 {} Not now\nRetry-After: 0\nContent-Length: 0\n\n"


@pytest.fixture
def spoilt(client: MakeClient, network: Network) -> Latchkey:
    """A client by way of a network that can be spoiled."""
    return client(network.url)


def test_a_lost_answer_of_a_get_is_asked_for_again(spoilt: Latchkey, network: Network) -> None:
    network.lose_next_answer()
    assert spoilt.users.me()["type"] == "human"
    assert network.times_sent("GET /v1/users/me") == 2


def test_a_lost_answer_of_a_post_is_asked_for_again_and_what_it_made_is_made_once(
    spoilt: Latchkey, network: Network
) -> None:
    network.lose_next_answer()
    name = str(uuid4())
    assert spoilt.projects.create(name=name)["name"] == name
    assert network.times_sent("POST /v1/projects") == 2
    assert [project["name"] for project in spoilt.projects.all()].count(name) == 1


def test_a_secret_whose_answer_was_lost_is_none(spoilt: Latchkey, network: Network) -> None:
    network.lose_next_answer()
    assert spoilt.api_keys.create(name="Once")["secret"] is None


def test_a_lost_answer_of_a_delete_is_asked_for_again(spoilt: Latchkey, network: Network) -> None:
    key = spoilt.api_keys.create(name="Gone")
    network.lose_next_answer()
    spoilt.api_keys.revoke(key["id"])
    assert spoilt.api_keys.get(key["id"])["status"] == "revoked"


def test_a_lost_answer_of_a_patch_is_not_asked_for_again(
    spoilt: Latchkey, network: Network
) -> None:
    project = spoilt.projects.create(name="Before")
    network.lose_next_answer()
    with pytest.raises(LatchkeyUnreachable):
        spoilt.projects.update(project["id"], name="After")
    assert network.times_sent(f"PATCH /v1/projects/{project['id']}") == 1


def test_a_lost_answer_of_a_login_is_not_asked_for_again(
    spoilt: Latchkey, network: Network, server: Server
) -> None:
    network.lose_next_answer()
    with pytest.raises(LatchkeyUnreachable):
        spoilt.logins.login(email=server.owner_email, password=server.owner_password)
    assert network.times_sent("POST /v1/auth/login") == 1


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_what_had_no_effect_is_sent_again(spoilt: Latchkey, network: Network, status: int) -> None:
    network.answer_next(UNAVAILABLE.format(status))
    assert spoilt.projects.create(name="Patient")["name"] == "Patient"


def test_503_is_not_sent_again_where_it_may_have_had_an_effect(
    spoilt: Latchkey, network: Network
) -> None:
    project = spoilt.projects.create(name="Before")
    network.answer_next(UNAVAILABLE.format(503))
    with pytest.raises(LatchkeyError) as refused:
        spoilt.projects.update(project["id"], name="After")
    assert refused.value.status == 503


def test_an_idempotency_key_of_ones_own_names_a_call_over_several_of_them(
    latchkey: Latchkey,
) -> None:
    key = str(uuid4())
    made = latchkey.projects.create(name="Ordered", idempotency_key=key)
    assert latchkey.projects.create(name="Ordered", idempotency_key=key)["id"] == made["id"]
    with pytest.raises(LatchkeyError) as refused:
        latchkey.projects.create(name="Another", idempotency_key=key)
    assert (refused.value.status, refused.value.code) == (409, "idempotency_conflict")


def test_a_server_that_is_not_up_yet_is_waited_for_also_by_what_must_not_arrive_twice(
    client: MakeClient, server: Server
) -> None:
    network = Network(server.url)
    network.close()
    latchkey = client(network.url, token=None, max_retries=8)
    opening = threading.Timer(0.1, network.open)
    opening.start()
    tokens = latchkey.logins.login(email=server.owner_email, password=server.owner_password)
    assert tokens["expires_in"] > 0
    network.close()


def test_latchkey_unreachable_says_why_after_so_many_tries(
    client: MakeClient, network: Network
) -> None:
    latchkey = client(network.url, max_retries=1)
    network.cut()
    with pytest.raises(LatchkeyUnreachable, match=r"^Latchkey cannot be reached: .") as failed:
        latchkey.users.me()
    assert isinstance(failed.value.__cause__, httpx.TransportError)


def test_latchkey_unreachable_after_the_time_that_a_call_may_take(
    client: MakeClient, network: Network
) -> None:
    network.freeze()
    with pytest.raises(LatchkeyUnreachable, match=r"no answer within 0\.2 s$"):
        client(network.url, timeout=0.2).users.me()


def test_429_is_raised_at_once_where_the_wait_is_longer_than_the_call_may_take(
    client: MakeClient, operator: Latchkey, server: Server
) -> None:
    organization = operator.organizations.create(
        name="Small", slug=f"small-{uuid4().hex[:8]}", owner_email=server.owner_email
    )
    operator.organizations.update(organization["id"], rate_limit_per_minute=1)
    visitor = client(token=None)
    session = visitor.logins.login(
        email=server.owner_email,
        password=server.owner_password,
        organization=organization["id"],
    )
    key = client(token=session["access_token"]).api_keys.create(name="Hasty")
    hasty = client(token=key["secret"], timeout=20)
    hasty.users.me()
    with pytest.raises(LatchkeyError) as refused:
        hasty.users.me()
    assert (refused.value.status, refused.value.code) == (429, "rate_limit_exceeded")
    assert refused.value.retry_after is not None
    assert refused.value.retry_after > 20


calls = st.builds(
    Call,
    method=st.sampled_from(["GET", "POST", "PUT", "PATCH", "DELETE"]),
    path=st.just("/"),
    keyed=st.booleans(),
    harmless=st.booleans(),
    waits_for_limit=st.booleans(),
)
answers = st.builds(
    httpx.Response,
    st.integers(200, 599),
    headers=st.integers(0, 100).map(lambda seconds: {"Retry-After": str(seconds)}),
)


lost = st.sampled_from([httpx.ReadTimeout("lost"), httpx.RemoteProtocolError("lost")])
never_sent = st.sampled_from([httpx.ConnectError("refused"), httpx.ConnectTimeout("slow")])


@given(call=calls, answer=answers | lost, attempt=st.integers(0, 5), chance=st.floats(0, 1))
def test_only_what_may_arrive_twice_or_was_refused_by_the_limit_is_sent_again(
    call: Call, answer: httpx.Response | httpx.RequestError, attempt: int, chance: float
) -> None:
    pause = pause_before_retry(answer, call, attempt, chance)
    if isinstance(answer, httpx.RequestError) or answer.status_code in {502, 503, 504}:
        assert (pause is None) == (not call.repeatable)
    elif answer.status_code == 429:
        assert (pause is None) == (not call.waits_for_limit)
    else:
        assert pause is None
    if pause is not None and isinstance(answer, httpx.Response):
        assert pause >= int(answer.headers["Retry-After"])


@given(call=calls, outcome=never_sent, attempt=st.integers(0, 5), chance=st.floats(0, 1))
def test_what_found_no_connection_is_sent_again_whatever_it_does(
    call: Call, outcome: httpx.RequestError, attempt: int, chance: float
) -> None:
    assert pause_before_retry(outcome, call, attempt, chance) is not None


@pytest.mark.parametrize(
    ("told", "seconds"),
    [
        ("7", 7.0),
        (" 0 ", 0.0),
        ("", None),
        ("-1", None),
        ("1.5", None),
        ("soon", None),
        ("9" * 400, None),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0.0),
        ("Wed, 99 Oct 2015 07:28:00 GMT", None),
    ],
)
def test_retry_after_is_read_as_seconds_or_as_a_date(told: str, seconds: float | None) -> None:
    assert retry_after_of({"Retry-After": told}) == seconds


def test_retry_after_may_be_a_date_to_come() -> None:
    seconds = retry_after_of({"Retry-After": formatdate(time() + 3600, usegmt=True)})
    assert seconds is not None
    assert 0 < seconds <= 3600
