import { existsSync } from 'node:fs';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { password, World } from '../harness/world.js';

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
    await page.goto(`${world.server.url}/docs`);
    await page.evaluate('localStorage.clear()');
    await page.reload();
    const run = async (tag: string, path: string, body?: object) => {
      await page.locator(`.opblock-tag[data-tag="${tag}"]`).click();
      const operation = page.locator('.opblock').filter({
        has: page.locator(`[data-path="${path}"]`),
      });
      await operation.locator('.opblock-summary-control').first().click();
      await operation.getByRole('button', { name: 'Try it out' }).click();
      if (body) await operation.locator('textarea').first().fill(JSON.stringify(body));
      await operation.getByRole('button', { name: 'Execute' }).click();
      const answer = operation.locator('.live-responses-table');
      return {
        status: await answer.locator('.response-col_status').last().innerText(),
        body: await answer.locator('.highlight-code').last().innerText(),
      };
    };
    const login = await run('sessions', '/v1/auth/login', { email, password });
    expect(login.status).toMatch(/^200\b/);
    const me = await run('who am I', '/v1/users/me');
    expect(me.status).toMatch(/^200\b/);
    expect(me.body).toContain(email);
  });

  it('asks nobody but the server, and has no errors', async () => {
    await page.goto(`${world.server.url}/docs`);
    await page.locator('.opblock-tag').first().waitFor();
    expect(elsewhere).toEqual([]);
    expect(errors).toEqual([]);
  });

  it('is where / leads', async () => {
    await page.goto(`${world.server.url}/`);
    expect(page.url()).toBe(`${world.server.url}/docs`);
    expect(await page.title()).toBe('Latchkey API');
  });
});
