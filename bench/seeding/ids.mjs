const kinds = ['organization', 'project', 'bot', 'admin', 'key', 'secret', 'request'];

/**
 * The id of the n-th thing of a kind: a UUIDv7 that can be told without asking the database.
 *
 * @param {'organization' | 'project' | 'bot' | 'admin' | 'key' | 'secret' | 'request'} kind
 * @param {number} n
 */
export function idOf(kind, n) {
  const digits = n.toString(16).padStart(15, '0');
  return `019a0000-0000-7${numberOf(kind)}-8${digits.slice(0, 3)}-${digits.slice(3)}`;
}

/** The same in SQL, for the session that runs it. */
export const idFunction = `
  CREATE FUNCTION pg_temp.id_of(kind text, n bigint) RETURNS uuid IMMUTABLE LANGUAGE sql RETURN (
    '019a000000007' || CASE kind ${kinds.map((kind) => `WHEN '${kind}' THEN '${numberOf(kind)}'`).join(' ')} END
    || '8' || lpad(to_hex(n), 15, '0'))::uuid`;

function numberOf(kind) {
  return kinds.indexOf(kind).toString(16).padStart(3, '0');
}
