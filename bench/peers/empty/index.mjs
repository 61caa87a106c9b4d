import { join } from 'node:path';

/** The speed of light: what Nest and Fastify take to answer at all. */
export const empty = {
  name: 'empty',
  title: 'Empty route, Nest + Fastify',
  program: join(import.meta.dirname, 'server.mjs'),
  path: '/authorize',
  refusesBadKeys: false,
  prepare: async () => ({ environment: {}, tokens: ['any'] }),
  /** How many calls the database knows of: it has none. */
  recorded: null,
};
