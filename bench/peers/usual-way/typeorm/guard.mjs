import { createHash } from 'node:crypto';
import { ForbiddenException, HttpException, UnauthorizedException } from '@nestjs/common';
import { IsNull } from 'typeorm';
import { FixedWindow } from '../fixed-window.mjs';
import { ApiKey, AuditEvent } from './entities.mjs';

/** The usual way with the usual library: look the key up with what it belongs to, check, write the audit row, note the use. */
export class ApiKeyGuard {
  limit = new FixedWindow();

  constructor(source) {
    this.keys = source.getRepository(ApiKey);
    this.events = source.getRepository(AuditEvent);
  }

  async canActivate(context) {
    const request = context.switchToHttp().getRequest();
    const key = await this.authenticate(request);
    const { organization, member } = key;
    const { product, access } = request.query;
    if (!this.limit.admits(organization.id, organization.rateLimitPerMinute))
      throw new HttpException('Too many requests', 429);
    const held = member.role.permissions[product];
    const allowed = held === access || held === 'read_write';
    await this.events.insert({
      organizationId: organization.id,
      memberId: member.id,
      apiKeyId: key.id,
      action: 'api_key.used',
      outcome: allowed ? 'allowed' : 'denied',
      product,
      access,
      ip: request.ip,
      userAgent: request.headers['user-agent'],
    });
    await this.keys.update(key.id, { lastUsedAt: new Date() });
    if (!allowed) throw new ForbiddenException();
    return true;
  }

  async authenticate(request) {
    const [scheme, token] = (request.headers.authorization ?? '').split(' ');
    if (scheme !== 'Bearer' || !token) throw new UnauthorizedException();
    const key = await this.keys.findOne({
      where: {
        hash: createHash('sha256').update(token).digest(),
        revokedAt: IsNull(),
        organization: { status: 'active' },
        member: { status: 'active' },
      },
      relations: { organization: true, member: { role: true } },
    });
    if (!key || (key.expiresAt && key.expiresAt <= new Date())) throw new UnauthorizedException();
    return key;
  }
}
