/** Tells whether the scheme of an `Authorization` header is Bearer (RFC 6750, section 2.1), whatever stands after it. */
export function isBearer(authorization: string): boolean {
  return /^bearer(?![^ \t])/i.test(authorization);
}

/**
 * The `WWW-Authenticate` header of RFC 6750, section 3, without an error where no token was at fault.
 *
 * @param scope what the token lacks, in words separated by spaces
 */
export function bearerChallenge(error?: 'invalid_token' | 'insufficient_scope', scope = '') {
  const attributes = [
    'realm="latchkey"',
    ...(error ? [`error="${error}"`] : []),
    ...(scope ? [`scope="${scope}"`] : []),
  ];
  return { 'WWW-Authenticate': `Bearer ${attributes.join(', ')}` };
}
