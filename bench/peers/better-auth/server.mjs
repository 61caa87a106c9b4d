// better-auth's API-key plugin verifies the bearer token of each request, behind Node's own HTTP server.
import { createServer } from 'node:http';
import { createAuth } from './auth.mjs';

const auth = createAuth(process.env.DATABASE_URL);

const server = createServer(async (request, response) => {
  const key = request.headers.authorization?.slice('Bearer '.length) ?? '';
  const { valid, error } = await auth.api.verifyApiKey({ body: { key } });
  response.writeHead(valid ? 200 : error?.code === 'RATE_LIMITED' ? 429 : 401).end();
});
server.listen(0, '127.0.0.1', () => {
  console.log(`listening on http://127.0.0.1:${server.address().port}`);
});
