import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Credential, CredentialSource, CredentialState } from '../credential-state.js';
import { builtInRoles, customRole, type Role } from '../roles.js';
import { packedState, unpackedState, type PlacedState } from './packed-state.js';

/** Often one that stands there already. */
const id = fc.oneof(
  fc.uuid(),
  fc.constantFrom('00000000-0000-7000-8000-000000000000', 'ffffffff-ffff-7fff-bfff-ffffffffffff'),
);

/** Hashes in base64, and what only looks like one. */
const hash = fc.oneof(
  fc
    .uint8Array({ minLength: 32, maxLength: 32 })
    .map((bytes) => Buffer.from(bytes).toString('base64')),
  fc.constantFrom(`${'A'.repeat(42)}B=`, `${'_'.repeat(43)}=`, `${'/'.repeat(43)}=`),
);

/** Also such as say what the short form has characters for, or are these characters. */
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  hash,
  fc
    .array(
      fc.oneof(
        fc.uuid(),
        hash,
        fc.constantFrom('"', '\\', '\0', '\x01', '\x1e', '\x1f', ',null', '"human"'),
      ),
      { maxLength: 4 },
    )
    .map((parts) => parts.join('')),
);
const maybe = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: null });
const time = fc.date({ noInvalidDate: true });
const accessMap = fc.dictionary(text, fc.constantFrom('none', 'read', 'read_write'));

const role: fc.Arbitrary<Role> = fc.oneof(
  fc.constantFrom(...builtInRoles),
  fc
    .tuple(id, text, fc.constantFrom('organization', 'project'), accessMap)
    .map((parts) => customRole(...parts)),
);

const credential: fc.Arbitrary<Credential> = fc.record(
  {
    type: fc.constantFrom('api_key', 'session', 'oauth'),
    id,
    prefix: maybe(text),
    name: text,
    scope: fc.constantFrom('organization', 'project', 'platform'),
    project: maybe(fc.record({ id, slug: text })),
    productScopes: maybe(accessMap),
    allowedIps: maybe(fc.array(text)),
    isActive: fc.boolean(),
    revoked: fc.boolean(),
    expiresAt: maybe(time),
    notBefore: maybe(time),
    tokenId: id,
    secondFactor: fc.constant(true),
    connectionId: id,
  },
  {
    requiredKeys: [
      'type',
      'id',
      'prefix',
      'name',
      'scope',
      'project',
      'productScopes',
      'allowedIps',
      'isActive',
      'revoked',
      'expiresAt',
      'notBefore',
    ],
  },
);

const owner = fc.record({
  memberId: id,
  userId: maybe(id),
  type: fc.constantFrom('human', 'service_account'),
  name: text,
  email: maybe(text),
  active: fc.boolean(),
  status: fc.constantFrom('active', 'deactivated'),
  role,
  projectRoles: fc.array(fc.tuple(id, role), { maxLength: 4 }).map((roles) => new Map(roles)),
});

const tenant = fc.record({
  id,
  suspended: fc.boolean(),
  allowedIps: maybe(fc.array(text)),
  requiresSecondFactor: fc.boolean(),
  rateLimitPerMinute: fc.nat(),
});

const state: fc.Arbitrary<CredentialState> = fc.record({
  credential,
  owner: maybe(owner),
  tenant: maybe(tenant),
  readAt: fc.nat(2 ** 41),
});

const source: fc.Arbitrary<CredentialSource> = fc.oneof(
  fc.record({ type: fc.constant('secret'), name: text }),
  fc.record({ type: fc.constant('session'), name: text, sessionId: id, userId: id }),
  fc.record({ type: fc.constant('oauth'), name: text, clientId: id, tokenId: id }),
  fc.record({ type: fc.constant('client'), name: text, clientId: id, hash: text }),
);

const placed: fc.Arbitrary<PlacedState> = fc.record({
  source,
  validUntil: maybe(fc.nat(2 ** 41)),
  stamp: fc.record({ organization: fc.nat(), platform: fc.nat() }),
  value: state,
});

it('is what was packed, to the last detail', () => {
  fc.assert(
    fc.property(placed, (packed) => {
      expect(unpackedState(packedState(packed))).toEqual(packed);
    }),
    { numRuns: 1_000 },
  );
});

it('is what was packed where more ids are named than one character can tell apart, each twice', () => {
  const ids = Array.from({ length: 300 }, (_, n) => `00000000-0000-7000-8000-${1e11 + n}`);
  fc.assert(
    fc.property(placed, owner, (one, own) => {
      const projectRoles = new Map(ids.map((each) => [each, builtInRoles[0] as Role]));
      const value = {
        ...one.value,
        credential: { ...one.value.credential, allowedIps: ids },
        owner: { ...own, projectRoles },
      };
      const packed = { ...one, value };
      expect(unpackedState(packedState(packed))).toEqual(packed);
    }),
    { numRuns: 20 },
  );
});

it('a built-in role is the very one that stands in code', () => {
  fc.assert(
    fc.property(placed, fc.constantFrom(...builtInRoles), (one, own) => {
      const { value } = one;
      if (!value.owner) return;
      const packed = packedState({
        ...one,
        value: { ...value, owner: { ...value.owner, role: own } },
      });
      expect(unpackedState(packed).value.owner?.role).toBe(own);
    }),
  );
});
