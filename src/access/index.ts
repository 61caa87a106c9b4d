export { AccessModule } from './access.module.js';
export { Judge } from './admission/judge.js';
export { addressIsListed } from './address-list.js';
export { actorOf, systemActor, unknownActor } from './actor.js';
export { IsAddressList } from './is-address-list.js';
export { IsProduct } from './is-product.js';
export { IsAccessMap } from './is-access-map.js';
export { ChainRepository } from './audit-chain/chain.repository.js';
export { PartitionsRepository } from './audit-storage/partitions.repository.js';
export { AuditEvent } from './audit-trail/audit-event.entity.js';
export { AuditTrailRepository } from './audit-trail/audit-trail.repository.js';
export type { RequestInfo } from './audit-trail/audit-event.js';
export { placeOf, type EventPlace } from './audit-trail/event-id.js';
export { recordOf } from './audit-trail/event-record.js';
export type { Verdict } from './admission/call.js';
export { askedFor } from './asked-requirement.js';
export { Changes, type Recorder } from './audit-trail/changes.js';
export { PersonalChanges, type PersonalRecorder } from './audit-trail/personal-changes.js';
export { fieldChanges } from './audit-trail/field-changes.js';
export {
  anyOperatorProduct,
  builtInProducts,
  greater,
  lesser,
  isBuiltIn,
  platformProduct,
  suffices,
  type Access,
  type AccessMap,
} from './catalogue.js';
export { actsAsOwner, covers, holderOf, ownersOnly } from './covers.js';
export {
  operatorId,
  tenantId,
  type CredentialScope,
  type CredentialSource,
  type CredentialState,
  type MemberType,
  type Owner,
} from './credential-state.js';
export { Credentials, type PresentedToken } from './credentials.js';
export { CredentialsRepository } from './credentials.repository.js';
export { checkNames, decide, lacksSecondFactor } from './decide.js';
export { effectiveAccess, lesserScopes } from './effective-access.js';
export { Grant, Granted, GrantedIfSignedIn, grantOf, type GrantedRequest } from './grant.js';
export { ProjectPageQuery } from './project-page.dto.js';
export { insufficient, toApiError, type Refusal } from './refusal.js';
export { RefusedCallers } from './refused-callers/refused-callers.js';
export { isClientCall, maySee } from './seen-credentials.js';
export { requestInfoOf } from './request-info.js';
export {
  CalledByClient,
  Public,
  Requires,
  RequiresAsAsked,
  SignedIn,
  SignedInOrNot,
} from './requires.js';
export {
  builtInRoles,
  customRole,
  memberRole,
  ownerRole,
  permitted,
  roleLevels,
  type Role,
  type RoleLevel,
} from './roles.js';
export type { NeededGrant } from './smallest-grant.js';
export { TokenChecks, type TokenQuestion } from './token-checks.js';
export { countedCall } from './usage/counted-call.js';
