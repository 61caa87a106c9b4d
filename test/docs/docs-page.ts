import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { password, type World } from '../harness/world.js';

/** Stands in for what the page asks for and does not propose. */
const madeUpId = '01a20000-0000-7000-8000-000000000000';

/** Where the page lists a call. */
export interface DescribedCall {
  readonly tag: string;
  readonly method: string;
  readonly path: string;
}

/** What the page shows of a call that was tried. */
export interface TriedCall {
  /** The same call for the command line. */
  readonly request: string;
  readonly status: string;
  readonly body: string;
}

/** The page at /docs, as a person uses it who has just come. */
export class DocsPage {
  private constructor(private readonly page: Page) {}

  static async open(page: Page, { server }: World): Promise<DocsPage> {
    await page.goto(`${server.url}/docs`);
    await page.evaluate('localStorage.clear()');
    await page.reload();
    await page.locator('.opblock-tag').first().waitFor();
    await page.evaluate(await readFile(join(import.meta.dirname, 'try-out.js'), 'utf8'));
    return new DocsPage(page);
  }

  logIn(email: string): Promise<TriedCall> {
    const call = { tag: 'sessions', method: 'post', path: '/v1/auth/login' };
    return this.tryOut(call, { email, password });
  }

  /** Tries one call by its buttons: with what the page proposes, or another body. */
  tryOut({ tag, method, path }: DescribedCall, body?: object): Promise<TriedCall> {
    const call = [{ tag, method, path }, madeUpId, body].map((each) => JSON.stringify(each));
    return this.page.evaluate<TriedCall>(`tryOut(${call.join()})`);
  }
}
