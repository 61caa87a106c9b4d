import { Module } from '@nestjs/common';
import { ApiKeysModule } from '../api-keys/index.js';
import { MembersModule } from '../members/index.js';
import { ProductsModule } from '../products/index.js';
import { ClientPepperCheck } from './client-pepper-check.js';
import { ClientsController } from './clients.controller.js';
import { ClientsRepository } from './clients.repository.js';
import { ClientsService } from './clients.service.js';
import { DiscoveryController } from './discovery.controller.js';
import { IntrospectionService } from './introspection.service.js';
import { OAuthController } from './oauth.controller.js';
import { RevocationService } from './revocation.service.js';
import { TokensRepository } from './tokens.repository.js';
import { TokensService } from './tokens.service.js';
import { TokensSweep } from './tokens-sweep.js';

@Module({
  imports: [ApiKeysModule, MembersModule, ProductsModule],
  controllers: [ClientsController, OAuthController, DiscoveryController],
  providers: [
    ClientsRepository,
    ClientsService,
    ClientPepperCheck,
    TokensRepository,
    TokensService,
    TokensSweep,
    IntrospectionService,
    RevocationService,
  ],
})
export class OAuthModule {}
