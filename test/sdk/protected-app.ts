import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getConnInfo } from '@hono/node-server/conninfo';
import { serve } from '@hono/node-server';
import express from 'express';
import fastify from 'fastify';
import { Hono } from 'hono';
import { callerOf, expressGuard } from '@latchkey/sdk/express';
import { fastifyGuard } from '@latchkey/sdk/fastify';
import type { GuardOptions } from '@latchkey/sdk/guard';
import { honoGuard } from '@latchkey/sdk/hono';

/**
 * An application whose routes are guarded and answer with their caller: `/monitors` says which access it takes,
 * `/any` leaves it to the method, `/projects/:project/monitors` is about the project of its path.
 */
export interface ProtectedApp {
  readonly url: string;
  close(): Promise<void>;
}

/** Starts an application that is guarded by a Latchkey. */
export type StartApp = (options: GuardOptions) => Promise<ProtectedApp>;

const project = { projectParam: 'project' };

export const startExpress: StartApp = async (options) => {
  const requireAccess = expressGuard(options);
  const answer: express.RequestHandler = (request, response) => {
    response.json(callerOf(request));
  };
  const app = express()
    .get('/monitors', requireAccess('uptime', 'read'), answer)
    .post('/monitors', requireAccess('uptime', 'read_write'), answer)
    .all('/any', requireAccess('uptime'), answer)
    .get('/projects/:project/monitors', requireAccess('uptime', 'read', project), answer);
  const server = app.listen(0, '127.0.0.1');
  await new Promise((listening) => server.once('listening', listening));
  return appOn(server);
};

export const startFastify: StartApp = async (options) => {
  const requireAccess = fastifyGuard(options);
  const app = fastify();
  app.get('/monitors', { onRequest: requireAccess('uptime', 'read') }, callerOf);
  app.post('/monitors', { onRequest: requireAccess('uptime', 'read_write') }, callerOf);
  app.all('/any', { onRequest: requireAccess('uptime') }, callerOf);
  const onRequest = requireAccess('uptime', 'read', project);
  app.get('/projects/:project/monitors', { onRequest }, callerOf);
  return { url: await app.listen({ host: '127.0.0.1', port: 0 }), close: () => app.close() };
};

export const startHono: StartApp = async (options) => {
  const requireAccess = honoGuard({
    ...options,
    ip: (context) => getConnInfo(context).remote.address,
  });
  const app = new Hono()
    .get('/monitors', requireAccess('uptime', 'read'), (c) => c.json(c.var.caller))
    .post('/monitors', requireAccess('uptime', 'read_write'), (c) => c.json(c.var.caller))
    .all('/any', requireAccess('uptime'), (c) => c.json(c.var.caller))
    .get('/projects/:project/monitors', requireAccess('uptime', 'read', project), (c) =>
      c.json(c.var.caller),
    );
  const server = await new Promise<Server>((listening) => {
    const made = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 }, () =>
      listening(made as Server),
    );
  });
  return appOn(server);
};

function appOn(server: Server): ProtectedApp {
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}
