import type { FirstStart } from './modules/installation/index.js';

/** Says on standard output that the server listens and, on the first start, what is shown this once. */
export function announce(url: string, first: FirstStart): void {
  const lines = [`latchkey listening on ${url}`, ...firstStartLines(url, first)];
  process.stdout.write(`${lines.join('\n')}\n`);
}

function firstStartLines(url: string, first: FirstStart): string[] {
  const values = [
    ['OWNER_EMAIL', first.ownerEmail],
    ['OWNER_PASSWORD', first.ownerPassword],
    ['API_KEY', first.apiKey],
    ['PLATFORM_KEY', first.platformKey],
  ].filter(([, value]) => value !== null);
  if (values.length === 0) return [];
  return [
    '',
    'This is the first start. Keep what follows: it is shown this once.',
    ...values.map(([name, value]) => `${name}=${value}`),
    ...(first.apiKey === null ? [] : curlLines(url, first.apiKey)),
  ];
}

function curlLines(url: string, apiKey: string): string[] {
  const bearer = `-H 'Authorization: Bearer ${apiKey}'`;
  const json = `-H 'Content-Type: application/json'`;
  return [
    '',
    'Try it:',
    `curl -s ${url}/v1/users/me ${bearer}`,
    `curl -s ${url}/v1/projects ${bearer} ${json} -d '{"name":"Website"}'`,
    `curl -s ${url}/v1/api-keys ${bearer} ${json} -d '{"name":"Reader","product_scopes":{"uptime":"read"}}'`,
    `curl -s ${url}/v1/audit-events ${bearer}`,
    '',
    `Every call, described and ready to try: ${url}/docs`,
  ];
}
