import fc from 'fast-check';

/** Also what JSON has to escape. */
const text = fc.string({ unit: 'binary', maxLength: 20 });
const optional = fc.option(text, { nil: null });
const optionalId = fc.option(fc.uuid(), { nil: null });

/** Fields of an audit event that are the same for calls that ask the same. */
export const subjectFields = {
  organizationId: fc.uuid({ version: 7 }),
  action: text,
  outcome: fc.constantFrom('allowed' as const, 'denied' as const),
  code: optional,
  projectId: optionalId,
  actorType: text,
  actorId: optionalId,
  actorName: text,
  credentialType: optional,
  credentialId: optionalId,
  credentialPrefix: optional,
  product: optional,
  access: optional,
};

/** Fields of an audit event that tell of the request. */
export const requestFields = {
  requestId: optionalId,
  requestMethod: optional,
  requestRoute: optional,
  requestIp: optional,
  requestUserAgent: optional,
};

/** Fields of an audit event that tell what was done to what. */
export const changeFields = {
  targetType: optional,
  targetId: optional,
  changes: fc.option(fc.dictionary(text, fc.tuple(fc.jsonValue(), fc.jsonValue())), { nil: null }),
};
