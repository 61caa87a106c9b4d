import { Global, Module } from '@nestjs/common';
import { getOptionsToken, getStorageToken, type ThrottlerModuleOptions } from '@nestjs/throttler';
import { AddressCallsRepository } from './address-calls.repository.js';
import { AddressCallsSweep } from './address-calls-sweep.js';

const options: ThrottlerModuleOptions = {
  throttlers: [{ name: 'address', ttl: 60_000, limit: 20 }],
  // What one subscriber is given at least: within it, addresses are free to choose. More than that may be a neighbour's.
  ipv6SubnetPrefix: 64,
  setHeaders: false,
};

/** What `@LimitedPerAddress()` needs: how many calls are let through, and where they are counted. */
@Global()
@Module({
  providers: [
    AddressCallsRepository,
    AddressCallsSweep,
    { provide: getOptionsToken(), useValue: options },
    { provide: getStorageToken(), useExisting: AddressCallsRepository },
  ],
  exports: [getOptionsToken(), getStorageToken()],
})
export class ThrottlingModule {}
