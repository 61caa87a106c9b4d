export { refreshTokenPrefix, SessionOpening } from './session-opening.js';
export { SessionTokens } from './session.dto.js';
export { SessionsModule } from './sessions.module.js';
export { SessionsService } from './sessions.service.js';
export { provenPerson } from './signed-in-person.js';
