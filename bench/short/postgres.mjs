import { startPostgres } from '../running/postgres.mjs';

/** Starts the PostgreSQL that all checks share, and stops it at the end. */
export default async function setup(project) {
  const postgres = await startPostgres(null);
  project.provide('postgresUrl', postgres.url);
  return () => postgres.stop();
}
