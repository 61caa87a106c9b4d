import { Module } from '@nestjs/common';
import { ProductsModule } from '../products/index.js';
import { ApiKeysController } from './api-keys.controller.js';
import { ApiKeysRepository } from './api-keys.repository.js';
import { ApiKeysService } from './api-keys.service.js';
import { FirstKeys } from './first-keys.js';
import { KeyDrafts } from './key-drafts.js';
import { KeyMint } from './key-mint.js';
import { KeyPepperCheck } from './key-pepper-check.js';

@Module({
  imports: [ProductsModule],
  controllers: [ApiKeysController],
  providers: [ApiKeysService, ApiKeysRepository, FirstKeys, KeyDrafts, KeyMint, KeyPepperCheck],
  exports: [ApiKeysService, FirstKeys],
})
export class ApiKeysModule {}
