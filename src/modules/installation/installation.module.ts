import { Module } from '@nestjs/common';
import { ApiKeysModule } from '../api-keys/index.js';
import { OrganizationsModule } from '../organizations/index.js';
import { ProductsModule } from '../products/index.js';
import { UsersModule } from '../users/index.js';
import { FrontPageController } from './front-page.controller.js';
import { Installation } from './installation.js';

@Module({
  imports: [ApiKeysModule, OrganizationsModule, ProductsModule, UsersModule],
  controllers: [FrontPageController],
  providers: [Installation],
})
export class InstallationModule {}
