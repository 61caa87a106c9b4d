import { auditQueriesPart } from './audit-queries.mjs';
import { firstCall } from './first-call.mjs';
import { memory } from './memory.mjs';
import { peers } from './peers.mjs';
import { revocation } from './revocation.mjs';
import { scale } from './scale.mjs';
import { threeInstances } from './three-instances.mjs';

/** Everything that is measured, in this order. */
export const parts = [
  peers,
  threeInstances,
  revocation,
  firstCall,
  memory,
  scale,
  auditQueriesPart,
];
