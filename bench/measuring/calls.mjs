import { Agent, request as httpRequest } from 'node:http';

/**
 * One call over one of the agent's connections.
 *
 * @returns {Promise<{ status: number, body: string, headers: import('node:http').IncomingHttpHeaders, ms: number }>}
 */
export function call(url, token, { method = 'GET', agent } = {}) {
  return new Promise((resolve, reject) => {
    const start = performance.now();
    const headers = { authorization: `Bearer ${token}` };
    const request = httpRequest(url, { method, agent, headers }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (chunk) => (body += chunk));
      response.once('error', reject);
      response.once('end', () => {
        const { statusCode: status, headers: answered } = response;
        resolve({ status, body, headers: answered, ms: performance.now() - start });
      });
    });
    request.once('error', reject).end();
  });
}

/**
 * Calls with one token after the other over one connection, and gives the milliseconds of each.
 *
 * @throws when one is answered with another status
 */
export async function callEach(url, tokens, status) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const times = [];
  for (const token of tokens) {
    const answer = await call(url, token, { agent });
    if (answer.status !== status) throw new Error(`${answer.status} ${answer.body}`);
    times.push(answer.ms);
  }
  agent.destroy();
  return times;
}

/**
 * Calls with all of the tokens at once, over so many connections, and gives the statuses with how often each came.
 *
 * @returns {Promise<Record<string, number>>}
 */
export async function callAll(url, tokens, connections) {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const answers = await Promise.all(tokens.map((token) => call(url, token, { agent })));
  agent.destroy();
  const counts = {};
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}
