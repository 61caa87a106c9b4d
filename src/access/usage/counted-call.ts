/**
 * Tells, in SQL, which audit events are calls that count as use of a credential: those that were let in or refused
 * for what they asked, not those whose credential was not in force (401) or that were past the limit (429).
 */
export const countedCall = `action IN ('api_key.used', 'session.used', 'oauth_token.used')
  AND code IS DISTINCT FROM 'invalid_token' AND code IS DISTINCT FROM 'rate_limit_exceeded'`;
