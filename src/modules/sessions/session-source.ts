import type { CredentialSource } from '../../access/index.js';

/** Where the state behind a session is read. */
export function sessionSource(sessionId: string, userId: string): CredentialSource {
  return { type: 'session', name: `session ${sessionId} ${userId}`, sessionId, userId };
}
