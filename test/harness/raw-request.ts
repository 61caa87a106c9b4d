import { connect } from 'node:net';
import type { Answer } from './client.js';
import type { TestServer } from './server.js';

/**
 * Sends a request exactly as it stands, byte by byte, for what no HTTP client would send: headers given twice, odd
 * spaces, no HTTP at all. The connection is closed after the answer.
 */
export async function sendRaw(
  server: Pick<TestServer, 'url'>,
  request: string | Uint8Array,
): Promise<Answer> {
  const { hostname, port } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  const closed = new Promise<void>((resolve, reject) => {
    socket.once('close', () => resolve());
    socket.once('error', (error) => (chunks.length > 0 ? resolve() : reject(error)));
  });
  socket.write(typeof request === 'string' ? Buffer.from(request, 'latin1') : request);
  await closed;
  return parseAnswer(Buffer.concat(chunks).toString());
}

/** The bytes of a request with these header lines, which asks for the connection to be closed. */
export function rawRequest(requestLine: string, headers: readonly string[], body = ''): string {
  const lines = [`${requestLine} HTTP/1.1`, 'Host: localhost', 'Connection: close', ...headers];
  return `${lines.join('\r\n')}\r\n\r\n${body}`;
}

function parseAnswer(answer: string): Answer {
  const end = answer.indexOf('\r\n\r\n');
  const [statusLine = '', ...lines] = answer.slice(0, end).split('\r\n');
  const headers = new Headers();
  for (const line of lines) {
    const colon = line.indexOf(':');
    headers.append(line.slice(0, colon), line.slice(colon + 1).trim());
  }
  const text = answer.slice(end + 4);
  const json = (headers.get('content-type') ?? '').includes('json');
  const body: unknown = json ? JSON.parse(text) : text;
  return { status: Number(statusLine.split(' ')[1]), headers, text, body };
}
