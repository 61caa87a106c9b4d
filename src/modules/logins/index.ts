export { LoginsModule } from './logins.module.js';
