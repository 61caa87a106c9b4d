import { randomUUID } from 'node:crypto';
import { prototypeNames } from './hostile-calls.js';

/** Values of every other type than text. */
export const noText = [7, true, [], {}, ['x'], { length: 3 }];
/** What is no name. */
export const names = [
  '',
  '  ',
  'x'.repeat(101),
  'a\nb',
  'a\u0085b',
  '\u007f',
  'a\0b',
  'a\ud800',
  null,
  ...noText,
];
/** What is no slug. */
export const slugs = [
  '',
  'a',
  'A1',
  'a_b',
  '-a',
  'a-',
  'a--b',
  '1a',
  'é',
  'a b',
  'x'.repeat(49),
  'admin',
  'api',
  null,
  ...noText,
];
/** What is no id. */
export const ids = ['', 'me', '1', randomUUID().slice(1), `${randomUUID()} `, null, ...noText];
/** What is no time. */
export const times = [
  '',
  'now',
  '2090-01-01',
  '2090-13-01T00:00:00Z',
  '2090-02-30T00:00:00Z',
  '2090-01-01T00:00:00',
  '2090-01-01T24:00:00Z',
  '9999-12-31T23:59:59-01:00',
  '1969-12-31T00:00:00Z',
  ...noText,
];
/** What maps no products to accesses. */
export const accessMaps = [
  { uptime: 'admin' },
  { uptime: null },
  { uptime: ['read'] },
  { nothing: 'read' },
  { UPTIME: 'read' },
  { '': 'read' },
  { platform: 'read' },
  { '*': 'read' },
  ...prototypeNames.map((name) => JSON.parse(`{"${name}":"read"}`) as object),
  'read',
  7,
  true,
  [],
  ['uptime'],
];
/** What is no list of addresses and networks. */
export const addresses = [
  [],
  [''],
  ['1.2.3'],
  ['1.2.3.4/33'],
  ['1.2.3.4/'],
  ['::/129'],
  ['localhost'],
  ['1.2.3.4', 7],
  [null],
  ['1.2.3.4/24/8'],
  ['1.2.3.4\0'],
  '1.2.3.4',
  {},
  7,
  Array.from({ length: 101 }, () => '1.2.3.4'),
];
/** What is the name of no role. */
export const roles = ['', 'nobody', 'x'.repeat(101), randomUUID(), null, ...noText];
/** What is neither true nor false. */
export const flags = ['true', 0, 1, null, [], {}];
/** What is no whole number of a range. */
export const notWithin = (least: number, most: number) => [
  least - 1,
  most + 1,
  least + 0.5,
  String(least),
  -1,
  1e300,
  true,
  [],
  {},
];
