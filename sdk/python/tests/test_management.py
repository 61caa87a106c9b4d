from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from conftest import MakeClient
from server import Server

from latchkey import Latchkey, LatchkeyError
from latchkey._calls import Call


def test_a_project_is_made_shown_changed_listed_and_deleted(latchkey: Latchkey) -> None:
    project = latchkey.projects.create(name="Website")
    assert latchkey.projects.get(project["id"]) == project
    assert latchkey.projects.update(project["id"], name="Shop")["name"] == "Shop"
    assert project["id"] in [each["id"] for each in latchkey.projects.all()]
    latchkey.projects.delete(project["id"])
    with pytest.raises(LatchkeyError) as refused:
        latchkey.projects.get(project["id"])
    assert (refused.value.status, refused.value.code) == (404, "project_not_found")


def test_a_key_is_good_until_it_is_revoked(client: MakeClient, latchkey: Latchkey) -> None:
    key = latchkey.api_keys.create(name="CI", product_scopes={"uptime": "read"})
    holder = client(token=key["secret"])
    assert holder.users.me()["credential"]["id"] == key["id"]
    latchkey.api_keys.revoke(key["id"])
    with pytest.raises(LatchkeyError) as refused:
        holder.users.me()
    assert (refused.value.status, refused.value.code) == (401, "invalid_token")


def test_all_gives_every_item_over_as_many_pages_as_there_are(latchkey: Latchkey) -> None:
    made = [latchkey.projects.create(name=f"Page {n}")["id"] for n in range(5)]
    listed = [project["id"] for project in latchkey.projects.all(limit=2)]
    assert listed[:5] == made[::-1]
    assert listed == [project["id"] for project in latchkey.projects.all()]


def test_a_page_tells_whether_there_is_more(latchkey: Latchkey) -> None:
    for name in ("First", "Second"):
        latchkey.projects.create(name=name)
    page = latchkey.projects.list(limit=1)
    assert page["has_more"] is True
    older = latchkey.projects.list(limit=1, cursor=page["next_cursor"])
    assert (page["data"][0]["name"], older["data"][0]["name"]) == ("Second", "First")


def test_none_is_not_the_same_as_left_out(latchkey: Latchkey) -> None:
    soon = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    key = latchkey.api_keys.create(name="Short", expires_at=soon)
    assert latchkey.api_keys.update(key["id"], name="Still short")["expires_at"] is not None
    assert latchkey.api_keys.update(key["id"], expires_at=None)["expires_at"] is None


def test_a_parameter_whose_name_python_keeps_for_itself_ends_with_an_underscore(
    latchkey: Latchkey,
) -> None:
    latchkey.projects.create(name="Told")
    hour = timedelta(hours=1)
    now = datetime.now(UTC)
    assert latchkey.audit.list(from_=(now - hour).isoformat())["data"] != []
    assert latchkey.audit.list(from_=(now + hour).isoformat())["data"] == []


def test_a_person_signs_in_and_out_without_a_token_of_the_client(
    client: MakeClient, server: Server
) -> None:
    visitor = client(token=None)
    tokens = visitor.logins.login(email=server.owner_email, password=server.owner_password)
    person = visitor.with_options(token=tokens["access_token"])
    assert person.users.me()["credential"]["type"] == "session"
    person.sessions.logout()
    with pytest.raises(LatchkeyError) as refused:
        person.users.me()
    assert refused.value.code == "invalid_token"


def test_an_oauth_client_gets_a_token_by_a_form(client: MakeClient, latchkey: Latchkey) -> None:
    account = latchkey.service_accounts.create(name="Bot", role="admin")
    made = latchkey.clients.create(account["id"], name="Nightly")
    assert made["client_secret"] is not None
    # Its own credential goes with the form, so the client's must not: two would be refused.
    token = latchkey.oauth.token(
        grant_type="client_credentials",
        client_id=made["client_id"],
        client_secret=made["client_secret"],
    )
    assert client(token=token["access_token"]).users.me()["id"] == account["id"]
    assert latchkey.oauth.introspect(token=token["access_token"])["active"] is True
    latchkey.oauth.revoke(token=token["access_token"])
    assert latchkey.oauth.introspect(token=token["access_token"]) == {"active": False}


def test_a_project_is_selected_for_all_calls_of_a_client(latchkey: Latchkey) -> None:
    project = latchkey.projects.create(name="Chosen", slug=f"chosen-{uuid4().hex[:8]}")
    by_id = latchkey.with_options(project_id=project["id"])
    by_slug = latchkey.with_options(project_slug=project["slug"])
    for chosen in (by_id, by_slug):
        assert chosen.api_keys.list()["data"] == []
    assert latchkey.api_keys.list()["data"] != []


def test_a_token_may_be_given_when_it_is_asked_for(client: MakeClient, server: Server) -> None:
    given = [server.api_key, server.platform_key]
    latchkey = client(token=given.pop)
    assert latchkey.users.me()["type"] == "platform"
    assert latchkey.users.me()["type"] == "human"


@pytest.mark.parametrize("id", ["", ".", ".."])
def test_an_id_that_leads_to_another_path_is_not_sent(latchkey: Latchkey, id: str) -> None:
    with pytest.raises(ValueError, match="an id is missing"):
        latchkey.api_keys.revoke(id)


@pytest.mark.parametrize("id", ["a/b", "current?x", "%2e%2e", "ü", "a b#c"])
def test_an_id_stays_one_segment_of_the_path(latchkey: Latchkey, id: str) -> None:
    with pytest.raises(LatchkeyError) as refused:
        latchkey.api_keys.revoke(id)
    assert (refused.value.status, refused.value.code) == (400, "invalid_request")


def test_an_answer_is_given_as_it_arrives(latchkey: Latchkey) -> None:
    chunks = latchkey._calls.stream(Call(method="GET", path="/openapi.json"))
    assert json.loads(b"".join(chunks))["info"]["title"] == "Latchkey"


def test_an_answer_that_is_refused_does_not_arrive(client: MakeClient) -> None:
    chunks = client(token="sk_wrong")._calls
    with pytest.raises(LatchkeyError) as refused:
        list(chunks.stream(Call(method="GET", path="/v1/audit-events")))
    assert (refused.value.status, refused.value.code) == (401, "invalid_token")
