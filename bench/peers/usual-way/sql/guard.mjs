import { createHash } from 'node:crypto';
import { ForbiddenException, HttpException, UnauthorizedException } from '@nestjs/common';
import { FixedWindow } from '../fixed-window.mjs';

const findKey = {
  name: 'find_key',
  text: `SELECT k.id, k.organization_id, k.member_id, r.permissions, o.rate_limit_per_minute
    FROM api_key k
    JOIN member m ON m.id = k.member_id AND m.status = 'active'
    JOIN organization o ON o.id = k.organization_id AND o.status = 'active'
    JOIN role r ON r.id = m.role_id
    WHERE k.hash = $1 AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > now())`,
};
const recordCall = {
  name: 'record_call',
  text: `INSERT INTO audit_event (organization_id, member_id, api_key_id, action, outcome, product, access, ip, user_agent)
    VALUES ($1, $2, $3, 'api_key.used', $4, $5, $6, $7, $8)`,
};
const touchKey = {
  name: 'touch_key',
  text: 'UPDATE api_key SET last_used_at = now() WHERE id = $1',
};

/** The usual way with SQL by hand: look the key up, check role and limit, write the audit row, note the use of the key. */
export class ApiKeyGuard {
  limit = new FixedWindow();

  constructor(pool) {
    this.pool = pool;
  }

  async canActivate(context) {
    const request = context.switchToHttp().getRequest();
    const key = await this.authenticate(request);
    const { product, access } = request.query;
    if (!this.limit.admits(key.organization_id, key.rate_limit_per_minute))
      throw new HttpException('Too many requests', 429);
    const allowed =
      key.permissions[product] === access || key.permissions[product] === 'read_write';
    await this.pool.query({
      ...recordCall,
      values: [
        key.organization_id,
        key.member_id,
        key.id,
        allowed ? 'allowed' : 'denied',
        product,
        access,
        request.ip,
        request.headers['user-agent'],
      ],
    });
    await this.pool.query({ ...touchKey, values: [key.id] });
    if (!allowed) throw new ForbiddenException();
    return true;
  }

  async authenticate(request) {
    const [scheme, token] = (request.headers.authorization ?? '').split(' ');
    if (scheme !== 'Bearer' || !token) throw new UnauthorizedException();
    const hash = createHash('sha256').update(token).digest();
    const { rows } = await this.pool.query({ ...findKey, values: [hash] });
    if (rows.length === 0) throw new UnauthorizedException();
    return rows[0];
  }
}
