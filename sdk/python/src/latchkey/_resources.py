"""The nouns of the API, with a method for each call.

Generated from openapi.json by `npm run generate:python`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from ._calls import Call, segment
from ._pages import Page, every_item

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Unpack

    from . import models
    from ._sending import Calls


class Organizations:
    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def list(
        self, *, limit: int | None = None, cursor: str | None = None
    ) -> Page[models.OrganizationView]:
        """Lists organizations.

        With a session, those that its user is a member of; with a key or a session of single sign-on, its own; with a platform key, all.

        `limit`: How many items at most: 1 to 100.

        `cursor`: The `next_cursor` of the page before. Opaque, and good for this list only.
        """
        answer: Page[models.OrganizationView] = self._calls.send(
            Call(method="GET", path="/v1/organizations", query={"limit": limit, "cursor": cursor})
        )
        return answer

    def all(self, *, limit: int = 100) -> Iterator[models.OrganizationView]:
        """Every item of `list`, fetched page by page as they are asked for."""
        return every_item(lambda cursor: self.list(limit=limit, cursor=cursor))

    def create(
        self, *, idempotency_key: str | None = None, **body: Unpack[models.CreateOrganization]
    ) -> models.OrganizationView:
        """Makes an organization.

        A session's user becomes its owner; a platform key names the owner's e-mail address. Other credentials
        are refused.
        """
        answer: models.OrganizationView = self._calls.send(
            Call(
                method="POST",
                path="/v1/organizations",
                body=body,
                keyed=True,
                idempotency_key=idempotency_key,
            )
        )
        return answer

    def get(self, id: str, /) -> models.OrganizationView:
        """Shows an organization."""
        answer: models.OrganizationView = self._calls.send(
            Call(method="GET", path=f"/v1/organizations/{segment(id)}")
        )
        return answer

    def update(
        self, id: str, /, **body: Unpack[models.UpdateOrganization]
    ) -> models.OrganizationView:
        """Changes an organization. What the policy binds, it binds from the next call on."""
        answer: models.OrganizationView = self._calls.send(
            Call(method="PATCH", path=f"/v1/organizations/{segment(id)}", body=body)
        )
        return answer

    def delete(self, id: str, /) -> None:
        """Deletes an organization and revokes all its keys. Only an owner may, or a platform key."""
        self._calls.send(Call(method="DELETE", path=f"/v1/organizations/{segment(id)}"))


class ApiKeys:
    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def create(
        self, *, idempotency_key: str | None = None, **body: Unpack[models.CreateApiKey]
    ) -> models.ApiKeyWithSecret:
        """Makes a key. Its secret is in this answer and nowhere else."""
        answer: models.ApiKeyWithSecret = self._calls.send(
            Call(
                method="POST",
                path="/v1/api-keys",
                body=body,
                keyed=True,
                idempotency_key=idempotency_key,
            )
        )
        return answer

    def list(
        self,
        *,
        limit: int | None = None,
        status: Literal["active", "disabled", "expired", "revoked"] | None = None,
        owner_id: str | None = None,
        project_id: str | None = None,
        cursor: str | None = None,
    ) -> Page[models.ApiKeyView]:
        """Lists keys, newest first: those of the projects where you may see keys, and your own.

        `limit`: How many items at most: 1 to 100.

        `status`: Only keys in this state.

        `owner_id`: Only keys of this member.

        `project_id`: Only what belongs to this project: the same as naming it in a header.

        `cursor`: The `next_cursor` of the page before. Opaque, and good for this list only.
        """
        answer: Page[models.ApiKeyView] = self._calls.send(
            Call(
                method="GET",
                path="/v1/api-keys",
                query={
                    "limit": limit,
                    "status": status,
                    "owner_id": owner_id,
                    "project_id": project_id,
                    "cursor": cursor,
                },
            )
        )
        return answer

    def all(
        self,
        *,
        status: Literal["active", "disabled", "expired", "revoked"] | None = None,
        owner_id: str | None = None,
        project_id: str | None = None,
        limit: int = 100,
    ) -> Iterator[models.ApiKeyView]:
        """Every item of `list`, fetched page by page as they are asked for."""
        return every_item(
            lambda cursor: self.list(
                status=status, owner_id=owner_id, project_id=project_id, limit=limit, cursor=cursor
            )
        )

    def revoke_current(self) -> None:
        """Revokes the very key that makes this call."""
        self._calls.send(Call(method="DELETE", path="/v1/api-keys/current"))

    def get(self, id: str, /) -> models.ApiKeyView:
        """Shows a key, also a revoked one."""
        answer: models.ApiKeyView = self._calls.send(
            Call(method="GET", path=f"/v1/api-keys/{segment(id)}")
        )
        return answer

    def update(self, id: str, /, **body: Unpack[models.UpdateApiKey]) -> models.ApiKeyView:
        """Changes a key. What it binds, it binds from the next call on."""
        answer: models.ApiKeyView = self._calls.send(
            Call(method="PATCH", path=f"/v1/api-keys/{segment(id)}", body=body)
        )
        return answer

    def revoke(self, id: str, /) -> None:
        """Revokes a key for good: no call that starts after this answer is let in by it. Repeating is harmless."""
        self._calls.send(Call(method="DELETE", path=f"/v1/api-keys/{segment(id)}"))

    def rotate(
        self, id: str, /, *, idempotency_key: str | None = None, **body: Unpack[models.RotateApiKey]
    ) -> models.ApiKeyWithSecret:
        """Gives a key a new secret. The old one is refused at once, or after the overlap."""
        answer: models.ApiKeyWithSecret = self._calls.send(
            Call(
                method="POST",
                path=f"/v1/api-keys/{segment(id)}/rotate",
                body=body,
                keyed=True,
                idempotency_key=idempotency_key,
            )
        )
        return answer


class Products:
    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def list(
        self, *, limit: int | None = None, cursor: str | None = None
    ) -> Page[models.ProductView]:
        """Lists the products that access can be granted to: the operator's newest first, then the built-in ones.

        `limit`: How many items at most: 1 to 100.

        `cursor`: The `next_cursor` of the page before. Opaque, and good for this list only.
        """
        answer: Page[models.ProductView] = self._calls.send(
            Call(method="GET", path="/v1/products", query={"limit": limit, "cursor": cursor})
        )
        return answer

    def all(self, *, limit: int = 100) -> Iterator[models.ProductView]:
        """Every item of `list`, fetched page by page as they are asked for."""
        return every_item(lambda cursor: self.list(limit=limit, cursor=cursor))

    def create(
        self, *, idempotency_key: str | None = None, **body: Unpack[models.CreateProduct]
    ) -> models.ProductView:
        """Adds a product to the installation. Takes a platform key."""
        answer: models.ProductView = self._calls.send(
            Call(
                method="POST",
                path="/v1/products",
                body=body,
                keyed=True,
                idempotency_key=idempotency_key,
            )
        )
        return answer

    def update(self, slug: str, /, **body: Unpack[models.UpdateProduct]) -> models.ProductView:
        """Changes a product's name or description. Takes a platform key."""
        answer: models.ProductView = self._calls.send(
            Call(method="PATCH", path=f"/v1/products/{segment(slug)}", body=body)
        )
        return answer

    def delete(self, slug: str, /) -> None:
        """Deletes a product. Takes a platform key.

        Takes it out of every role and every key's scopes. Adding one of the same slug again revives none of them.
        """
        self._calls.send(Call(method="DELETE", path=f"/v1/products/{segment(slug)}"))


class Members:
    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def list(
        self, *, limit: int | None = None, cursor: str | None = None, project_id: str | None = None
    ) -> Page[models.MemberView]:
        """Lists the members of the organization, or of the selected project: humans and service accounts.

        `limit`: How many items at most: 1 to 100.

        `cursor`: The `next_cursor` of the page before. Opaque, and good for this list only.

        `project_id`: Only what belongs to this project: the same as naming it in a header.
        """
        answer: Page[models.MemberView] = self._calls.send(
            Call(
                method="GET",
                path="/v1/members",
                query={"limit": limit, "cursor": cursor, "project_id": project_id},
            )
        )
        return answer

    def all(
        self, *, project_id: str | None = None, limit: int = 100
    ) -> Iterator[models.MemberView]:
        """Every item of `list`, fetched page by page as they are asked for."""
        return every_item(
            lambda cursor: self.list(project_id=project_id, limit=limit, cursor=cursor)
        )

    def get(self, id: str, /) -> models.MemberView:
        """Shows a member."""
        answer: models.MemberView = self._calls.send(
            Call(method="GET", path=f"/v1/members/{segment(id)}")
        )
        return answer

    def update(self, id: str, /, **body: Unpack[models.UpdateMember]) -> models.MemberView:
        """Changes a member's name, role or status. Only an owner changes an owner, or makes one."""
        answer: models.MemberView = self._calls.send(
            Call(method="PATCH", path=f"/v1/members/{segment(id)}", body=body)
        )
        return answer

    def delete(self, id: str, /) -> None:
        """Removes a member and revokes its keys."""
        self._calls.send(Call(method="DELETE", path=f"/v1/members/{segment(id)}"))


class ServiceAccounts:
    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def list(
        self, *, limit: int | None = None, cursor: str | None = None, project_id: str | None = None
    ) -> Page[models.MemberView]:
        """Lists the service accounts of the organization, or of the selected project.

        `limit`: How many items at most: 1 to 100.

        `cursor`: The `next_cursor` of the page before. Opaque, and good for this list only.

        `project_id`: Only what belongs to this project: the same as naming it in a header.
        """
        answer: Page[models.MemberView] = self._calls.send(
            Call(
                method="GET",
                path="/v1/service-accounts",
                query={"limit": limit, "cursor": cursor, "project_id": project_id},
            )
        )
        return answer

    def all(
        self, *, project_id: str | None = None, limit: int = 100
    ) -> Iterator[models.MemberView]:
        """Every item of `list`, fetched page by page as they are asked for."""
        return every_item(
            lambda cursor: self.list(project_id=project_id, limit=limit, cursor=cursor)
        )

    def create(
        self, *, idempotency_key: str | None = None, **body: Unpack[models.CreateServiceAccount]
    ) -> models.MemberView:
        """Makes a service account: a member without a password, which acts by its keys."""
        answer: models.MemberView = self._calls.send(
            Call(
                method="POST",
                path="/v1/service-accounts",
                body=body,
                keyed=True,
                idempotency_key=idempotency_key,
            )
        )
        return answer

    def get(self, id: str, /) -> models.MemberView:
        """Shows a service account."""
        answer: models.MemberView = self._calls.send(
            Call(method="GET", path=f"/v1/service-accounts/{segment(id)}")
        )
        return answer

    def update(self, id: str, /, **body: Unpack[models.UpdateServiceAccount]) -> models.MemberView:
        """Changes a service account's name, role or status."""
        answer: models.MemberView = self._calls.send(
            Call(method="PATCH", path=f"/v1/service-accounts/{segment(id)}", body=body)
        )
        return answer

    def delete(self, id: str, /) -> None:
        """Removes a service account and revokes its keys."""
        self._calls.send(Call(method="DELETE", path=f"/v1/service-accounts/{segment(id)}"))


class ProjectMembers:
    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def list(
        self,
        id: str,
        /,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        project_id: str | None = None,
    ) -> Page[models.MemberView]:
        """Lists the members that hold a role in the project. Owners and admins of the organization have access without one.

        `limit`: How many items at most: 1 to 100.

        `cursor`: The `next_cursor` of the page before. Opaque, and good for this list only.

        `project_id`: Only what belongs to this project: the same as naming it in a header.
        """
        answer: Page[models.MemberView] = self._calls.send(
            Call(
                method="GET",
                path=f"/v1/projects/{segment(id)}/members",
                query={"limit": limit, "cursor": cursor, "project_id": project_id},
            )
        )
        return answer

    def all(
        self, id: str, /, *, project_id: str | None = None, limit: int = 100
    ) -> Iterator[models.MemberView]:
        """Every item of `list`, fetched page by page as they are asked for."""
        return every_item(
            lambda cursor: self.list(id, project_id=project_id, limit=limit, cursor=cursor)
        )

    def set(
        self, id: str, member_id: str, /, **body: Unpack[models.SetProjectRole]
    ) -> models.MemberView:
        """Gives a member a role in the project, in place of the one that it has there."""
        answer: models.MemberView = self._calls.send(
            Call(
                method="PUT",
                path=f"/v1/projects/{segment(id)}/members/{segment(member_id)}",
                body=body,
            )
        )
        return answer

    def remove(self, id: str, member_id: str, /) -> None:
        """Takes a member's role in the project away."""
        self._calls.send(
            Call(method="DELETE", path=f"/v1/projects/{segment(id)}/members/{segment(member_id)}")
        )


class Roles:
    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def list(
        self,
        *,
        limit: int | None = None,
        level: Literal["organization", "project"] | None = None,
        cursor: str | None = None,
    ) -> Page[models.RoleView]:
        """Lists the organization's own roles, newest first, then the built-in ones.

        `limit`: How many items at most: 1 to 100.

        `level`: Only roles of this level.

        `cursor`: The `next_cursor` of the page before. Opaque, and good for this list only.
        """
        answer: Page[models.RoleView] = self._calls.send(
            Call(
                method="GET",
                path="/v1/roles",
                query={"limit": limit, "level": level, "cursor": cursor},
            )
        )
        return answer

    def all(
        self, *, level: Literal["organization", "project"] | None = None, limit: int = 100
    ) -> Iterator[models.RoleView]:
        """Every item of `list`, fetched page by page as they are asked for."""
        return every_item(lambda cursor: self.list(level=level, limit=limit, cursor=cursor))

    def create(
        self, *, idempotency_key: str | None = None, **body: Unpack[models.CreateRole]
    ) -> models.RoleView:
        """Makes a role. It may not hold more than its maker."""
        answer: models.RoleView = self._calls.send(
            Call(
                method="POST",
                path="/v1/roles",
                body=body,
                keyed=True,
                idempotency_key=idempotency_key,
            )
        )
        return answer

    def get(self, id: str, /) -> models.RoleView:
        """Shows a role."""
        answer: models.RoleView = self._calls.send(
            Call(method="GET", path=f"/v1/roles/{segment(id)}")
        )
        return answer

    def update(self, id: str, /, **body: Unpack[models.UpdateRole]) -> models.RoleView:
        """Changes a role for everyone who holds it. Built-in roles cannot be changed."""
        answer: models.RoleView = self._calls.send(
            Call(method="PATCH", path=f"/v1/roles/{segment(id)}", body=body)
        )
        return answer

    def delete(self, id: str, /) -> None:
        """Deletes a role that nobody holds."""
        self._calls.send(Call(method="DELETE", path=f"/v1/roles/{segment(id)}"))


class Users:
    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def me(self) -> models.Me:
        """Tells whom the credential acts for and what it may do. Works for every valid credential."""
        answer: models.Me = self._calls.send(Call(method="GET", path="/v1/users/me"))
        return answer


class Projects:
    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def list(
        self, *, limit: int | None = None, cursor: str | None = None, project_id: str | None = None
    ) -> Page[models.ProjectView]:
        """Lists the projects that you have access to.

        `limit`: How many items at most: 1 to 100.

        `cursor`: The `next_cursor` of the page before. Opaque, and good for this list only.

        `project_id`: Only what belongs to this project: the same as naming it in a header.
        """
        answer: Page[models.ProjectView] = self._calls.send(
            Call(
                method="GET",
                path="/v1/projects",
                query={"limit": limit, "cursor": cursor, "project_id": project_id},
            )
        )
        return answer

    def all(
        self, *, project_id: str | None = None, limit: int = 100
    ) -> Iterator[models.ProjectView]:
        """Every item of `list`, fetched page by page as they are asked for."""
        return every_item(
            lambda cursor: self.list(project_id=project_id, limit=limit, cursor=cursor)
        )

    def create(
        self, *, idempotency_key: str | None = None, **body: Unpack[models.CreateProject]
    ) -> models.ProjectView:
        """Makes a project."""
        answer: models.ProjectView = self._calls.send(
            Call(
                method="POST",
                path="/v1/projects",
                body=body,
                keyed=True,
                idempotency_key=idempotency_key,
            )
        )
        return answer

    def get(self, id: str, /) -> models.ProjectView:
        """Shows a project."""
        answer: models.ProjectView = self._calls.send(
            Call(method="GET", path=f"/v1/projects/{segment(id)}")
        )
        return answer

    def update(self, id: str, /, **body: Unpack[models.UpdateProject]) -> models.ProjectView:
        """Changes a project's name or slug."""
        answer: models.ProjectView = self._calls.send(
            Call(method="PATCH", path=f"/v1/projects/{segment(id)}", body=body)
        )
        return answer

    def delete(self, id: str, /) -> None:
        """Deletes a project and revokes its keys. Its slug is free again."""
        self._calls.send(Call(method="DELETE", path=f"/v1/projects/{segment(id)}"))


class Audit:
    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def list(
        self,
        *,
        limit: int | None = None,
        outcome: Literal["allowed", "denied"] | None = None,
        action: str | None = None,
        actor_id: str | None = None,
        key_id: str | None = None,
        product: str | None = None,
        from_: str | None = None,
        to: str | None = None,
        ip: str | None = None,
        project_id: str | None = None,
        cursor: str | None = None,
    ) -> Page[models.AuditEventView]:
        """Lists what was done and refused, newest first. A project's admin sees that project's events.

        `limit`: How many items at most: 1 to 100.

        `action`: What happened: `noun.past`.

        `actor_id`: Who did it: a member or a platform key.

        `key_id`: The credential that it was done with: an API key, a session or an OAuth client.

        `product`: The product that access was asked to.

        `from`: The earliest moment, included.

        `to`: The latest moment, not included.

        `ip`: The address that it was done from.

        `project_id`: Only what belongs to this project: the same as naming it in a header.

        `cursor`: The `next_cursor` of the page before. Opaque, and good for this list only.
        """
        answer: Page[models.AuditEventView] = self._calls.send(
            Call(
                method="GET",
                path="/v1/audit-events",
                query={
                    "limit": limit,
                    "outcome": outcome,
                    "action": action,
                    "actor_id": actor_id,
                    "key_id": key_id,
                    "product": product,
                    "from": from_,
                    "to": to,
                    "ip": ip,
                    "project_id": project_id,
                    "cursor": cursor,
                },
            )
        )
        return answer

    def all(
        self,
        *,
        outcome: Literal["allowed", "denied"] | None = None,
        action: str | None = None,
        actor_id: str | None = None,
        key_id: str | None = None,
        product: str | None = None,
        from_: str | None = None,
        to: str | None = None,
        ip: str | None = None,
        project_id: str | None = None,
        limit: int = 100,
    ) -> Iterator[models.AuditEventView]:
        """Every item of `list`, fetched page by page as they are asked for."""
        return every_item(
            lambda cursor: self.list(
                outcome=outcome,
                action=action,
                actor_id=actor_id,
                key_id=key_id,
                product=product,
                from_=from_,
                to=to,
                ip=ip,
                project_id=project_id,
                limit=limit,
                cursor=cursor,
            )
        )

    def export(
        self,
        *,
        outcome: Literal["allowed", "denied"] | None = None,
        project_id: str | None = None,
        action: str | None = None,
        actor_id: str | None = None,
        key_id: str | None = None,
        product: str | None = None,
        from_: str | None = None,
        to: str | None = None,
        ip: str | None = None,
        format: Literal["ndjson", "csv"] | None = None,
    ) -> Iterator[bytes]:
        """Streams the log up to now, the oldest event first. Unfiltered `ndjson` can be verified offline.

        `project_id`: Only what belongs to this project: the same as naming it in a header.

        `action`: What happened: `noun.past`.

        `actor_id`: Who did it: a member or a platform key.

        `key_id`: The credential that it was done with: an API key, a session or an OAuth client.

        `product`: The product that access was asked to.

        `from`: The earliest moment, included.

        `to`: The latest moment, not included.

        `ip`: The address that it was done from.

        `format`: `ndjson`: an event a line, as the list has it, to be verified offline; `csv`: a table for people.
        """
        return self._calls.stream(
            Call(
                method="GET",
                path="/v1/audit-events/export",
                query={
                    "outcome": outcome,
                    "project_id": project_id,
                    "action": action,
                    "actor_id": actor_id,
                    "key_id": key_id,
                    "product": product,
                    "from": from_,
                    "to": to,
                    "ip": ip,
                    "format": format,
                },
            )
        )

    def get(self, id: str, /) -> models.AuditEventView:
        """Shows one event."""
        answer: models.AuditEventView = self._calls.send(
            Call(method="GET", path=f"/v1/audit-events/{segment(id)}")
        )
        return answer


class Sessions:
    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def refresh(self, **body: Unpack[models.Refresh]) -> models.SessionTokens:
        """Exchanges a refresh token for new tokens.

        Each is good for one exchange. One that comes again ends the session, save within 10 seconds from the same
        address and user agent: that is taken for a parallel call of the same client and gets the same new refresh token.
        A session that is not refreshed for 7 days is over, and so is one that is as old as the organization's policy says.
        """
        answer: models.SessionTokens = self._calls.send(
            Call(method="POST", path="/v1/auth/refresh", body=body, open=True)
        )
        return answer

    def logout(self) -> None:
        """Ends the session that makes this call. Its tokens are refused from now on."""
        self._calls.send(Call(method="POST", path="/v1/auth/logout"))

    def switch(
        self, *, idempotency_key: str | None = None, **body: Unpack[models.Switch]
    ) -> models.SessionTokens:
        """Ends the session that makes this call and begins one in another organization of yours.

        The new one lasts as that organization's policy says, but no longer than this one would have. A session of
        single sign-on counts in its organization only: 403.
        """
        answer: models.SessionTokens = self._calls.send(
            Call(
                method="POST",
                path="/v1/auth/switch",
                body=body,
                keyed=True,
                idempotency_key=idempotency_key,
            )
        )
        return answer

    def list(
        self, *, limit: int | None = None, cursor: str | None = None
    ) -> Page[models.SessionView]:
        """Lists your own sessions that are in force, in all your organizations. Only for a session.

        A session of single sign-on counts in its organization only: it lists those in that one.

        `limit`: How many items at most: 1 to 100.

        `cursor`: The `next_cursor` of the page before. Opaque, and good for this list only.
        """
        answer: Page[models.SessionView] = self._calls.send(
            Call(method="GET", path="/v1/auth/sessions", query={"limit": limit, "cursor": cursor})
        )
        return answer

    def all(self, *, limit: int = 100) -> Iterator[models.SessionView]:
        """Every item of `list`, fetched page by page as they are asked for."""
        return every_item(lambda cursor: self.list(limit=limit, cursor=cursor))

    def end(self, id: str, /) -> None:
        """Ends one of your own sessions, in whichever organization. Only for a session.

        A session of single sign-on ends those in its organization.
        """
        self._calls.send(Call(method="DELETE", path=f"/v1/auth/sessions/{segment(id)}"))


class Totp:
    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def state(self) -> models.TotpState:
        """Shows whether you have a second factor. Only for a session."""
        answer: models.TotpState = self._calls.send(Call(method="GET", path="/v1/auth/totp"))
        return answer

    def begin(
        self, *, idempotency_key: str | None = None, **body: Unpack[models.BeginTotp]
    ) -> models.TotpEnrolment:
        """Begins with a second factor: gives the secret for an authenticator app.

        Only for a session. Nothing changes until the app's first code is confirmed; beginning again makes another secret.
        `conflict` while a factor is enabled, `invalid_credentials` when the password is wrong.
        """
        answer: models.TotpEnrolment = self._calls.send(
            Call(
                method="POST",
                path="/v1/auth/totp",
                body=body,
                keyed=True,
                idempotency_key=idempotency_key,
            )
        )
        return answer

    def confirm(
        self, *, idempotency_key: str | None = None, **body: Unpack[models.ConfirmTotp]
    ) -> models.RecoveryCodes:
        """Enables the second factor by the app's first code. From now on signing in takes one.

        Only for a session, which counts as opened with the factor. Others of yours do not, but go on. Keep the recovery codes:
        nothing else gets you in when the app is lost.
        """
        answer: models.RecoveryCodes = self._calls.send(
            Call(
                method="POST",
                path="/v1/auth/totp/confirm",
                body=body,
                keyed=True,
                idempotency_key=idempotency_key,
            )
        )
        return answer

    def renew_recovery_codes(
        self, *, idempotency_key: str | None = None, **body: Unpack[models.ShowCode]
    ) -> models.RecoveryCodes:
        """Makes ten new recovery codes. Those before are worth nothing from now on. Only for a session."""
        answer: models.RecoveryCodes = self._calls.send(
            Call(
                method="POST",
                path="/v1/auth/totp/recovery-codes",
                body=body,
                keyed=True,
                idempotency_key=idempotency_key,
            )
        )
        return answer

    def disable(
        self, *, idempotency_key: str | None = None, **body: Unpack[models.ShowCode]
    ) -> None:
        """Gives the second factor up. Signing in takes the password alone from now on.

        Only for a session. None of yours counts as opened with a second factor any more: where an organization requires one,
        set one up again.
        """
        self._calls.send(
            Call(
                method="POST",
                path="/v1/auth/totp/disable",
                body=body,
                keyed=True,
                idempotency_key=idempotency_key,
            )
        )

    def reset(
        self, *, idempotency_key: str | None = None, **body: Unpack[models.ResetTotp]
    ) -> None:
        """Takes the second factor away from somebody who has lost it, and ends all their sessions. Takes a platform key.

        For whoever has neither app nor recovery codes. They sign in with their password alone then. Make sure that it is them who asks. `not_found` when nobody with this
        address has a second factor.
        """
        self._calls.send(
            Call(
                method="POST",
                path="/v1/auth/totp/reset",
                body=body,
                keyed=True,
                idempotency_key=idempotency_key,
            )
        )


class Logins:
    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def login(self, **body: Unpack[models.Login]) -> models.SessionTokens:
        """Signs a person in to one organization. Wrong password, wrong code, unknown e-mail and deactivated user look the same.

        `second_factor_required` when the password is right and the person has a second factor: ask for the code and send
        it with the password. Wrong codes slow down like wrong passwords.
        """
        answer: models.SessionTokens = self._calls.send(
            Call(method="POST", path="/v1/auth/login", body=body, open=True)
        )
        return answer


class Clients:
    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def list(
        self, id: str, /, *, limit: int | None = None, cursor: str | None = None
    ) -> Page[models.ClientView]:
        """Lists a service account's OAuth clients, newest first.

        `limit`: How many items at most: 1 to 100.

        `cursor`: The `next_cursor` of the page before. Opaque, and good for this list only.
        """
        answer: Page[models.ClientView] = self._calls.send(
            Call(
                method="GET",
                path=f"/v1/service-accounts/{segment(id)}/clients",
                query={"limit": limit, "cursor": cursor},
            )
        )
        return answer

    def all(self, id: str, /, *, limit: int = 100) -> Iterator[models.ClientView]:
        """Every item of `list`, fetched page by page as they are asked for."""
        return every_item(lambda cursor: self.list(id, limit=limit, cursor=cursor))

    def create(
        self, id: str, /, *, idempotency_key: str | None = None, **body: Unpack[models.CreateClient]
    ) -> models.ClientWithSecret:
        """Makes an OAuth client that acts for a service account. Its secret is in this answer and nowhere else."""
        answer: models.ClientWithSecret = self._calls.send(
            Call(
                method="POST",
                path=f"/v1/service-accounts/{segment(id)}/clients",
                body=body,
                keyed=True,
                idempotency_key=idempotency_key,
            )
        )
        return answer

    def update(
        self, id: str, client_id: str, /, **body: Unpack[models.UpdateClient]
    ) -> models.ClientView:
        """Changes a client's name or scope. A narrower scope binds its tokens from the next call on."""
        answer: models.ClientView = self._calls.send(
            Call(
                method="PATCH",
                path=f"/v1/service-accounts/{segment(id)}/clients/{segment(client_id)}",
                body=body,
            )
        )
        return answer

    def delete(self, id: str, client_id: str, /) -> None:
        """Deletes a client for good: its tokens are refused from the next call on. Repeating is harmless."""
        self._calls.send(
            Call(
                method="DELETE",
                path=f"/v1/service-accounts/{segment(id)}/clients/{segment(client_id)}",
            )
        )

    def rotate(
        self,
        id: str,
        client_id: str,
        /,
        *,
        idempotency_key: str | None = None,
        **body: Unpack[models.RotateClient],
    ) -> models.ClientWithSecret:
        """Gives a client a new secret. The old one is refused at once, or after the overlap; its tokens go on."""
        answer: models.ClientWithSecret = self._calls.send(
            Call(
                method="POST",
                path=f"/v1/service-accounts/{segment(id)}/clients/{segment(client_id)}/rotate",
                body=body,
                keyed=True,
                idempotency_key=idempotency_key,
            )
        )
        return answer


class Oauth:
    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def token(self, **body: Unpack[models.TokenRequest]) -> models.TokenResponse:
        """Gives a client an access token for its service account (RFC 6749, section 4.4).

        The client authenticates itself by HTTP Basic or in the form. The scope may be narrowed; one that exceeds
        the client's or what the service account has is `invalid_scope`. Parameters that are not known are ignored.
        """
        answer: models.TokenResponse = self._calls.send(
            Call(method="POST", path="/oauth/token", form=body)
        )
        return answer

    def introspect(self, **body: Unpack[models.PresentedTokenRequest]) -> models.Introspection:
        """Tells what is known of a token: an OAuth token, a session's, or an API key (RFC 7662).

        Called by a client, which learns of its organization's tokens; or with a bearer that may see API keys,
        which learns of those that it could see by itself, and of its own. A platform key learns of all. Whatever else is asked
        about gets exactly `{"active":false}`.
        """
        answer: models.Introspection = self._calls.send(
            Call(method="POST", path="/oauth/introspect", form=body)
        )
        return answer

    def revoke(self, **body: Unpack[models.PresentedTokenRequest]) -> None:
        """Revokes a token: no call that starts after this answer is let in by it (RFC 7009).

        A client revokes tokens that it was given itself. A bearer that may manage API keys revokes the OAuth tokens
        and API keys that it could see. A token that is not in force, or is nobody's, is 200 as well.
        """
        self._calls.send(Call(method="POST", path="/oauth/revoke", form=body))


class Discovery:
    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def metadata(self) -> models.ServerMetadata:
        """Tells OAuth clients where the endpoints are and what they support (RFC 8414)."""
        answer: models.ServerMetadata = self._calls.send(
            Call(method="GET", path="/.well-known/oauth-authorization-server", open=True)
        )
        return answer

    def keys(self) -> models.KeySet:
        """Publishes the keys that access tokens are verified with, the one that signs first (RFC 7517)."""
        answer: models.KeySet = self._calls.send(
            Call(method="GET", path="/.well-known/jwks.json", open=True)
        )
        return answer


class Passwords:
    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def change(
        self, *, idempotency_key: str | None = None, **body: Unpack[models.ChangePassword]
    ) -> None:
        """Changes your own password and ends all your other sessions, in every organization.

        Only for a session. `invalid_credentials` when `current_password` is wrong.
        """
        self._calls.send(
            Call(
                method="POST",
                path="/v1/auth/password",
                body=body,
                keyed=True,
                idempotency_key=idempotency_key,
            )
        )

    def forgot(self, **body: Unpack[models.ForgotPassword]) -> None:
        """Sends a link to choose a new password by e-mail, if somebody has this address.

        The answer is the same, and takes the same time, whoever has it. At most 3 links are on their way to a
        person at a time. A server without `SMTP_URL` sends none.
        """
        self._calls.send(Call(method="POST", path="/v1/auth/password/forgot", body=body, open=True))

    def reset(self, **body: Unpack[models.ResetPassword]) -> None:
        """Sets a new password by the token of the e-mail, and ends all sessions of the person.

        A token is good for one hour and for one use. It signs nobody in.
        """
        self._calls.send(Call(method="POST", path="/v1/auth/password/reset", body=body, open=True))


class Registration:
    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def register(self, **body: Unpack[models.Register]) -> models.SessionTokens:
        """Registers a person with an organization of their own, and signs them in there.

        Only where the operator has set `SIGNUP=open`, else `not_found`. `conflict` when the address is registered:
        then sign in, or choose a new password by e-mail.
        """
        answer: models.SessionTokens = self._calls.send(
            Call(method="POST", path="/v1/auth/register", body=body, open=True)
        )
        return answer


class Invitations:
    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def list(
        self, *, limit: int | None = None, cursor: str | None = None
    ) -> Page[models.InvitationView]:
        """Lists the invitations to the organization, whatever has become of them.

        `limit`: How many items at most: 1 to 100.

        `cursor`: The `next_cursor` of the page before. Opaque, and good for this list only.
        """
        answer: Page[models.InvitationView] = self._calls.send(
            Call(method="GET", path="/v1/invitations", query={"limit": limit, "cursor": cursor})
        )
        return answer

    def all(self, *, limit: int = 100) -> Iterator[models.InvitationView]:
        """Every item of `list`, fetched page by page as they are asked for."""
        return every_item(lambda cursor: self.list(limit=limit, cursor=cursor))

    def create(
        self, *, idempotency_key: str | None = None, **body: Unpack[models.CreateInvitation]
    ) -> models.NewInvitationView:
        """Invites somebody by e-mail to become a member, with roles that you hold yourself.

        A server without `SMTP_URL` sends no mail: the answer then holds `token` and `url`, to be handed on. An
        invitation is good for 7 days, and as long as whoever sent it could send it. `conflict` when somebody with the address is
        a member or has a pending invitation, when 3 were sent there in 7 days, or 1,000 anywhere that nobody has accepted.
        """
        answer: models.NewInvitationView = self._calls.send(
            Call(
                method="POST",
                path="/v1/invitations",
                body=body,
                keyed=True,
                idempotency_key=idempotency_key,
            )
        )
        return answer

    def delete(self, id: str, /) -> None:
        """Takes an invitation back. One that has been accepted cannot be."""
        self._calls.send(Call(method="DELETE", path=f"/v1/invitations/{segment(id)}"))

    def accept(
        self, *, idempotency_key: str | None = None, **body: Unpack[models.AcceptInvitation]
    ) -> models.MemberView:
        """Accepts an invitation, as a new person or as one who is known.

        Takes no credential. A new person chooses `name` and `password`. One who is known gives their present
        `password`, or makes the call with a session of theirs. Nobody is signed in by it. `invalid_token` when the
        invitation is unknown, expired, revoked or accepted, or when its sender could not send it any more.
        """
        answer: models.MemberView = self._calls.send(
            Call(
                method="POST",
                path="/v1/invitations/accept",
                body=body,
                keyed=True,
                idempotency_key=idempotency_key,
            )
        )
        return answer


class Connections:
    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def get(self, id: str, /) -> models.ConnectionView:
        """Shows the organization's identity provider, without its secret."""
        answer: models.ConnectionView = self._calls.send(
            Call(method="GET", path=f"/v1/organizations/{segment(id)}/single-sign-on")
        )
        return answer

    def set(self, id: str, /, **body: Unpack[models.SetConnection]) -> models.ConnectionView:
        """Names the organization's identity provider, which speaks OpenID Connect. Only an owner may.

        Whoever controls the provider can sign in as any member, owners too: an owner's key that is cut to less than an
        owner may do is refused. Register `callback_url` there. Nobody can sign in before the operator has confirmed a domain. With
        another issuer or client the sessions that were opened through the former one end.
        """
        answer: models.ConnectionView = self._calls.send(
            Call(method="PUT", path=f"/v1/organizations/{segment(id)}/single-sign-on", body=body)
        )
        return answer

    def delete(self, id: str, /) -> None:
        """Takes the identity provider away and ends the sessions that were opened through it. Only an owner may, or a platform key."""
        self._calls.send(
            Call(method="DELETE", path=f"/v1/organizations/{segment(id)}/single-sign-on")
        )

    def confirm(self, id: str, /, **body: Unpack[models.ConfirmDomains]) -> models.ConnectionView:
        """Confirms that domains are the organization's, so that the e-mail addresses there are believed. Takes a platform key.

        Anyone can claim any domain, and people are made by the addresses that a provider names: make sure first.
        """
        answer: models.ConnectionView = self._calls.send(
            Call(
                method="PUT",
                path=f"/v1/organizations/{segment(id)}/single-sign-on/confirmed-domains",
                body=body,
            )
        )
        return answer


class SignIn:
    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def finish(
        self,
        *,
        state: str,
        error: str | None = None,
        iss: str | None = None,
        code: str | None = None,
    ) -> models.SessionTokens:
        """Where the identity provider sends the browser back to.

        Answers with the tokens of a new session, or sends the browser to the page that began the sign-in. The session
        counts in this organization only. Works once, in the browser that the sign-in was begun in.
        """
        answer: models.SessionTokens = self._calls.send(
            Call(
                method="GET",
                path="/v1/auth/sso/callback",
                query={"state": state, "error": error, "iss": iss, "code": code},
                open=True,
            )
        )
        return answer

    def exchange(self, **body: Unpack[models.ExchangeCode]) -> models.SessionTokens:
        """Exchanges the code that a page got for the tokens of a new session.

        Within 60 seconds, once, with the `code_verifier` of the `code_challenge` that the sign-in was begun with. The
        session counts in this organization only.
        """
        answer: models.SessionTokens = self._calls.send(
            Call(method="POST", path="/v1/auth/sso/token", body=body, open=True)
        )
        return answer


class Decisions:
    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def explain(self, **body: Unpack[models.ExplainDecision]) -> models.Explanation:
        """Explains what a credential would be answered, check by check, and what would have to be granted.

        For those who may see keys, about the credentials that they could see, and for everyone about the credentials of
        their own member. It is decided as a call of that credential would be at this moment, but it is no call of it: it counts
        against no limit but the caller's and is no use of the credential. The rate limit, which depends on the moment, is not
        among the checks.
        """
        answer: models.Explanation = self._calls.send(
            Call(method="POST", path="/v1/decisions/explain", body=body)
        )
        return answer


class Health:
    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def live(self) -> models.Health:
        """Answers as long as the process runs."""
        answer: models.Health = self._calls.send(Call(method="GET", path="/health/live", open=True))
        return answer

    def ready(self) -> models.Health:
        """Answers 200 when calls can be served: the database answers, and the audit log has a place for the next 7 days."""
        answer: models.Health = self._calls.send(
            Call(method="GET", path="/health/ready", open=True)
        )
        return answer


class Resources:
    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self.organizations = Organizations(calls)
        self.api_keys = ApiKeys(calls)
        self.products = Products(calls)
        self.members = Members(calls)
        self.service_accounts = ServiceAccounts(calls)
        self.project_members = ProjectMembers(calls)
        self.roles = Roles(calls)
        self.users = Users(calls)
        self.projects = Projects(calls)
        self.audit = Audit(calls)
        self.sessions = Sessions(calls)
        self.totp = Totp(calls)
        self.logins = Logins(calls)
        self.clients = Clients(calls)
        self.oauth = Oauth(calls)
        self.discovery = Discovery(calls)
        self.passwords = Passwords(calls)
        self.registration = Registration(calls)
        self.invitations = Invitations(calls)
        self.connections = Connections(calls)
        self.sign_in = SignIn(calls)
        self.decisions = Decisions(calls)
        self.health = Health(calls)
