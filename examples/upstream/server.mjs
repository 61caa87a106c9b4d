import { createServer } from 'node:http';

/*
 * A small API that knows nothing of keys: the gateway in front of it asks Latchkey about each call and tells it here who
 * calls, in `X-Auth-…` headers. It listens on the loopback address only, so that there is no way around the gateway.
 */

const port = Number(process.env.PORT ?? 4000);
const monitors = [{ id: 1, name: 'Website' }];

const server = createServer((request, response) => {
  answer(request, response).catch(() => send(response, 400, { error: 'The body is no JSON.' }));
});

server.listen(port, '127.0.0.1', () => {
  console.log(`upstream listening on http://127.0.0.1:${port}`);
});

async function answer(request, response) {
  const { pathname } = new URL(request.url, 'http://upstream');
  if (pathname !== '/monitors') return send(response, 404, { error: 'There is nothing here.' });
  const caller = callerOf(request);
  if (request.method !== 'POST') return send(response, 200, { data: monitors, caller });
  const { name } = JSON.parse(await textOf(request));
  const monitor = { id: monitors.length + 1, name };
  monitors.push(monitor);
  return send(response, 201, { ...monitor, caller });
}

/** Who calls, as the gateway tells it. Many programs take `_` in a header's name for `-`, so this one does, too. */
function callerOf({ headers }) {
  const told = {};
  for (const [name, value] of Object.entries(headers)) {
    const [, field] = /^x-auth-(.+)$/.exec(name.replaceAll('_', '-')) ?? [];
    if (field) (told[field.replaceAll('-', '_')] ??= []).push(value);
  }
  return Object.fromEntries(Object.entries(told).map(([field, values]) => [field, values.join()]));
}

async function textOf(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

function send(response, status, body) {
  const text = JSON.stringify(body);
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
  response.writeHead(status, headers).end(text);
}
