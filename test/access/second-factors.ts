import { randomBytes } from 'node:crypto';
import { SecretCipher } from '../../dist/src/platform/crypto/secret-cipher.js';
import { Authenticator } from '../harness/authenticator.js';
import type { World } from '../harness/world.js';

/** Gives a member, where it is a person, a second factor to begin with or to show, and the code for it. */
export async function totpCode(
  world: World,
  memberId: string | null,
  enabled: boolean,
): Promise<{ code: string }> {
  const [row] = await world.server.sql<{ id: string; now: number }>(
    'SELECT user_id AS id, extract(epoch FROM now())::float8 AS now FROM member WHERE id = $1',
    [memberId],
  );
  if (!row?.id) return { code: '000000' };
  const secret = randomBytes(20);
  const cipher = new SecretCipher(world.server.config.keyPeppers);
  const { encrypted, pepperId } = cipher.encrypt(secret, `totp ${row.id}`);
  await world.server.sql(
    `INSERT INTO totp_factor (user_id, encrypted_secret, pepper_id, enabled_at)
     VALUES ($1, $2, $3, CASE WHEN $4 THEN now() END) ON CONFLICT (user_id) DO UPDATE
     SET encrypted_secret = $2, pepper_id = $3, enabled_at = excluded.enabled_at, last_step = NULL`,
    [row.id, encrypted, pepperId, enabled],
  );
  return { code: new Authenticator(secret).code(row.now) };
}
