import { expect, it } from 'vitest';
import { askedFor } from './asked-requirement.js';

it('asks for what was named, the same object again and again, also among many questions', () => {
  const uptime = () => askedFor('uptime', 'read');
  expect(uptime()).toBe(uptime());
  for (let round = 0; round < 3; round += 1) {
    for (let number = 0; number < 1_000; number += 1)
      for (const access of ['read', 'read_write'] as const)
        expect(askedFor(`product-${number}`, access)).toEqual({
          product: `product-${number}`,
          access,
          projectRequired: true,
          mustExist: true,
        });
    expect(askedFor('api_keys', 'read').projectRequired).toBe(false);
    expect(uptime()).toBe(uptime());
  }
});
