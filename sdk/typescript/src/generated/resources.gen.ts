// Generated from openapi.json by `npm run generate`.
import type { CallOptions, Calls } from '../calls.js';
import { everyItem, type Page } from '../pages.js';
import { path } from '../path.js';
import type * as types from './types.gen.js';

export class Organizations {
  constructor(private readonly calls: Calls) {}

  /**
   * Lists organizations.
   *
   * With a session, those that its user is a member of; with a key or a session of single sign-on, its own; with a platform key, all.
   */
  async list(query?: types.OrganizationsListData['query'], options?: CallOptions): Promise<Page<types.OrganizationView>> {
    return this.calls.send({ method: 'GET', path: '/v1/organizations', query }, options);
  }

  /** Every item of {@link list}, fetched page by page as they are asked for. */
  all(query?: types.OrganizationsListData['query'], options?: CallOptions): AsyncGenerator<types.OrganizationView, void, undefined> {
    return everyItem((cursor) => this.list({ limit: 100, ...query, ...(cursor !== undefined && { cursor }) }, options));
  }

  /**
   * Makes an organization.
   *
   * A session's user becomes its owner; a platform key names the owner's e-mail address. Other credentials
   * are refused.
   */
  async create(body: types.CreateOrganization, options?: CallOptions): Promise<types.OrganizationView> {
    return this.calls.send({ method: 'POST', path: '/v1/organizations', body, keyed: true }, options);
  }

  /**
   * Shows an organization.
   */
  async get(id: string, options?: CallOptions): Promise<types.OrganizationView> {
    return this.calls.send({ method: 'GET', path: path`/v1/organizations/${id}` }, options);
  }

  /**
   * Changes an organization. What the policy binds, it binds from the next call on.
   */
  async update(id: string, body: types.UpdateOrganization, options?: CallOptions): Promise<types.OrganizationView> {
    return this.calls.send({ method: 'PATCH', path: path`/v1/organizations/${id}`, body }, options);
  }

  /**
   * Deletes an organization and revokes all its keys. Only an owner may, or a platform key.
   */
  async delete(id: string, options?: CallOptions): Promise<void> {
    return this.calls.send({ method: 'DELETE', path: path`/v1/organizations/${id}` }, options);
  }
}

export class ApiKeys {
  constructor(private readonly calls: Calls) {}

  /**
   * Makes a key. Its secret is in this answer and nowhere else.
   */
  async create(body: types.CreateApiKey, options?: CallOptions): Promise<types.ApiKeyWithSecret> {
    return this.calls.send({ method: 'POST', path: '/v1/api-keys', body, keyed: true }, options);
  }

  /**
   * Lists keys, newest first: those of the projects where you may see keys, and your own.
   */
  async list(query?: types.ApiKeysListData['query'], options?: CallOptions): Promise<Page<types.ApiKeyView>> {
    return this.calls.send({ method: 'GET', path: '/v1/api-keys', query }, options);
  }

  /** Every item of {@link list}, fetched page by page as they are asked for. */
  all(query?: types.ApiKeysListData['query'], options?: CallOptions): AsyncGenerator<types.ApiKeyView, void, undefined> {
    return everyItem((cursor) => this.list({ limit: 100, ...query, ...(cursor !== undefined && { cursor }) }, options));
  }

  /**
   * Revokes the very key that makes this call.
   */
  async revokeCurrent(options?: CallOptions): Promise<void> {
    return this.calls.send({ method: 'DELETE', path: '/v1/api-keys/current' }, options);
  }

  /**
   * Shows a key, also a revoked one.
   */
  async get(id: string, options?: CallOptions): Promise<types.ApiKeyView> {
    return this.calls.send({ method: 'GET', path: path`/v1/api-keys/${id}` }, options);
  }

  /**
   * Changes a key. What it binds, it binds from the next call on.
   */
  async update(id: string, body: types.UpdateApiKey, options?: CallOptions): Promise<types.ApiKeyView> {
    return this.calls.send({ method: 'PATCH', path: path`/v1/api-keys/${id}`, body }, options);
  }

  /**
   * Revokes a key for good: no call that starts after this answer is let in by it. Repeating is harmless.
   */
  async revoke(id: string, options?: CallOptions): Promise<void> {
    return this.calls.send({ method: 'DELETE', path: path`/v1/api-keys/${id}` }, options);
  }

  /**
   * Gives a key a new secret. The old one is refused at once, or after the overlap.
   */
  async rotate(id: string, body: types.RotateApiKey, options?: CallOptions): Promise<types.ApiKeyWithSecret> {
    return this.calls.send({ method: 'POST', path: path`/v1/api-keys/${id}/rotate`, body, keyed: true }, options);
  }
}

export class Products {
  constructor(private readonly calls: Calls) {}

  /**
   * Lists the products that access can be granted to: the operator's newest first, then the built-in ones.
   */
  async list(query?: types.ProductsListData['query'], options?: CallOptions): Promise<Page<types.ProductView>> {
    return this.calls.send({ method: 'GET', path: '/v1/products', query }, options);
  }

  /** Every item of {@link list}, fetched page by page as they are asked for. */
  all(query?: types.ProductsListData['query'], options?: CallOptions): AsyncGenerator<types.ProductView, void, undefined> {
    return everyItem((cursor) => this.list({ limit: 100, ...query, ...(cursor !== undefined && { cursor }) }, options));
  }

  /**
   * Adds a product to the installation. Takes a platform key.
   */
  async create(body: types.CreateProduct, options?: CallOptions): Promise<types.ProductView> {
    return this.calls.send({ method: 'POST', path: '/v1/products', body, keyed: true }, options);
  }

  /**
   * Changes a product's name or description. Takes a platform key.
   */
  async update(slug: string, body: types.UpdateProduct, options?: CallOptions): Promise<types.ProductView> {
    return this.calls.send({ method: 'PATCH', path: path`/v1/products/${slug}`, body }, options);
  }

  /**
   * Deletes a product. Takes a platform key.
   *
   * Takes it out of every role and every key's scopes. Adding one of the same slug again revives none of them.
   */
  async delete(slug: string, options?: CallOptions): Promise<void> {
    return this.calls.send({ method: 'DELETE', path: path`/v1/products/${slug}` }, options);
  }
}

export class Members {
  constructor(private readonly calls: Calls) {}

  /**
   * Lists the members of the organization, or of the selected project: humans and service accounts.
   */
  async list(query?: types.MembersListData['query'], options?: CallOptions): Promise<Page<types.MemberView>> {
    return this.calls.send({ method: 'GET', path: '/v1/members', query }, options);
  }

  /** Every item of {@link list}, fetched page by page as they are asked for. */
  all(query?: types.MembersListData['query'], options?: CallOptions): AsyncGenerator<types.MemberView, void, undefined> {
    return everyItem((cursor) => this.list({ limit: 100, ...query, ...(cursor !== undefined && { cursor }) }, options));
  }

  /**
   * Shows a member.
   */
  async get(id: string, options?: CallOptions): Promise<types.MemberView> {
    return this.calls.send({ method: 'GET', path: path`/v1/members/${id}` }, options);
  }

  /**
   * Changes a member's name, role or status. Only an owner changes an owner, or makes one.
   */
  async update(id: string, body: types.UpdateMember, options?: CallOptions): Promise<types.MemberView> {
    return this.calls.send({ method: 'PATCH', path: path`/v1/members/${id}`, body }, options);
  }

  /**
   * Removes a member and revokes its keys.
   */
  async delete(id: string, options?: CallOptions): Promise<void> {
    return this.calls.send({ method: 'DELETE', path: path`/v1/members/${id}` }, options);
  }
}

export class ServiceAccounts {
  constructor(private readonly calls: Calls) {}

  /**
   * Lists the service accounts of the organization, or of the selected project.
   */
  async list(query?: types.ServiceAccountsListData['query'], options?: CallOptions): Promise<Page<types.MemberView>> {
    return this.calls.send({ method: 'GET', path: '/v1/service-accounts', query }, options);
  }

  /** Every item of {@link list}, fetched page by page as they are asked for. */
  all(query?: types.ServiceAccountsListData['query'], options?: CallOptions): AsyncGenerator<types.MemberView, void, undefined> {
    return everyItem((cursor) => this.list({ limit: 100, ...query, ...(cursor !== undefined && { cursor }) }, options));
  }

  /**
   * Makes a service account: a member without a password, which acts by its keys.
   */
  async create(body: types.CreateServiceAccount, options?: CallOptions): Promise<types.MemberView> {
    return this.calls.send({ method: 'POST', path: '/v1/service-accounts', body, keyed: true }, options);
  }

  /**
   * Shows a service account.
   */
  async get(id: string, options?: CallOptions): Promise<types.MemberView> {
    return this.calls.send({ method: 'GET', path: path`/v1/service-accounts/${id}` }, options);
  }

  /**
   * Changes a service account's name, role or status.
   */
  async update(id: string, body: types.UpdateServiceAccount, options?: CallOptions): Promise<types.MemberView> {
    return this.calls.send({ method: 'PATCH', path: path`/v1/service-accounts/${id}`, body }, options);
  }

  /**
   * Removes a service account and revokes its keys.
   */
  async delete(id: string, options?: CallOptions): Promise<void> {
    return this.calls.send({ method: 'DELETE', path: path`/v1/service-accounts/${id}` }, options);
  }
}

export class ProjectMembers {
  constructor(private readonly calls: Calls) {}

  /**
   * Lists the members that hold a role in the project. Owners and admins of the organization have access without one.
   */
  async list(id: string, query?: types.ProjectMembersListData['query'], options?: CallOptions): Promise<Page<types.MemberView>> {
    return this.calls.send({ method: 'GET', path: path`/v1/projects/${id}/members`, query }, options);
  }

  /** Every item of {@link list}, fetched page by page as they are asked for. */
  all(id: string, query?: types.ProjectMembersListData['query'], options?: CallOptions): AsyncGenerator<types.MemberView, void, undefined> {
    return everyItem((cursor) => this.list(id, { limit: 100, ...query, ...(cursor !== undefined && { cursor }) }, options));
  }

  /**
   * Gives a member a role in the project, in place of the one that it has there.
   */
  async set(id: string, memberId: string, body: types.SetProjectRole, options?: CallOptions): Promise<types.MemberView> {
    return this.calls.send({ method: 'PUT', path: path`/v1/projects/${id}/members/${memberId}`, body }, options);
  }

  /**
   * Takes a member's role in the project away.
   */
  async remove(id: string, memberId: string, options?: CallOptions): Promise<void> {
    return this.calls.send({ method: 'DELETE', path: path`/v1/projects/${id}/members/${memberId}` }, options);
  }
}

export class Roles {
  constructor(private readonly calls: Calls) {}

  /**
   * Lists the organization's own roles, newest first, then the built-in ones.
   */
  async list(query?: types.RolesListData['query'], options?: CallOptions): Promise<Page<types.RoleView>> {
    return this.calls.send({ method: 'GET', path: '/v1/roles', query }, options);
  }

  /** Every item of {@link list}, fetched page by page as they are asked for. */
  all(query?: types.RolesListData['query'], options?: CallOptions): AsyncGenerator<types.RoleView, void, undefined> {
    return everyItem((cursor) => this.list({ limit: 100, ...query, ...(cursor !== undefined && { cursor }) }, options));
  }

  /**
   * Makes a role. It may not hold more than its maker.
   */
  async create(body: types.CreateRole, options?: CallOptions): Promise<types.RoleView> {
    return this.calls.send({ method: 'POST', path: '/v1/roles', body, keyed: true }, options);
  }

  /**
   * Shows a role.
   */
  async get(id: string, options?: CallOptions): Promise<types.RoleView> {
    return this.calls.send({ method: 'GET', path: path`/v1/roles/${id}` }, options);
  }

  /**
   * Changes a role for everyone who holds it. Built-in roles cannot be changed.
   */
  async update(id: string, body: types.UpdateRole, options?: CallOptions): Promise<types.RoleView> {
    return this.calls.send({ method: 'PATCH', path: path`/v1/roles/${id}`, body }, options);
  }

  /**
   * Deletes a role that nobody holds.
   */
  async delete(id: string, options?: CallOptions): Promise<void> {
    return this.calls.send({ method: 'DELETE', path: path`/v1/roles/${id}` }, options);
  }
}

export class Users {
  constructor(private readonly calls: Calls) {}

  /**
   * Tells whom the credential acts for and what it may do. Works for every valid credential.
   */
  async me(options?: CallOptions): Promise<types.Me> {
    return this.calls.send({ method: 'GET', path: '/v1/users/me' }, options);
  }
}

export class Projects {
  constructor(private readonly calls: Calls) {}

  /**
   * Lists the projects that you have access to.
   */
  async list(query?: types.ProjectsListData['query'], options?: CallOptions): Promise<Page<types.ProjectView>> {
    return this.calls.send({ method: 'GET', path: '/v1/projects', query }, options);
  }

  /** Every item of {@link list}, fetched page by page as they are asked for. */
  all(query?: types.ProjectsListData['query'], options?: CallOptions): AsyncGenerator<types.ProjectView, void, undefined> {
    return everyItem((cursor) => this.list({ limit: 100, ...query, ...(cursor !== undefined && { cursor }) }, options));
  }

  /**
   * Makes a project.
   */
  async create(body: types.CreateProject, options?: CallOptions): Promise<types.ProjectView> {
    return this.calls.send({ method: 'POST', path: '/v1/projects', body, keyed: true }, options);
  }

  /**
   * Shows a project.
   */
  async get(id: string, options?: CallOptions): Promise<types.ProjectView> {
    return this.calls.send({ method: 'GET', path: path`/v1/projects/${id}` }, options);
  }

  /**
   * Changes a project's name or slug.
   */
  async update(id: string, body: types.UpdateProject, options?: CallOptions): Promise<types.ProjectView> {
    return this.calls.send({ method: 'PATCH', path: path`/v1/projects/${id}`, body }, options);
  }

  /**
   * Deletes a project and revokes its keys. Its slug is free again.
   */
  async delete(id: string, options?: CallOptions): Promise<void> {
    return this.calls.send({ method: 'DELETE', path: path`/v1/projects/${id}` }, options);
  }
}

export class Audit {
  constructor(private readonly calls: Calls) {}

  /**
   * Lists what was done and refused, newest first. A project's admin sees that project's events.
   */
  async list(query?: types.AuditListData['query'], options?: CallOptions): Promise<Page<types.AuditEventView>> {
    return this.calls.send({ method: 'GET', path: '/v1/audit-events', query }, options);
  }

  /** Every item of {@link list}, fetched page by page as they are asked for. */
  all(query?: types.AuditListData['query'], options?: CallOptions): AsyncGenerator<types.AuditEventView, void, undefined> {
    return everyItem((cursor) => this.list({ limit: 100, ...query, ...(cursor !== undefined && { cursor }) }, options));
  }

  /**
   * Streams the log up to now, the oldest event first. Unfiltered `ndjson` can be verified offline.
   */
  async export(query?: types.AuditExportData['query'], options?: CallOptions): Promise<ReadableStream<Uint8Array>> {
    return this.calls.stream({ method: 'GET', path: '/v1/audit-events/export', query }, options);
  }

  /**
   * Shows one event.
   */
  async get(id: string, options?: CallOptions): Promise<types.AuditEventView> {
    return this.calls.send({ method: 'GET', path: path`/v1/audit-events/${id}` }, options);
  }
}

export class Sessions {
  constructor(private readonly calls: Calls) {}

  /**
   * Exchanges a refresh token for new tokens.
   *
   * Each is good for one exchange. One that comes again ends the session, save within 10 seconds from the same
   * address and user agent: that is taken for a parallel call of the same client and gets the same new refresh token.
   * A session that is not refreshed for 7 days is over, and so is one that is as old as the organization's policy says.
   */
  async refresh(body: types.Refresh, options?: CallOptions): Promise<types.SessionTokens> {
    return this.calls.send({ method: 'POST', path: '/v1/auth/refresh', body, open: true }, options);
  }

  /**
   * Ends the session that makes this call. Its tokens are refused from now on.
   */
  async logout(options?: CallOptions): Promise<void> {
    return this.calls.send({ method: 'POST', path: '/v1/auth/logout' }, options);
  }

  /**
   * Ends the session that makes this call and begins one in another organization of yours.
   *
   * The new one lasts as that organization's policy says, but no longer than this one would have. A session of
   * single sign-on counts in its organization only: 403.
   */
  async switch(body: types.Switch, options?: CallOptions): Promise<types.SessionTokens> {
    return this.calls.send({ method: 'POST', path: '/v1/auth/switch', body, keyed: true }, options);
  }

  /**
   * Lists your own sessions that are in force, in all your organizations. Only for a session.
   *
   * A session of single sign-on counts in its organization only: it lists those in that one.
   */
  async list(query?: types.SessionsListData['query'], options?: CallOptions): Promise<Page<types.SessionView>> {
    return this.calls.send({ method: 'GET', path: '/v1/auth/sessions', query }, options);
  }

  /** Every item of {@link list}, fetched page by page as they are asked for. */
  all(query?: types.SessionsListData['query'], options?: CallOptions): AsyncGenerator<types.SessionView, void, undefined> {
    return everyItem((cursor) => this.list({ limit: 100, ...query, ...(cursor !== undefined && { cursor }) }, options));
  }

  /**
   * Ends one of your own sessions, in whichever organization. Only for a session.
   *
   * A session of single sign-on ends those in its organization.
   */
  async end(id: string, options?: CallOptions): Promise<void> {
    return this.calls.send({ method: 'DELETE', path: path`/v1/auth/sessions/${id}` }, options);
  }
}

export class Totp {
  constructor(private readonly calls: Calls) {}

  /**
   * Shows whether you have a second factor. Only for a session.
   */
  async state(options?: CallOptions): Promise<types.TotpState> {
    return this.calls.send({ method: 'GET', path: '/v1/auth/totp' }, options);
  }

  /**
   * Begins with a second factor: gives the secret for an authenticator app.
   *
   * Only for a session. Nothing changes until the app's first code is confirmed; beginning again makes another secret.
   * `conflict` while a factor is enabled, `invalid_credentials` when the password is wrong.
   */
  async begin(body: types.BeginTotp, options?: CallOptions): Promise<types.TotpEnrolment> {
    return this.calls.send({ method: 'POST', path: '/v1/auth/totp', body, keyed: true }, options);
  }

  /**
   * Enables the second factor by the app's first code. From now on signing in takes one.
   *
   * Only for a session, which counts as opened with the factor. Others of yours do not, but go on. Keep the recovery codes:
   * nothing else gets you in when the app is lost.
   */
  async confirm(body: types.ConfirmTotp, options?: CallOptions): Promise<types.RecoveryCodes> {
    return this.calls.send({ method: 'POST', path: '/v1/auth/totp/confirm', body, keyed: true }, options);
  }

  /**
   * Makes ten new recovery codes. Those before are worth nothing from now on. Only for a session.
   */
  async renewRecoveryCodes(body: types.ShowCode, options?: CallOptions): Promise<types.RecoveryCodes> {
    return this.calls.send({ method: 'POST', path: '/v1/auth/totp/recovery-codes', body, keyed: true }, options);
  }

  /**
   * Gives the second factor up. Signing in takes the password alone from now on.
   *
   * Only for a session. None of yours counts as opened with a second factor any more: where an organization requires one,
   * set one up again.
   */
  async disable(body: types.ShowCode, options?: CallOptions): Promise<void> {
    return this.calls.send({ method: 'POST', path: '/v1/auth/totp/disable', body, keyed: true }, options);
  }

  /**
   * Takes the second factor away from somebody who has lost it, and ends all their sessions. Takes a platform key.
   *
   * For whoever has neither app nor recovery codes. They sign in with their password alone then. Make sure that it is them who asks. `not_found` when nobody with this
   * address has a second factor.
   */
  async reset(body: types.ResetTotp, options?: CallOptions): Promise<void> {
    return this.calls.send({ method: 'POST', path: '/v1/auth/totp/reset', body, keyed: true }, options);
  }
}

export class Logins {
  constructor(private readonly calls: Calls) {}

  /**
   * Signs a person in to one organization. Wrong password, wrong code, unknown e-mail and deactivated user look the same.
   *
   * `second_factor_required` when the password is right and the person has a second factor: ask for the code and send
   * it with the password. Wrong codes slow down like wrong passwords.
   */
  async login(body: types.Login, options?: CallOptions): Promise<types.SessionTokens> {
    return this.calls.send({ method: 'POST', path: '/v1/auth/login', body, open: true }, options);
  }
}

export class Clients {
  constructor(private readonly calls: Calls) {}

  /**
   * Lists a service account's OAuth clients, newest first.
   */
  async list(id: string, query?: types.ClientsListData['query'], options?: CallOptions): Promise<Page<types.ClientView>> {
    return this.calls.send({ method: 'GET', path: path`/v1/service-accounts/${id}/clients`, query }, options);
  }

  /** Every item of {@link list}, fetched page by page as they are asked for. */
  all(id: string, query?: types.ClientsListData['query'], options?: CallOptions): AsyncGenerator<types.ClientView, void, undefined> {
    return everyItem((cursor) => this.list(id, { limit: 100, ...query, ...(cursor !== undefined && { cursor }) }, options));
  }

  /**
   * Makes an OAuth client that acts for a service account. Its secret is in this answer and nowhere else.
   */
  async create(id: string, body: types.CreateClient, options?: CallOptions): Promise<types.ClientWithSecret> {
    return this.calls.send({ method: 'POST', path: path`/v1/service-accounts/${id}/clients`, body, keyed: true }, options);
  }

  /**
   * Changes a client's name or scope. A narrower scope binds its tokens from the next call on.
   */
  async update(id: string, clientId: string, body: types.UpdateClient, options?: CallOptions): Promise<types.ClientView> {
    return this.calls.send({ method: 'PATCH', path: path`/v1/service-accounts/${id}/clients/${clientId}`, body }, options);
  }

  /**
   * Deletes a client for good: its tokens are refused from the next call on. Repeating is harmless.
   */
  async delete(id: string, clientId: string, options?: CallOptions): Promise<void> {
    return this.calls.send({ method: 'DELETE', path: path`/v1/service-accounts/${id}/clients/${clientId}` }, options);
  }

  /**
   * Gives a client a new secret. The old one is refused at once, or after the overlap; its tokens go on.
   */
  async rotate(id: string, clientId: string, body: types.RotateClient, options?: CallOptions): Promise<types.ClientWithSecret> {
    return this.calls.send({ method: 'POST', path: path`/v1/service-accounts/${id}/clients/${clientId}/rotate`, body, keyed: true }, options);
  }
}

export class OAuth {
  constructor(private readonly calls: Calls) {}

  /**
   * Gives a client an access token for its service account (RFC 6749, section 4.4).
   *
   * The client authenticates itself by HTTP Basic or in the form. The scope may be narrowed; one that exceeds
   * the client's or what the service account has is `invalid_scope`. Parameters that are not known are ignored.
   */
  async token(form: types.TokenRequest, options?: CallOptions): Promise<types.TokenResponse> {
    return this.calls.send({ method: 'POST', path: '/oauth/token', form }, options);
  }

  /**
   * Tells what is known of a token: an OAuth token, a session's, or an API key (RFC 7662).
   *
   * Called by a client, which learns of its organization's tokens; or with a bearer that may see API keys,
   * which learns of those that it could see by itself, and of its own. A platform key learns of all. Whatever else is asked
   * about gets exactly `{"active":false}`.
   */
  async introspect(form: types.PresentedTokenRequest, options?: CallOptions): Promise<types.Introspection> {
    return this.calls.send({ method: 'POST', path: '/oauth/introspect', form }, options);
  }

  /**
   * Revokes a token: no call that starts after this answer is let in by it (RFC 7009).
   *
   * A client revokes tokens that it was given itself. A bearer that may manage API keys revokes the OAuth tokens
   * and API keys that it could see. A token that is not in force, or is nobody's, is 200 as well.
   */
  async revoke(form: types.PresentedTokenRequest, options?: CallOptions): Promise<void> {
    return this.calls.send({ method: 'POST', path: '/oauth/revoke', form }, options);
  }
}

export class Discovery {
  constructor(private readonly calls: Calls) {}

  /**
   * Tells OAuth clients where the endpoints are and what they support (RFC 8414).
   */
  async metadata(options?: CallOptions): Promise<types.ServerMetadata> {
    return this.calls.send({ method: 'GET', path: '/.well-known/oauth-authorization-server', open: true }, options);
  }

  /**
   * Publishes the keys that access tokens are verified with, the one that signs first (RFC 7517).
   */
  async keys(options?: CallOptions): Promise<types.KeySet> {
    return this.calls.send({ method: 'GET', path: '/.well-known/jwks.json', open: true }, options);
  }
}

export class Passwords {
  constructor(private readonly calls: Calls) {}

  /**
   * Changes your own password and ends all your other sessions, in every organization.
   *
   * Only for a session. `invalid_credentials` when `current_password` is wrong.
   */
  async change(body: types.ChangePassword, options?: CallOptions): Promise<void> {
    return this.calls.send({ method: 'POST', path: '/v1/auth/password', body, keyed: true }, options);
  }

  /**
   * Sends a link to choose a new password by e-mail, if somebody has this address.
   *
   * The answer is the same, and takes the same time, whoever has it. At most 3 links are on their way to a
   * person at a time. A server without `SMTP_URL` sends none.
   */
  async forgot(body: types.ForgotPassword, options?: CallOptions): Promise<void> {
    return this.calls.send({ method: 'POST', path: '/v1/auth/password/forgot', body, open: true }, options);
  }

  /**
   * Sets a new password by the token of the e-mail, and ends all sessions of the person.
   *
   * A token is good for one hour and for one use. It signs nobody in.
   */
  async reset(body: types.ResetPassword, options?: CallOptions): Promise<void> {
    return this.calls.send({ method: 'POST', path: '/v1/auth/password/reset', body, open: true }, options);
  }
}

export class Registration {
  constructor(private readonly calls: Calls) {}

  /**
   * Registers a person with an organization of their own, and signs them in there.
   *
   * Only where the operator has set `SIGNUP=open`, else `not_found`. `conflict` when the address is registered:
   * then sign in, or choose a new password by e-mail.
   */
  async register(body: types.Register, options?: CallOptions): Promise<types.SessionTokens> {
    return this.calls.send({ method: 'POST', path: '/v1/auth/register', body, open: true }, options);
  }
}

export class Invitations {
  constructor(private readonly calls: Calls) {}

  /**
   * Lists the invitations to the organization, whatever has become of them.
   */
  async list(query?: types.InvitationsListData['query'], options?: CallOptions): Promise<Page<types.InvitationView>> {
    return this.calls.send({ method: 'GET', path: '/v1/invitations', query }, options);
  }

  /** Every item of {@link list}, fetched page by page as they are asked for. */
  all(query?: types.InvitationsListData['query'], options?: CallOptions): AsyncGenerator<types.InvitationView, void, undefined> {
    return everyItem((cursor) => this.list({ limit: 100, ...query, ...(cursor !== undefined && { cursor }) }, options));
  }

  /**
   * Invites somebody by e-mail to become a member, with roles that you hold yourself.
   *
   * A server without `SMTP_URL` sends no mail: the answer then holds `token` and `url`, to be handed on. An
   * invitation is good for 7 days, and as long as whoever sent it could send it. `conflict` when somebody with the address is
   * a member or has a pending invitation, when 3 were sent there in 7 days, or 1,000 anywhere that nobody has accepted.
   */
  async create(body: types.CreateInvitation, options?: CallOptions): Promise<types.NewInvitationView> {
    return this.calls.send({ method: 'POST', path: '/v1/invitations', body, keyed: true }, options);
  }

  /**
   * Takes an invitation back. One that has been accepted cannot be.
   */
  async delete(id: string, options?: CallOptions): Promise<void> {
    return this.calls.send({ method: 'DELETE', path: path`/v1/invitations/${id}` }, options);
  }

  /**
   * Accepts an invitation, as a new person or as one who is known.
   *
   * Takes no credential. A new person chooses `name` and `password`. One who is known gives their present
   * `password`, or makes the call with a session of theirs. Nobody is signed in by it. `invalid_token` when the
   * invitation is unknown, expired, revoked or accepted, or when its sender could not send it any more.
   */
  async accept(body: types.AcceptInvitation, options?: CallOptions): Promise<types.MemberView> {
    return this.calls.send({ method: 'POST', path: '/v1/invitations/accept', body, keyed: true }, options);
  }
}

export class Connections {
  constructor(private readonly calls: Calls) {}

  /**
   * Shows the organization's identity provider, without its secret.
   */
  async get(id: string, options?: CallOptions): Promise<types.ConnectionView> {
    return this.calls.send({ method: 'GET', path: path`/v1/organizations/${id}/single-sign-on` }, options);
  }

  /**
   * Names the organization's identity provider, which speaks OpenID Connect. Only an owner may.
   *
   * Whoever controls the provider can sign in as any member, owners too: an owner's key that is cut to less than an
   * owner may do is refused. Register `callback_url` there. Nobody can sign in before the operator has confirmed a domain. With
   * another issuer or client the sessions that were opened through the former one end.
   */
  async set(id: string, body: types.SetConnection, options?: CallOptions): Promise<types.ConnectionView> {
    return this.calls.send({ method: 'PUT', path: path`/v1/organizations/${id}/single-sign-on`, body }, options);
  }

  /**
   * Takes the identity provider away and ends the sessions that were opened through it. Only an owner may, or a platform key.
   */
  async delete(id: string, options?: CallOptions): Promise<void> {
    return this.calls.send({ method: 'DELETE', path: path`/v1/organizations/${id}/single-sign-on` }, options);
  }

  /**
   * Confirms that domains are the organization's, so that the e-mail addresses there are believed. Takes a platform key.
   *
   * Anyone can claim any domain, and people are made by the addresses that a provider names: make sure first.
   */
  async confirm(id: string, body: types.ConfirmDomains, options?: CallOptions): Promise<types.ConnectionView> {
    return this.calls.send({ method: 'PUT', path: path`/v1/organizations/${id}/single-sign-on/confirmed-domains`, body }, options);
  }
}

export class SignIn {
  constructor(private readonly calls: Calls) {}

  /**
   * Exchanges the code that a page got for the tokens of a new session.
   *
   * Within 60 seconds, once, with the `code_verifier` of the `code_challenge` that the sign-in was begun with. The
   * session counts in this organization only.
   */
  async exchange(body: types.ExchangeCode, options?: CallOptions): Promise<types.SessionTokens> {
    return this.calls.send({ method: 'POST', path: '/v1/auth/sso/token', body, open: true }, options);
  }
}

export class Decisions {
  constructor(private readonly calls: Calls) {}

  /**
   * Explains what a credential would be answered, check by check, and what would have to be granted.
   *
   * For those who may see keys, about the credentials that they could see, and for everyone about the credentials of
   * their own member. It is decided as a call of that credential would be at this moment, but it is no call of it: it counts
   * against no limit but the caller's and is no use of the credential. The rate limit, which depends on the moment, is not
   * among the checks.
   */
  async explain(body: types.ExplainDecision, options?: CallOptions): Promise<types.Explanation> {
    return this.calls.send({ method: 'POST', path: '/v1/decisions/explain', body }, options);
  }
}

export class Health {
  constructor(private readonly calls: Calls) {}

  /**
   * Answers as long as the process runs.
   */
  async live(options?: CallOptions): Promise<types.Health> {
    return this.calls.send({ method: 'GET', path: '/health/live', open: true }, options);
  }

  /**
   * Answers 200 when calls can be served: the database answers, and the audit log has a place for the next 7 days.
   */
  async ready(options?: CallOptions): Promise<types.Health> {
    return this.calls.send({ method: 'GET', path: '/health/ready', open: true }, options);
  }
}

/** Every noun of the API. */
export class Resources {
  readonly organizations: Organizations;
  readonly apiKeys: ApiKeys;
  readonly products: Products;
  readonly members: Members;
  readonly serviceAccounts: ServiceAccounts;
  readonly projectMembers: ProjectMembers;
  readonly roles: Roles;
  readonly users: Users;
  readonly projects: Projects;
  readonly audit: Audit;
  readonly sessions: Sessions;
  readonly totp: Totp;
  readonly logins: Logins;
  readonly clients: Clients;
  readonly oAuth: OAuth;
  readonly discovery: Discovery;
  readonly passwords: Passwords;
  readonly registration: Registration;
  readonly invitations: Invitations;
  readonly connections: Connections;
  readonly signIn: SignIn;
  readonly decisions: Decisions;
  readonly health: Health;

  constructor(calls: Calls) {
    this.organizations = new Organizations(calls);
    this.apiKeys = new ApiKeys(calls);
    this.products = new Products(calls);
    this.members = new Members(calls);
    this.serviceAccounts = new ServiceAccounts(calls);
    this.projectMembers = new ProjectMembers(calls);
    this.roles = new Roles(calls);
    this.users = new Users(calls);
    this.projects = new Projects(calls);
    this.audit = new Audit(calls);
    this.sessions = new Sessions(calls);
    this.totp = new Totp(calls);
    this.logins = new Logins(calls);
    this.clients = new Clients(calls);
    this.oAuth = new OAuth(calls);
    this.discovery = new Discovery(calls);
    this.passwords = new Passwords(calls);
    this.registration = new Registration(calls);
    this.invitations = new Invitations(calls);
    this.connections = new Connections(calls);
    this.signIn = new SignIn(calls);
    this.decisions = new Decisions(calls);
    this.health = new Health(calls);
  }
}
