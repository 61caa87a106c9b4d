export { CheckedCredential, CheckedMember, CheckToken } from './check.dto.js';
export { VerificationModule } from './verification.module.js';
