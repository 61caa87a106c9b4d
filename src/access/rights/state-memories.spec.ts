import { beforeEach, expect, it } from 'vitest';
import type { CredentialState } from '../credential-state.js';
import { RightsCache } from './rights-cache.js';
import { mostReady, StateMemories } from './state-memories.js';
import { StateMemory } from './state-memory.js';
import { subjectsOf } from './subjects.js';

const organizationId = '0190a5c4-7b1e-7c3a-9f52-2f6d3c1b8e47';
const credentialId = '0190a5c4-7b1e-7c3a-9f52-2f6d3c1b8e48';

const state: CredentialState = {
  credential: {
    type: 'api_key',
    id: credentialId,
    prefix: 'sk_live',
    name: 'Key',
    scope: 'organization',
    project: null,
    productScopes: null,
    allowedIps: null,
    isActive: true,
    revoked: false,
    expiresAt: null,
    notBefore: null,
  },
  owner: null,
  tenant: {
    id: organizationId,
    suspended: false,
    allowedIps: null,
    requiresSecondFactor: false,
    rateLimitPerMinute: 100,
  },
  readAt: 1_764_000_000_000,
};

let cache: RightsCache;
beforeEach(() => {
  cache = new RightsCache(10);
});

/** What is remembered of a credential that was read before any change. */
function read(name: string): StateMemory {
  const memory = new StateMemory(
    name,
    { type: 'secret', name: `hash of ${name}` },
    1_800_000_000_000,
  );
  const stamp = { organization: 1, platform: 1 };
  memory.remembered = cache.remember({ value: state, stamp, organizationId, subjectsOf });
  return memory;
}

/** What is known to be true of what is remembered under a name. */
function known(memories: StateMemories, name: string) {
  const remembered = memories.find(name)?.remembered;
  return remembered && cache.known(remembered);
}

it('finds what was kept, the first time and later', () => {
  const memories = new StateMemories(10, cache);
  memories.keep(read('one'));
  for (let time = 1; time <= 4; time += 1) expect(memories.find('one')).toEqual(read('one'));
});

it('finds nothing under another name', () => {
  const memories = new StateMemories(10, cache);
  memories.keep(read('one'));
  expect(memories.find('other')).toBeUndefined();
});

it('has ready what is found again', () => {
  const memories = new StateMemories(10, cache);
  memories.keep(read('one'));
  memories.find('one');
  const ready = memories.find('one');
  expect(memories.find('one')).toBe(ready);
});

it('has nothing ready of more than can be ready, which call in turn', () => {
  const memories = new StateMemories(2 * mostReady, cache);
  const names = Array.from({ length: mostReady + 1 }, (_, index) => `name ${index}`);
  for (const name of names) memories.keep(read(name));
  const [first = ''] = names;
  const found = memories.find(first);
  for (const name of names.slice(1)) memories.find(name);
  const again = memories.find(first);
  expect(again).not.toBe(found);
  expect(memories.find(first)).not.toBe(again);
});

it('keeps no more than its size, and drops what was not used for the longest time', () => {
  const memories = new StateMemories(2, cache);
  for (const name of ['one', 'two']) memories.keep(read(name));
  memories.find('one');
  memories.keep(read('three'));
  const found = ['one', 'two', 'three'].filter((name) => memories.find(name));
  expect(found).toEqual(['one', 'three']);
});

it('forgets a credential that is not in force any more, packed or ready', () => {
  const memories = new StateMemories(10, cache);
  memories.keep(read('packed'));
  memories.keep(read('ready'));
  for (let time = 1; time <= 3; time += 1) memories.find('ready');
  for (const name of ['packed', 'ready'])
    memories.keep(new StateMemory(name, { type: 'secret', name: `hash of ${name}` }));
  expect([known(memories, 'packed'), known(memories, 'ready')]).toEqual([undefined, null]);
});

it('forgets what it is told to, packed or ready', () => {
  const memories = new StateMemories(10, cache);
  memories.keep(read('packed'));
  memories.keep(read('ready'));
  for (let time = 1; time <= 3; time += 1) memories.find('ready');
  for (const name of ['packed', 'ready']) memories.forget(name);
  expect([memories.find('packed'), memories.find('ready')]).toEqual([undefined, undefined]);
});

it('knows of what was packed before a change whether it is still true', () => {
  const memories = new StateMemories(10, cache);
  memories.keep(read('one'));
  cache.catchUp(organizationId, 2, [{ version: 2, subject: 'somebody else' }]);
  expect(known(memories, 'one')?.stamp).toEqual({ organization: 2, platform: 1 });
  cache.catchUp(organizationId, 3, [{ version: 3, subject: credentialId }]);
  expect(known(memories, 'one')).toBeNull();
});

it('vouches for no later change than it was read under, where the changes of its organization are forgotten', () => {
  const memories = new StateMemories(10, cache);
  memories.keep(read('one'));
  cache.catchUp(organizationId, 3, [{ version: 2, subject: credentialId }]);
  for (let other = 1; other <= 10; other += 1)
    cache.remember({
      value: other,
      stamp: { organization: 1, platform: 1 },
      organizationId: `${other}`,
      subjectsOf: () => [],
    });
  expect(known(memories, 'one')?.stamp).toEqual({ organization: 1, platform: 1 });
});
