import { Global, Module } from '@nestjs/common';
import { getOptionsToken, getStorageToken, type ThrottlerModuleOptions } from '@nestjs/throttler';
import { AddressCallsRepository } from './address-calls.repository.js';
import { AddressCallsSweep } from './address-calls-sweep.js';
import { Guesses } from './guesses.js';
import { GuessesRepository } from './guesses.repository.js';
import { addressLimit, ipv6NetworkBits } from './network.js';

const options: ThrottlerModuleOptions = {
  throttlers: [{ name: 'address', ...addressLimit }],
  ipv6SubnetPrefix: ipv6NetworkBits,
  setHeaders: false,
};

/** What `@LimitedPerAddress()` needs: how many calls are let through, and where they are counted. */
@Global()
@Module({
  providers: [
    AddressCallsRepository,
    AddressCallsSweep,
    Guesses,
    GuessesRepository,
    { provide: getOptionsToken(), useValue: options },
    { provide: getStorageToken(), useExisting: AddressCallsRepository },
  ],
  exports: [Guesses, getOptionsToken(), getStorageToken()],
})
export class ThrottlingModule {}
