import { LatchkeyError, LatchkeyUnreachable } from '@latchkey/sdk';
import { Failure } from './failure.js';
import { visible } from './visible.js';

/** The check of a call that refuses with a code; codes that are no check's are left out. */
const checks: Readonly<Record<string, string>> = {
  missing_token: 'credential',
  invalid_token: 'credential',
  account_deactivated: 'status',
  organization_suspended: 'status',
  ip_not_allowed: 'address',
  rate_limit_exceeded: 'rate limit',
  project_required: 'project',
  project_not_found: 'project',
  insufficient_permissions: 'permission',
  second_factor_required: 'permission',
};

/** The lines that tell what stopped a command. No credential is in them. */
export function failureLines(error: unknown): string[] {
  if (error instanceof LatchkeyError) return refusalLines(error).map(visible);
  if (isExpected(error)) return [visible(error.message)];
  return ['Something went wrong in this program:', visible(String(error))];
}

/** The exit code after an error. */
export function exitCodeOf(error: unknown): number {
  return error instanceof Failure ? error.exitCode : 1;
}

/** What has a message for people: ours, an unreachable server, and what the operating system refuses. */
function isExpected(error: unknown): error is Error {
  const ours = error instanceof Failure || error instanceof LatchkeyUnreachable;
  return ours || (error instanceof Error && 'syscall' in error);
}

function refusalLines(error: LatchkeyError): string[] {
  const { message, code, status, requestId, details, missing } = error;
  const check = checks[code];
  const lines = [`${message} (${status} ${code})`];
  if (check !== undefined) lines.push(`  failed check: ${check}`);
  for (const { field, message: problem } of details) lines.push(`  ${field}: ${problem}`);
  for (const { product, access } of missing) lines.push(`  missing: ${product}: ${access}`);
  if (requestId !== null) lines.push(`  request: ${requestId}`);
  if (code === 'insufficient_permissions') lines.push(...waysToExplain(error));
  if (code === 'invalid_token' || code === 'missing_token')
    lines.push('  sign in again: latchkey login');
  return lines;
}

/** Everybody may ask about their own credential; about a call, whoever reads the audit log. */
function waysToExplain({ missing: [lacking], requestId }: LatchkeyError): string[] {
  const lines: string[] = [];
  if (lacking) lines.push(`  every check: latchkey explain ${lacking.product} ${lacking.access}`);
  if (requestId !== null)
    lines.push(`  or, for who reads the audit log: latchkey explain ${requestId}`);
  return lines;
}
