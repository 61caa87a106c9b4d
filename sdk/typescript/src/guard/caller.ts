/** Who calls and how far they reach, as Latchkey's `X-Auth-…` headers say. */
export interface AuthorizedCaller {
  /** Null for a platform key, which belongs to no organization. */
  readonly organizationId: string | null;
  /** The project that the call is about; null when it is about none. */
  readonly projectId: string | null;
  /** Whoever the credential belongs to; null for a platform key. */
  readonly memberId: string | null;
  readonly memberType: 'human' | 'service_account' | null;
  /** The API key, session or OAuth client that was used. */
  readonly credentialId: string;
  /** All the access there is to the product here, not only what was asked for. */
  readonly access: 'read' | 'read_write';
}

/** The caller that an answer names; null when the answer is none of Latchkey's. */
export function callerIn(headers: Headers): AuthorizedCaller | null {
  const told = (name: string) => headers.get(`x-auth-${name}`) || null;
  const [credentialId, access] = [told('credential-id'), told('access')];
  if (credentialId === null || (access !== 'read' && access !== 'read_write')) return null;
  return {
    organizationId: told('organization-id'),
    projectId: told('project-id'),
    memberId: told('member-id'),
    memberType: told('member-type') as AuthorizedCaller['memberType'],
    credentialId,
    access,
  };
}
