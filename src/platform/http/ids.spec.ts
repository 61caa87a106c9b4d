import { expect, it } from 'vitest';
import { isId, newId } from './ids.js';

it('ids that are made later sort later, however many are made within a millisecond', () => {
  const ids = Array.from({ length: 10_000 }, newId);
  expect(ids).toEqual([...ids].sort());
  expect(new Set(ids).size).toBe(ids.length);
});

it('an id is a UUIDv7 of the present moment', () => {
  const before = Date.now();
  const id = newId();
  expect(isId(id) && id[14]).toBe('7');
  const time = parseInt(id.replaceAll('-', '').slice(0, 12), 16);
  expect(time).toBeGreaterThanOrEqual(before);
  expect(time).toBeLessThanOrEqual(Date.now());
});
