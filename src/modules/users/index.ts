export { UsersModule } from './users.module.js';
export { UsersService, type ProvenUser } from './users.service.js';
export { isNewPassword, IsNewPassword } from './new-password.js';
export { asciiDomain, domainOf, emailKey, isEmailAddress, IsEmailAddress } from './email.js';
