export { boundScopes } from './key-scopes.js';
export { ApiKeysModule } from './api-keys.module.js';
export { ApiKeysService } from './api-keys.service.js';
export { FirstKeys } from './first-keys.js';
