import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { slugPattern } from '../config/settings.js';
import { ApiError } from './api-error.js';
import { chooseSlug, isReservedSlug, slugFrom } from './slugs.js';

const free = () => Promise.resolve(false);
const taken = () => Promise.resolve(true);

describe('slugPattern', () => {
  it('takes 2 to 48 lower-case letters, digits and single hyphens that start with a letter', () => {
    for (const slug of ['ab', 'a1', 'web-site-2', 'x'.repeat(48)])
      expect(slug).toMatch(slugPattern);
    for (const slug of ['', 'a', '1a', 'A1', 'a-', '-a', 'a--b', 'a_b', 'ab\n', 'x'.repeat(49)])
      expect(slug).not.toMatch(slugPattern);
  });
});

describe('slugFrom', () => {
  it.each([
    ['Über Uptime!', 'uber-uptime'],
    ['  Website  ', 'website'],
    ['2024 Relaunch', 'relaunch'],
    ['a', 'fallback'],
    ['東京', 'fallback'],
    ['ﬁne print', 'fine-print'],
  ])('makes of "%s" %s', (name, slug) => {
    expect(slugFrom(name, 'fallback')).toBe(slug);
  });

  it('makes a slug of any name', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 100 }), (name) => {
        expect(slugFrom(name, 'fallback')).toMatch(slugPattern);
      }),
    );
  });
});

describe('chooseSlug', () => {
  it('takes the one that is asked for', async () => {
    expect(await chooseSlug('website', 'Shop', 'project', free)).toBe('website');
  });

  it('409 slug_taken when it is taken, 400 invalid_request when it is reserved', async () => {
    const codeOf = (slug: string, isTaken: () => Promise<boolean>) =>
      chooseSlug(slug, 'Shop', 'project', isTaken).catch(
        (error: unknown) => (error as ApiError).code,
      );
    expect(await codeOf('website', taken)).toBe('slug_taken');
    for (const slug of ['api', 'admin', 'me', 'new', 'current', 'constructor', 'prototype'])
      expect(await codeOf(slug, free)).toBe('invalid_request');
  });

  it('makes one that is free, well-formed and not reserved when it is left out', async () => {
    for (const name of ['Shop', 'Admin', 'Me', '東京', 'x'.repeat(100)]) {
      for (const isTaken of [free, (slug: string) => Promise.resolve(!/\d{6}$/.test(slug))]) {
        const slug = await chooseSlug(undefined, name, 'project', isTaken);
        expect(slug).toMatch(slugPattern);
        expect([isReservedSlug(slug), await isTaken(slug)]).toEqual([false, false]);
      }
    }
  });
});

it('a slug with a number that is taken gets another number', async () => {
  const asked: string[] = [];
  const isTaken = (slug: string) => Promise.resolve(asked.push(slug) <= 3);
  const slug = await chooseSlug(undefined, 'Website', 'project', isTaken);
  expect(asked).toHaveLength(4);
  expect(slug).toBe(asked[3]);
  expect(slug).toMatch(/^website-\d{6}$/);
});
