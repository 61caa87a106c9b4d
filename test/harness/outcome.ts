import type { Answer } from './client.js';

/** An answer's status and, for a refusal, its code: `204`, `403 insufficient_permissions`. */
export function outcome({ status, body }: Answer): string {
  return status < 400 ? String(status) : `${status} ${body.error.code}`;
}
