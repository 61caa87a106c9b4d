import { existsSync } from 'node:fs';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { World } from '../harness/world.js';
import { DocsPage, type DescribedCall } from './docs-page.js';

const executablePath = '/usr/bin/chromium';
const flags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const found = existsSync(executablePath);
const { CI } = process.env;
const notice = `${executablePath} is missing: install it with \`apt-get install chromium\``;
if (!found && !CI) console.warn(`The page at /docs is not tested: ${notice}.`);

describe.runIf(found || CI)('the page at /docs', () => {
  let world: World;
  let browser: Browser;
  let page: Page;
  /** What the page asked of anybody but the server. */
  const elsewhere: string[] = [];
  const errors: string[] = [];

  beforeAll(async () => {
    if (!found) throw new Error(notice);
    world = await World.start();
    browser = await chromium.launch({ executablePath, args: flags });
    page = await browser.newPage();
    page.on('request', (request) => {
      if (new URL(request.url()).origin !== world.server.url) elsewhere.push(request.url());
    });
    page.on('pageerror', (error) => errors.push(String(error)));
    page.on('console', (message) => {
      if (/Content Security Policy/.test(message.text())) errors.push(message.text());
    });
  });
  afterAll(async () => {
    await browser?.close();
    await world?.close();
  });

  it('takes a key by Authorize and shows the answer of GET /v1/users/me', async () => {
    await page.goto(`${world.server.url}/docs`);
    await page.getByRole('button', { name: 'Authorize' }).first().click();
    const dialog = page.locator('.modal-ux');
    const bearer = dialog.locator('.auth-container', { hasText: 'bearer' });
    await bearer.locator('input').fill(world.server.first.apiKey);
    await bearer.getByRole('button', { name: 'Apply credentials' }).click();
    await dialog.getByRole('button', { name: 'Close' }).last().click();

    await page.locator('.opblock-tag[data-tag="who am I"]').click();
    const operation = page.locator('.opblock', { hasText: '/v1/users/me' });
    await operation.locator('.opblock-summary-control').click();
    await operation.getByRole('button', { name: 'Try it out' }).click();
    await operation.getByRole('button', { name: 'Execute' }).click();

    const answer = operation.locator('.live-responses-table');
    expect(await answer.locator('.response-col_status').last().innerText()).toMatch(/^200\b/);
    const body = await answer.locator('.highlight-code').last().innerText();
    expect(body).toContain('owner@latchkey.local');
    expect(body).toContain('"role": "owner"');
  });

  it('lets a person log in, and makes the calls after that with the session', async () => {
    const { email } = await world.human('admin');
    const docs = await DocsPage.open(page, world);
    expect((await docs.logIn(email)).status).toBe('200');
    const me = await docs.tryOut({ tag: 'who am I', method: 'get', path: '/v1/users/me' });
    expect(me.status).toBe('200');
    expect(me.body).toContain(email);
  });

  it('lets a person try every call: each is sent with the session, and answered as it is described', async () => {
    const { email } = await world.human('owner');
    const docs = await DocsPage.open(page, world);
    await docs.logIn(email);
    const calls = await describedCalls(world);
    expect(calls).not.toHaveLength(0);
    const unexpected: object[] = [];
    for (const { responses, takesSession, ...call } of calls) {
      const { request, status, body } = await docs.tryOut(call);
      const isSigned = !takesSession || request.includes('Authorization: Bearer ');
      if (!(status in responses) || !isSigned) unexpected.push({ request, status, body });
    }
    expect(unexpected).toEqual([]);
  }, 240_000);

  it('asks nobody but the server, and has no errors', async () => {
    await page.goto(`${world.server.url}/docs`);
    await page.locator('.opblock-tag').first().waitFor();
    expect(elsewhere).toEqual([]);
    expect(errors).toEqual([]);
  });

  it('runs nobody else’s code, and is shown in nobody else’s page', async () => {
    for (const path of ['/docs', '/docs/swagger-ui-init.js']) {
      const { headers } = await fetch(`${world.server.url}${path}`);
      const policy = headers.get('content-security-policy');
      expect(policy).toContain(`default-src 'self';`);
      expect(policy).toContain(`frame-ancestors 'none'`);
    }
  });

  it('is where / leads', async () => {
    await page.goto(`${world.server.url}/`);
    expect(page.url()).toBe(`${world.server.url}/docs`);
    expect(await page.title()).toBe('Latchkey API');
  });
});

interface Operation {
  readonly tags: readonly string[];
  readonly responses: object;
  readonly security?: readonly object[];
}

/** Every call of the document but the login; what ends the session comes last. */
async function describedCalls({ server }: World) {
  const response = await fetch(`${server.url}/openapi.json`);
  const { paths } = (await response.json()) as { paths: Record<string, Record<string, Operation>> };
  const calls = Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, { tags, responses, security = [] }]) => {
      const takesSession = security.some((way) => 'bearer' in way);
      return { tag: tags[0] ?? '', method, path, responses, takesSession };
    }),
  );
  const endsSession = ({ path }: DescribedCall) => Number(path === '/v1/auth/logout');
  return calls
    .filter(({ path }) => path !== '/v1/auth/login')
    .toSorted((one, other) => endsSession(one) - endsSession(other));
}
