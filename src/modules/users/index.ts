export { UsersModule } from './users.module.js';
export { UsersService } from './users.service.js';
export { emailKey, IsEmailAddress } from './email.js';
