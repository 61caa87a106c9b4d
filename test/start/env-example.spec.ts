import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { expect, it } from 'vitest';
import { readSettings } from '../../src/platform/config/read-settings.js';
import { settingTable } from '../../src/platform/config/settings.js';
import { root } from './latchkey-process.js';

const example = readFileSync(join(root, '.env.example'), 'utf8');
const unmarked = example.replaceAll(/^# (?=[A-Z_]+=)/gm, '');

it('.env.example names every variable, and no other', () => {
  const named = Object.keys(parseEnv(unmarked)).toSorted();
  const known = Object.values(settingTable).map(({ variable }) => variable);
  expect(named).toEqual(known.toSorted());
});

it('.env.example changes nothing as it stands', () => {
  expect(parseEnv(example)).toEqual({});
});

it('.env.example shows values that their variables take', () => {
  const { DATABASE_URL, BOOTSTRAP_OWNER_EMAIL, ...others } = parseEnv(
    unmarked,
  ) as NodeJS.ProcessEnv;
  expect(settingTable.databaseUrl.parse(DATABASE_URL ?? '')).toBe(DATABASE_URL);
  expect(settingTable.bootstrapOwnerEmail.parse(BOOTSTRAP_OWNER_EMAIL ?? '')).toBe(
    BOOTSTRAP_OWNER_EMAIL,
  );
  expect(readSettings(others)).toMatchObject({ port: 3000, projectHeaderBrand: 'Phare' });
});
