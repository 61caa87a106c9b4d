// The usual way with SQL by hand: Nest on Express, a guard, and a pool of connections to PostgreSQL.
import 'reflect-metadata';
import pg from 'pg';
import { serveGuarded } from '../guarded-server.mjs';
import { ApiKeyGuard } from './guard.mjs';

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 10 });
await serveGuarded(new ApiKeyGuard(pool));
