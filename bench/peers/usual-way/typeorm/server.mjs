// The usual way in Nest: Express, a guard, and TypeORM with its pool of connections to PostgreSQL.
import 'reflect-metadata';
import { DataSource } from 'typeorm';
import { serveGuarded } from '../guarded-server.mjs';
import { ApiKey, AuditEvent, Member, Organization, Role } from './entities.mjs';
import { ApiKeyGuard } from './guard.mjs';

const source = new DataSource({
  type: 'postgres',
  url: process.env.DATABASE_URL,
  entities: [ApiKey, AuditEvent, Member, Organization, Role],
});
await source.initialize();
await serveGuarded(new ApiKeyGuard(source));
