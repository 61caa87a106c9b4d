import { Module } from '@nestjs/common';
import { AccessModule } from './access/index.js';
import { ApiKeysModule } from './modules/api-keys/index.js';
import { AuditModule } from './modules/audit/index.js';
import { DecisionsModule } from './modules/decisions/index.js';
import { HealthModule } from './modules/health/index.js';
import { InstallationModule } from './modules/installation/index.js';
import { InvitationsModule } from './modules/invitations/index.js';
import { LoginsModule } from './modules/logins/index.js';
import { MembersModule } from './modules/members/index.js';
import { OAuthModule } from './modules/oauth/index.js';
import { OrganizationsModule } from './modules/organizations/index.js';
import { PasswordsModule } from './modules/passwords/index.js';
import { ProductsModule } from './modules/products/index.js';
import { ProjectsModule } from './modules/projects/index.js';
import { RegistrationModule } from './modules/registration/index.js';
import { RolesModule } from './modules/roles/index.js';
import { SecondFactorModule } from './modules/second-factor/index.js';
import { SessionsModule } from './modules/sessions/index.js';
import { SingleSignOnModule } from './modules/single-sign-on/index.js';
import { UsersModule } from './modules/users/index.js';
import { VerificationModule } from './modules/verification/index.js';
import { CryptoModule } from './platform/crypto/crypto.module.js';
import { DatabaseModule } from './platform/database/database.module.js';
import { HttpModule } from './platform/http/http.module.js';
import { MailModule } from './platform/mail/mail.module.js';
import { ThrottlingModule } from './platform/throttling/throttling.module.js';

/** The only composer: platform below, access on it, one module a noun on top. */
@Module({
  imports: [
    CryptoModule,
    DatabaseModule,
    HttpModule,
    ThrottlingModule,
    MailModule,
    AccessModule,
    OrganizationsModule,
    ProjectsModule,
    MembersModule,
    RolesModule,
    ProductsModule,
    ApiKeysModule,
    AuditModule,
    SessionsModule,
    SecondFactorModule,
    LoginsModule,
    OAuthModule,
    PasswordsModule,
    RegistrationModule,
    InvitationsModule,
    SingleSignOnModule,
    UsersModule,
    VerificationModule,
    DecisionsModule,
    HealthModule,
    InstallationModule,
  ],
})
export class AppModule {}
