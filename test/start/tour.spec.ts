import { afterAll, beforeAll, expect, it } from 'vitest';
import { mintToken } from '../../src/platform/crypto/token-format.js';
import { Premises, type LatchkeyProcess, type Variables } from './latchkey-process.js';

let premises: Premises;
let server: LatchkeyProcess;
let settings: Variables;
beforeAll(async () => {
  premises = await Premises.open();
  server = premises.start();
  settings = { LATCHKEY_URL: await server.listening(), API_KEY: await server.announced('API_KEY') };
});
afterAll(() => premises.close());

async function takeTour(variables: Variables) {
  const tour = premises.run('cli/tour.js', variables);
  const { code } = await tour.ended;
  return { code, stdout: tour.stdout.text, stderr: tour.stderr.text };
}

it('walks from the first key to the audit log, as often as one likes', async () => {
  const { code, stdout, stderr } = await takeTour(settings);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const answers = [...stdout.matchAll(/^ {2}(\d{3})\b/gm)].map(([, status]) => Number(status));
  expect(answers).toEqual([200, 201, 201, 201, 201, 200, 403, 403, 204, 401, 200, 204, 204, 204]);
  expect(stdout).toMatch(/x-auth-access: read\n/);
  expect(stdout).toMatch(/"missing":\[\{"product":"uptime","access":"read_write"\}\]/);
  expect(stdout).toMatch(/api_key\.revoked {2}allowed\n/);
  expect(stdout).toMatch(/Every answer was what it should be\.\n$/);
  expect((await takeTour(settings)).code).toBe(0);
});

it('shows no secret, and colours only a terminal', async () => {
  const { stdout } = await takeTour(settings);
  expect(stdout).not.toMatch(/sk_[0-9A-Za-z]{8}/);
  expect(stdout).not.toContain('\u001b');
});

it.each([
  ['API_KEY is missing', { API_KEY: '' }, /^API_KEY is missing: .+\n$/],
  ['API_KEY is no key', { API_KEY: 'sk_hush-hush' }, /^API_KEY is not valid: it takes .+\n$/],
  ['API_KEY is refused', { API_KEY: mintToken('sk') }, /^API_KEY is refused by .+\n$/],
  [
    'no server answers',
    { LATCHKEY_URL: 'http://127.0.0.1:1' },
    /^No server answers at .+ `npm start`.+\n$/,
  ],
  [
    'LATCHKEY_URL is no address',
    { LATCHKEY_URL: 'here' },
    /^LATCHKEY_URL is not valid: it takes .+\n$/,
  ],
])('says in one line what to do when %s', async (_, wrong, line) => {
  const { code, stderr } = await takeTour({ ...settings, ...wrong });
  expect(code).toBe(1);
  expect(stderr).toMatch(line);
  expect(stderr).not.toContain('hush-hush');
});

it('stops with exit code 1 at an answer that is not what it should be', async () => {
  const { code, stderr } = await takeTour({
    ...settings,
    API_KEY: await server.announced('PLATFORM_KEY'),
  });
  expect(code).toBe(1);
  expect(stderr).toMatch(/^POST \/v1\/projects answered \[403,.+ instead of \[201.*\n$/);
});
