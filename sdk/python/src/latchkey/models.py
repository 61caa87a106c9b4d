"""The objects that Latchkey takes and answers: dictionaries with known keys.

Generated from openapi.json by `npm run generate:python`.
"""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict


class OrganizationPolicy(TypedDict):
    access_token_ttl_seconds: NotRequired[int]
    """
    How long an access token of a session is good for, in seconds: 60 to 86,400.
    """

    refresh_token_ttl_seconds: NotRequired[int]
    """
    How long a session can be kept up without signing in again, in seconds: an hour to a year.
    """

    max_key_lifetime_days: NotRequired[int | None]
    """
    How many days a new key may live at most. Null: for ever. Keys that exist are left alone.
    """

    rotation_reminder_days: NotRequired[int]
    """
    After how many days a key is due for rotation.
    """

    allowed_ips: NotRequired[list[str] | None]
    """
    Addresses and networks that the organization's credentials may be used from. Null: any. Must hold your own.
    """

    require_second_factor: NotRequired[bool]
    """
    Whether sessions have to be opened with a second factor; without, they are refused with `second_factor_required`. API keys
    and OAuth tokens are left alone. Turning it on takes a session that was opened with one.
    """


class OrganizationView(TypedDict):
    status: Literal["active", "suspended"]
    rate_limit_per_minute: int
    """
    Calls in any 60 seconds, by all its keys and tokens together.
    """

    created_at: str
    id: str
    name: str
    slug: str
    policy: OrganizationPolicy


class FieldProblem(TypedDict):
    field: str
    """
    Where it stands: a body field, a query parameter or a header.
    """

    message: str
    """
    What is wrong with it.
    """


class MissingAccess(TypedDict):
    product: str
    """
    The product's slug.
    """

    access: Literal["read", "read_write"]
    """
    The least access that would do.
    """


class ErrorDetail(TypedDict):
    code: Literal[
        "invalid_request",
        "project_required",
        "missing_token",
        "invalid_credentials",
        "invalid_token",
        "insufficient_permissions",
        "account_deactivated",
        "organization_suspended",
        "ip_not_allowed",
        "second_factor_required",
        "not_found",
        "project_not_found",
        "conflict",
        "slug_taken",
        "last_owner",
        "idempotency_conflict",
        "payload_too_large",
        "unsupported_media_type",
        "rate_limit_exceeded",
        "headers_too_large",
        "internal_error",
        "unavailable",
    ]
    """
    Stable: programs may rely on it.
    """

    message: str
    """
    For people; may change.
    """

    details: NotRequired[list[FieldProblem]]
    """
    On `invalid_request`: field by field.
    """

    missing: NotRequired[list[MissingAccess]]
    """
    On `insufficient_permissions`: the smallest access that would let the call pass.
    """

    request_id: str
    """
    The same as the header X-Request-Id.
    """


class ErrorBody(TypedDict):
    error: ErrorDetail


class CreateOrganization(TypedDict):
    slug: NotRequired[str]
    """
    Unique in the installation; made from the name when left out.
    """

    owner_email: NotRequired[str]
    """
    Who owns it. Required with a platform key and refused with a session, whose user becomes the owner.
    """

    name: str


class UpdateOrganization(TypedDict):
    name: NotRequired[str]
    slug: NotRequired[str]
    policy: NotRequired[OrganizationPolicy]
    rate_limit_per_minute: NotRequired[int | None]
    """
    Calls in any 60 seconds, 1 to 100,000; null for the installation's default. Only with a platform key.
    """

    status: NotRequired[Literal["active", "suspended"]]
    """
    A suspended organization's credentials are refused with 403. Only with a platform key.
    """


class ApiKeyOwner(TypedDict):
    type: Literal["human", "service_account"]
    id: str
    name: str


class ApiKeyWithSecret(TypedDict):
    scope: Literal["organization", "project", "platform"]
    product_scopes: dict[str, Literal["none", "read", "read_write"]] | None
    """
    Null: all that the owner has.
    """

    status: Literal["active", "disabled", "expired", "revoked"]
    created_at: str
    expires_at: str | None
    not_before: str | None
    last_used_at: str | None
    """
    When a call was last let in by it.
    """

    request_count: int
    """
    How many calls it made, save those refused with 401 or 429.
    """

    rotation_due_at: str
    """
    When the organization's policy would have it rotated.
    """

    allowed_ips: list[str] | None
    id: str
    secret: str | None
    """
    The bearer secret. Null in the answer to a repeated request.
    """

    name: str
    prefix: str
    """
    The first 10 characters of the secret.
    """

    project_id: str | None
    """
    The project of a project-scoped key.
    """

    owner: ApiKeyOwner | None
    """
    Null for a platform key.
    """

    is_active: bool
    created_by: str | None
    """
    The member or platform key that made it; null for the first key of an installation.
    """


class CreateApiKey(TypedDict):
    scope: NotRequired[Literal["organization", "project", "platform"]]
    """
    What the key reaches: the organization, or one project. Left out: `project` when a project is named, else
    `organization`. A platform key makes platform keys only.
    """

    project_id: NotRequired[str]
    """
    The project of a project-scoped key.
    """

    product_scopes: NotRequired[dict[str, Literal["none", "read", "read_write"]] | None]
    """
    Access by product; a product that is missing is `none`. Null or left out: all that the owner has. Neither the
    owner's access nor yours can be exceeded.
    """

    owner_id: NotRequired[str]
    """
    The member that the key acts for: you, unless another is named.
    """

    expires_at: NotRequired[str | None]
    """
    From when on the key is refused. Null: never, or as late as the organization's policy allows.
    """

    not_before: NotRequired[str | None]
    """
    Until when the key is refused.
    """

    allowed_ips: NotRequired[list[str] | None]
    """
    Addresses and networks that the key may be used from. Null: any.
    """

    name: str
    """
    What the key is for.
    """


class ApiKeyView(TypedDict):
    scope: Literal["organization", "project", "platform"]
    product_scopes: dict[str, Literal["none", "read", "read_write"]] | None
    """
    Null: all that the owner has.
    """

    status: Literal["active", "disabled", "expired", "revoked"]
    created_at: str
    expires_at: str | None
    not_before: str | None
    last_used_at: str | None
    """
    When a call was last let in by it.
    """

    request_count: int
    """
    How many calls it made, save those refused with 401 or 429.
    """

    rotation_due_at: str
    """
    When the organization's policy would have it rotated.
    """

    allowed_ips: list[str] | None
    id: str
    name: str
    prefix: str
    """
    The first 10 characters of the secret.
    """

    project_id: str | None
    """
    The project of a project-scoped key.
    """

    owner: ApiKeyOwner | None
    """
    Null for a platform key.
    """

    is_active: bool
    created_by: str | None
    """
    The member or platform key that made it; null for the first key of an installation.
    """


class UpdateApiKey(TypedDict):
    product_scopes: NotRequired[dict[str, Literal["none", "read", "read_write"]] | None]
    """
    Access by product; a product that is missing is `none`. Null or left out: all that the owner has. Neither the
    owner's access nor yours can be exceeded.
    """

    expires_at: NotRequired[str | None]
    """
    From when on the key is refused. Null: never, or as late as the organization's policy allows.
    """

    allowed_ips: NotRequired[list[str] | None]
    """
    Addresses and networks that the key may be used from. Null: any.
    """

    name: NotRequired[str]
    """
    What the key is for.
    """

    is_active: NotRequired[bool]
    """
    False: the key is refused until it is set to true again.
    """


class RotateApiKey(TypedDict):
    overlap_seconds: NotRequired[int]
    """
    How long the old secret is still good for: at most 7 days, by default not at all.
    """


class ProductView(TypedDict):
    slug: str
    name: str
    description: str
    built_in: bool
    """
    Whether every installation has it. Built-in products cannot be changed or deleted.
    """


class CreateProduct(TypedDict):
    description: NotRequired[str]
    """
    What access to it means, for those who hand it out. At most 500 characters.
    """

    slug: str
    """
    What keys and roles call it. Cannot be changed.
    """

    name: str
    """
    What people call it.
    """


class UpdateProduct(TypedDict):
    description: NotRequired[str]
    """
    What access to it means, for those who hand it out. At most 500 characters.
    """

    name: NotRequired[str]
    """
    What people call it.
    """


class ProjectRole(TypedDict):
    project_id: str
    role: str
    """
    `admin`, `editor`, `viewer`, or the name or id of one of the organization's own roles.
    """


class MemberView(TypedDict):
    type: Literal["human", "service_account"]
    status: Literal["active", "deactivated"]
    created_at: str
    id: str
    name: str
    email: NotRequired[str]
    """
    Only for humans.
    """

    role: str
    """
    The role in the organization.
    """

    projects: list[ProjectRole]
    """
    The roles in projects, as far as you may see the projects.
    """


class UpdateMember(TypedDict):
    name: NotRequired[str]
    role: NotRequired[str]
    """
    `owner`, `admin`, `member`, or the name or id of one of the organization's own roles.
    """

    status: NotRequired[Literal["active", "deactivated"]]
    """
    A deactivated member's credentials are refused with 403 until it is active again.
    """


class CreateServiceAccount(TypedDict):
    role: NotRequired[str]
    """
    Its role in the organization: `member` unless given.
    """

    projects: NotRequired[list[ProjectRole]]
    """
    Its roles in projects.
    """

    name: str


class UpdateServiceAccount(TypedDict):
    name: NotRequired[str]
    role: NotRequired[str]
    """
    `owner`, `admin`, `member`, or the name or id of one of the organization's own roles.
    """

    status: NotRequired[Literal["active", "deactivated"]]
    """
    A deactivated member's credentials are refused with 403 until it is active again.
    """


class SetProjectRole(TypedDict):
    role: str
    """
    `admin`, `editor`, `viewer`, or the name or id of one of the organization's own roles.
    """


class RoleView(TypedDict):
    level: Literal["organization", "project"]
    permissions: dict[str, Literal["none", "read", "read_write"]]
    """
    Access by product, for every product that the role reaches.
    """

    id: str
    name: str
    built_in: bool
    """
    Whether every installation has it. Built-in roles cannot be changed or deleted.
    """


class CreateRole(TypedDict):
    level: Literal["organization", "project"]
    """
    Whether it is held in the organization (and then in every project of it) or in one project.
    """

    permissions: dict[str, Literal["none", "read", "read_write"]]
    """
    Access by product; a product that is missing is `none`. Nobody grants what they do not hold.
    """

    name: str
    """
    Unique among the organization's roles of this level, and no built-in role's name.
    """


class UpdateRole(TypedDict):
    permissions: NotRequired[dict[str, Literal["none", "read", "read_write"]]]
    """
    Access by product; a product that is missing is `none`. Nobody grants what they do not hold.
    """

    name: NotRequired[str]
    """
    Unique among the organization's roles of this level, and no built-in role's name.
    """


class MyOrganization(TypedDict):
    id: str
    slug: str
    name: str


class MyCredential(TypedDict):
    type: Literal["api_key", "session", "oauth"]
    scope: Literal["organization", "project", "platform"]
    id: str


class Me(TypedDict):
    type: Literal["human", "service_account", "platform"]
    status: Literal["active"]
    permissions: dict[str, Literal["none", "read", "read_write"]]
    """
    Effective access by product: in the selected project when one is selected, else in the organization as a whole.
    """

    id: str
    """
    The member; for a platform key, the key.
    """

    email: NotRequired[str]
    """
    Only for humans.
    """

    name: str
    organization: MyOrganization | None
    """
    Null for a platform key.
    """

    role: str | None
    """
    The role in the organization; null for a platform key.
    """

    credential: MyCredential


class ProjectView(TypedDict):
    created_at: str
    id: str
    name: str
    slug: str


class CreateProject(TypedDict):
    slug: NotRequired[str]
    """
    Unique within the organization; made from the name when left out.
    """

    name: str


class UpdateProject(TypedDict):
    slug: NotRequired[str]
    """
    Unique within the organization; made from the name when left out.
    """

    name: NotRequired[str]


class AuditActor(TypedDict):
    type: Literal["human", "service_account", "platform", "system", "unknown"]
    id: str | None
    """
    The member or platform key; null for Latchkey itself, and for a caller who did not prove who they are.
    """

    name: str
    """
    Its name at that moment.
    """


class AuditCredential(TypedDict):
    type: Literal["api_key", "session", "oauth"]
    id: str
    prefix: str | None
    """
    The first characters of a key's secret.
    """


class AuditTarget(TypedDict):
    type: str
    id: str


class AuditRequest(TypedDict):
    id: str
    """
    The answer's X-Request-Id.
    """

    method: str
    route: str
    """
    The route's pattern.
    """

    ip: str
    user_agent: str | None


class AuditEventView(TypedDict):
    seq: int
    """
    Counts the organization's events without gaps.
    """

    occurred_at: str
    count: NotRequired[int]
    """
    How many refusals, by the limit or of callers without a credential, are told together; left out when it is one.
    """

    outcome: Literal["allowed", "denied"]
    access: Literal["read", "read_write"] | None
    changes: dict[str, list[Any]] | None
    """
    Field by field: what stood before and what stands after. Never a secret.
    """

    previous_hash: str | None
    """
    The hash of the event before, or zeros at the first; null until this event is sealed, about a second later.
    """

    hash: str | None
    """
    SHA-256, in hex, of the bytes of `previous_hash` and this object without the two hashes (RFC 8785).
    """

    id: str
    action: str
    code: str | None
    """
    Why it was denied.
    """

    organization_id: str | None
    """
    Null for an event of the operator's own log.
    """

    project_id: str | None
    actor: AuditActor
    credential: AuditCredential | None
    product: str | None
    """
    The product that access was asked to.
    """

    target: AuditTarget | None
    request: AuditRequest | None


class SessionTokens(TypedDict):
    access_token: str | None
    """
    A signed token. It is never enough by itself: the session behind it is looked up at every call. Null in the answer to
    a repeated request.
    """

    token_type: Literal["bearer"]
    expires_in: int
    """
    Seconds until the access token is refused.
    """

    refresh_token: str | None
    """
    Good for one exchange at `POST /v1/auth/refresh`, within 7 days. Null in the answer to a repeated request.
    """


class Refresh(TypedDict):
    refresh_token: str


class Switch(TypedDict):
    organization_id: str
    """
    An organization that you are a member of.
    """


class SessionOrganization(TypedDict):
    id: str
    slug: str
    name: str


class SessionView(TypedDict):
    created_at: str
    refreshed_at: str
    """
    When its tokens were last renewed.
    """

    expires_at: str
    """
    When it is over, however often it is refreshed.
    """

    id: str
    current: bool
    """
    Whether it is the session that makes this call.
    """

    organization: SessionOrganization
    ip: str | None
    """
    The address that it was begun from.
    """

    user_agent: str | None
    """
    What the client calls itself.
    """


class TotpState(TypedDict):
    enabled_at: str | None
    """
    Since when; null when it is not enabled.
    """

    recovery_codes_left: int
    """
    How many recovery codes are left. Make new ones before the last is used.
    """

    enabled: bool
    """
    Whether signing in takes a code.
    """


class TotpEnrolment(TypedDict):
    secret: str | None
    """
    To type into the app, in base32. Shown this once; null in the answer to a repeated request.
    """

    otpauth_url: str | None
    """
    The same as a link, to be shown as a QR code. Shown this once; null in the answer to a repeated request.
    """


class BeginTotp(TypedDict):
    current_password: str


class RecoveryCodes(TypedDict):
    recovery_codes: list[str] | None
    """
    Ten codes. Shown this once; null in the answer to a repeated request.
    """


class ConfirmTotp(TypedDict):
    code: str
    """
    Six digits.
    """


class ShowCode(TypedDict):
    code: str
    """
    The six digits that your authenticator app shows, or one of your recovery codes. Each is good once.
    """


class ResetTotp(TypedDict):
    email: str


class Login(TypedDict):
    organization: NotRequired[str]
    """
    The organization's id or slug; the oldest membership unless given.
    """

    code: NotRequired[str]
    """
    For whoever has a second factor: the six digits of the authenticator app, or a recovery code. Each is good once.
    """

    email: str
    password: str


class ClientView(TypedDict):
    created_at: str
    rotated_at: str | None
    """
    When it was last given a new secret.
    """

    client_id: str
    name: str
    scope: str
    """
    What its tokens may reach at most.
    """

    created_by: str | None
    """
    The member that made it.
    """


class ClientWithSecret(TypedDict):
    created_at: str
    rotated_at: str | None
    """
    When it was last given a new secret.
    """

    client_id: str
    client_secret: str | None
    """
    What it authenticates itself with at `/oauth/token`. Null in the answer to a repeated request.
    """

    name: str
    scope: str
    """
    What its tokens may reach at most.
    """

    created_by: str | None
    """
    The member that made it.
    """


class CreateClient(TypedDict):
    name: NotRequired[str]
    """
    What the client is: `OAuth client` unless given.
    """

    scope: NotRequired[str]
    """
    What its tokens may reach at most, in words separated by spaces: `read`, `write` (on all that the service account
    has), `<product>:read`, `<product>:write`. Left out: all that the service account has. Neither its access nor yours
    can be exceeded.
    """


class UpdateClient(TypedDict):
    name: NotRequired[str]
    """
    What the client is: `OAuth client` unless given.
    """

    scope: NotRequired[str]
    """
    What its tokens may reach at most, in words separated by spaces: `read`, `write` (on all that the service account
    has), `<product>:read`, `<product>:write`. Left out: all that the service account has. Neither its access nor yours
    can be exceeded.
    """


class RotateClient(TypedDict):
    overlap_seconds: NotRequired[int]
    """
    How long the old secret is still good for: at most 7 days, by default not at all.
    """


class TokenResponse(TypedDict):
    access_token: str
    """
    A signed JWT (RFC 9068). It is never enough by itself: the client behind it is looked up at every call.
    """

    token_type: Literal["bearer"]
    expires_in: int
    """
    Seconds until the token is refused.
    """

    scope: str
    """
    What the token may reach at most.
    """


class OAuthErrorBody(TypedDict):
    error: str
    """
    Stable: programs may rely on it.
    """

    error_description: str
    """
    For people; may change.
    """


class TokenRequest(TypedDict):
    grant_type: Literal["client_credentials"]
    scope: NotRequired[str]
    """
    What the token may reach, in words separated by spaces: `read`, `write`, `<product>:read`, `<product>:write`. Left
    out: all that the client has.
    """

    client_id: NotRequired[str]
    """
    Unless the client authenticates by HTTP Basic.
    """

    client_secret: NotRequired[str]
    """
    Unless the client authenticates by HTTP Basic.
    """


class Introspection(TypedDict):
    token_type: NotRequired[Literal["bearer"]]
    exp: NotRequired[int]
    """
    Seconds since 1970.
    """

    iat: NotRequired[int]
    """
    Seconds since 1970.
    """

    nbf: NotRequired[int]
    """
    Seconds since 1970.
    """

    credential_type: NotRequired[Literal["api_key", "session", "oauth"]]
    member_type: NotRequired[Literal["human", "service_account"]]
    active: bool
    scope: NotRequired[str]
    """
    What the token may reach at most. `read` and `write` mean: on all that its member has.
    """

    client_id: NotRequired[str]
    """
    Of an OAuth token.
    """

    username: NotRequired[str]
    """
    The member's e-mail address, or its name.
    """

    sub: NotRequired[str]
    """
    The client of an OAuth token, the user of a session, the member of an API key; of a platform key itself.
    """

    aud: NotRequired[str]
    iss: NotRequired[str]
    jti: NotRequired[str]
    """
    Of an OAuth token.
    """

    credential_id: NotRequired[str]
    """
    The key, the session, or the OAuth client.
    """

    organization_id: NotRequired[str]
    project_id: NotRequired[str]
    """
    Of a project-scoped key.
    """

    member_id: NotRequired[str]


class PresentedTokenRequest(TypedDict):
    token: str
    """
    An OAuth access token, the access token of a session, or an API key.
    """

    token_type_hint: NotRequired[str]
    """
    Has no effect: every kind of token is recognized.
    """

    client_id: NotRequired[str]
    """
    Where a client authenticates itself by the form.
    """

    client_secret: NotRequired[str]
    """
    Where a client authenticates itself by the form.
    """


class ServerMetadata(TypedDict):
    issuer: str
    token_endpoint: str
    jwks_uri: str
    introspection_endpoint: str
    revocation_endpoint: str
    scopes_supported: list[str]
    response_types_supported: list[str]
    """
    Empty: there is no authorization endpoint.
    """

    grant_types_supported: list[str]
    token_endpoint_auth_methods_supported: list[str]
    introspection_endpoint_auth_methods_supported: list[str]
    revocation_endpoint_auth_methods_supported: list[str]


class PublicKeyView(TypedDict):
    kty: Literal["OKP", "RSA"]
    alg: Literal["EdDSA", "RS256"]
    """
    The one algorithm that the key is used with.
    """

    use: Literal["sig"]
    crv: NotRequired[str]
    """
    Of an Ed25519 key.
    """

    x: NotRequired[str]
    """
    Of an Ed25519 key.
    """

    n: NotRequired[str]
    """
    Of an RSA key.
    """

    e: NotRequired[str]
    """
    Of an RSA key.
    """

    kid: str


class KeySet(TypedDict):
    keys: list[PublicKeyView]


class ChangePassword(TypedDict):
    new_password: str
    """
    12 to 128 characters, none of the common ones.
    """

    current_password: str


class ForgotPassword(TypedDict):
    email: str


class ResetPassword(TypedDict):
    new_password: str
    """
    12 to 128 characters, none of the common ones.
    """

    token: str


class Register(TypedDict):
    password: str
    """
    12 to 128 characters, none of the common ones.
    """

    email: str
    name: str
    organization_name: str


class InvitationView(TypedDict):
    status: Literal["pending", "accepted", "revoked", "expired"]
    expires_at: str
    created_at: str
    id: str
    email: str
    role: str
    """
    The role in the organization.
    """

    projects: list[ProjectRole]


class NewInvitationView(TypedDict):
    status: Literal["pending", "accepted", "revoked", "expired"]
    expires_at: str
    created_at: str
    token: NotRequired[str | None]
    """
    Only where the server sends no mail. Null in the answer to a repeated request.
    """

    url: NotRequired[str | None]
    """
    Only where the server sends no mail. Null in the answer to a repeated request.
    """

    id: str
    email: str
    role: str
    """
    The role in the organization.
    """

    projects: list[ProjectRole]


class CreateInvitation(TypedDict):
    projects: NotRequired[list[ProjectRole]]
    """
    The roles in projects.
    """

    email: str
    role: str
    """
    The role in the organization: a built-in one, or the name or id of one of the organization's own.
    """


class AcceptInvitation(TypedDict):
    name: NotRequired[str]
    """
    Required of a person who is new here.
    """

    password: NotRequired[str]
    """
    The new password of a person who is new here: 12 to 128 characters, none of the common ones. The present one of a
    person who is known, unless the call is made with a session of theirs.
    """

    token: str


class ConnectionView(TypedDict):
    created_at: str
    updated_at: str
    id: str
    issuer: str
    client_id: str
    domains: list[str]
    confirmed_domains: list[str]
    """
    Those that the operator has confirmed: only people with an address there can sign in.
    """

    default_role: str
    default_projects: list[ProjectRole]
    callback_url: str
    """
    The redirect URI to register at the provider.
    """

    sign_in_url: str
    """
    Where people begin to sign in.
    """


class SetConnection(TypedDict):
    client_secret: NotRequired[str]
    """
    Kept sealed and never shown. Left out: it stays as it is, as long as issuer and client do.
    """

    default_projects: NotRequired[list[ProjectRole]]
    """
    The roles in projects that somebody who is new is given.
    """

    issuer: str
    """
    The issuer's address, as its description at `/.well-known/openid-configuration` names it. HTTPS, at a public address
    unless the operator lists it.
    """

    client_id: str
    """
    What this server is known by at the provider.
    """

    domains: list[str]
    """
    The domains of your people's e-mail addresses, each exactly. They count once the operator has confirmed them.
    """

    default_role: str
    """
    What somebody who is new becomes: a role that you hold yourself, never `owner`.
    """


class ConfirmDomains(TypedDict):
    domains: list[str]
    """
    All of them; the others count no more.
    """


class ExchangeCode(TypedDict):
    code_verifier: str
    """
    What `code_challenge` was made from (RFC 7636, section 4.1).
    """

    code: str


class CheckedMember(TypedDict):
    type: Literal["human", "service_account"]
    id: str
    name: str


class CheckedCredential(TypedDict):
    type: Literal["api_key", "session", "oauth"]
    id: str
    name: str


class CheckedLimit(TypedDict):
    limit: int
    """
    Calls in any 60 seconds.
    """

    remaining: int
    reset_seconds: int
    """
    Seconds until the oldest counted call leaves the window; past the limit, until a check can succeed: `Retry-After`.
    """


class TokenCheck(TypedDict):
    code: (
        Literal[
            "invalid_request",
            "project_required",
            "missing_token",
            "invalid_credentials",
            "invalid_token",
            "insufficient_permissions",
            "account_deactivated",
            "organization_suspended",
            "ip_not_allowed",
            "second_factor_required",
            "not_found",
            "project_not_found",
            "conflict",
            "slug_taken",
            "last_owner",
            "idempotency_conflict",
            "payload_too_large",
            "unsupported_media_type",
            "rate_limit_exceeded",
            "headers_too_large",
            "internal_error",
            "unavailable",
        ]
        | None
    )
    """
    The code of the refusal; null when the call may pass.
    """

    access: Literal["none", "read", "read_write"] | None
    """
    The effective access to the product, which may be more than was asked for.
    """

    valid: bool
    """
    Whether the call may pass.
    """

    message: str | None
    """
    What the refused caller may be told; null when the call may pass.
    """

    organization_id: str | None
    project_id: str | None
    """
    The project that the call is about.
    """

    member: CheckedMember | None
    """
    Null for a platform key.
    """

    credential: CheckedCredential | None
    rate_limit: CheckedLimit | None
    """
    Null when the check did not count: of an invalid token, a platform key, or what was refused before the limit.
    """


class CheckToken(TypedDict):
    access: Literal["read", "read_write"]
    """
    The access that the call needs.
    """

    project_id: NotRequired[str]
    """
    The project that the call is about. A project-scoped key needs none; others do for an operator's product.
    """

    project_slug: NotRequired[str]
    """
    The same by its slug.
    """

    ip: NotRequired[str]
    """
    The address that the call came from. Left out, a key or organization with an address list is `ip_not_allowed`.
    """

    token: str
    """
    An API key, or the access token of a session or an OAuth client, as it stood behind `Bearer`.
    """

    product: str
    """
    The product that the call reaches for.
    """


class TokenCheckResults(TypedDict):
    results: list[TokenCheck]


class CheckTokens(TypedDict):
    checks: list[CheckToken]
    """
    1 to 100 checks, 64 KiB in all.
    """


class DecisionCheck(TypedDict):
    name: Literal["credential", "status", "address", "project", "permission"]
    code: (
        Literal[
            "invalid_request",
            "project_required",
            "missing_token",
            "invalid_credentials",
            "invalid_token",
            "insufficient_permissions",
            "account_deactivated",
            "organization_suspended",
            "ip_not_allowed",
            "second_factor_required",
            "not_found",
            "project_not_found",
            "conflict",
            "slug_taken",
            "last_owner",
            "idempotency_conflict",
            "payload_too_large",
            "unsupported_media_type",
            "rate_limit_exceeded",
            "headers_too_large",
            "internal_error",
            "unavailable",
        ]
        | None
    )
    """
    The code that it refuses with; null when it has passed.
    """

    passed: bool
    why: str


class NeededRole(TypedDict):
    level: Literal["organization", "project"]
    id: str
    name: str


class NeededGrantView(TypedDict):
    to: Literal["member", "credential"]
    access: Literal["read", "read_write"]
    id: str
    """
    Of the member or the credential.
    """

    product: str
    role: NeededRole | None
    """
    To a member: the smallest built-in role that gives the access.
    """

    project_id: str | None
    """
    To a member: the project where it is to hold the role; null for a role in the organization.
    """


class Explanation(TypedDict):
    code: (
        Literal[
            "invalid_request",
            "project_required",
            "missing_token",
            "invalid_credentials",
            "invalid_token",
            "insufficient_permissions",
            "account_deactivated",
            "organization_suspended",
            "ip_not_allowed",
            "second_factor_required",
            "not_found",
            "project_not_found",
            "conflict",
            "slug_taken",
            "last_owner",
            "idempotency_conflict",
            "payload_too_large",
            "unsupported_media_type",
            "rate_limit_exceeded",
            "headers_too_large",
            "internal_error",
            "unavailable",
        ]
        | None
    )
    """
    The code of the refusal: that of the first check that fails.
    """

    access: Literal["none", "read", "read_write"]
    """
    The effective access to the product.
    """

    allowed: bool
    """
    Whether the call would pass, as far as the rate limit lets it.
    """

    organization_id: str | None
    project_id: str | None
    """
    The project that the call would be about.
    """

    member: CheckedMember | None
    """
    Null for a platform key.
    """

    credential: CheckedCredential
    checks: list[DecisionCheck]
    """
    In the order in which they are made, also those behind the first that fails; none behind a project that cannot be
    used, since the permission hangs on it.
    """

    grant: list[NeededGrantView] | None
    """
    The least that would make the call pass: all of it has to be granted. Null when the call passes, when something else
    stands in the way, and when no grant would do.
    """


class ExplainDecision(TypedDict):
    access: Literal["read", "read_write"]
    """
    The access that the call needs.
    """

    project_id: NotRequired[str]
    """
    The project that the call is about. A project-scoped key needs none; others do for an operator's product.
    """

    ip: NotRequired[str]
    """
    The address that the call came from. Left out, a key or organization with an address list is `ip_not_allowed`.
    """

    product: str
    """
    The product that the call reaches for.
    """

    credential_id: str
    """
    An API key, a session or an OAuth client.
    """


class Health(TypedDict):
    status: str
