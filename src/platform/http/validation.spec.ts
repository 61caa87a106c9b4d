import 'reflect-metadata';
import type { ArgumentMetadata } from '@nestjs/common';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ApiError } from './api-error.js';
import {
  createValidationPipe,
  IsName,
  IsTimestamp,
  MayBeLeftOut,
  MayBeNull,
} from './validation.js';

class Thing {
  @IsName()
  name!: string;

  @MayBeLeftOut()
  @IsTimestamp()
  begins?: string;

  @MayBeNull()
  @IsTimestamp()
  ends?: string | null;
}

const pipe = createValidationPipe();
const body: ArgumentMetadata = { type: 'body', metatype: Thing };

/** The fields that are refused, or the object that is made. */
async function check(fields: object): Promise<Thing | string[]> {
  try {
    return (await pipe.transform(fields, body)) as Thing;
  } catch (error) {
    return ((error as ApiError).options.details ?? []).map((detail) => detail.field);
  }
}

describe('a name', () => {
  it('is trimmed and has 1 to 100 characters, counted as people do', async () => {
    expect(await check({ name: '  Ada \t' })).toEqual({ name: 'Ada' });
    expect(await check({ name: '🔑'.repeat(100) })).toEqual({ name: '🔑'.repeat(100) });
    for (const name of ['', ' \u00a0 ', 'x'.repeat(101), '🔑'.repeat(101)])
      expect(await check({ name })).toEqual(['name']);
  });

  it('has no control characters', async () => {
    const control = fc.integer({ min: 0, max: 0x9f }).filter((code) => code < 0x20 || code > 0x7e);
    await fc.assert(
      fc.asyncProperty(control, async (code) => {
        expect(await check({ name: `a${String.fromCharCode(code)}b` })).toEqual(['name']);
      }),
    );
  });
});

describe('a time', () => {
  it.each([
    '2030-01-31T12:00:00Z',
    '2030-01-31t12:00:00z',
    '2030-01-31T12:00:00.123456789+05:30',
    '2028-02-29T23:59:59-12:00',
    '1970-01-01T00:00:00Z',
    '9999-12-31T23:59:59Z',
  ])('may be %s', async (begins) => {
    expect(await check({ name: 'Ada', begins })).toEqual({ name: 'Ada', begins });
  });

  it.each([
    '2030-01-31',
    '2030-01-31T12:00:00',
    '2030-01-31 12:00:00Z',
    '2030-02-29T12:00:00Z',
    '2030-13-01T12:00:00Z',
    '2030-01-31T24:00:00Z',
    '2030-01-31T12:60:00Z',
    '2030-01-31T12:00:00+24:00',
    '9999-12-31T23:59:59-00:01',
    '1969-12-31T23:59:59Z',
    '+012030-01-31T12:00:00Z',
    'tomorrow',
    '',
  ])('may not be "%s"', async (begins) => {
    expect(await check({ name: 'Ada', begins })).toEqual(['begins']);
  });
});

describe('a field that may be left out', () => {
  it('may be null only where that means something', async () => {
    expect(await check({ name: 'Ada', ends: null })).toEqual({ name: 'Ada', ends: null });
    expect(await check({ name: 'Ada', begins: null })).toEqual(['begins']);
  });
});

describe('a field that is unknown', () => {
  it('is refused beside every wrong one', async () => {
    expect(await check({ begins: 7, colour: 'red' })).toEqual(['colour', 'name', 'begins']);
  });
});
