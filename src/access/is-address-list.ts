import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { isNetwork } from '../platform/config/settings.js';
import { Satisfies } from '../platform/http/validation.js';

const mostAddresses = 100;

/** A field that lists addresses and networks; null stands for any address. */
export function IsAddressList(): PropertyDecorator {
  return applyDecorators(
    Satisfies(
      'isAddressList',
      isAddressList,
      `must list 1 to ${mostAddresses} addresses or networks like 203.0.113.7 or 2001:db8::/32`,
    ),
    ApiProperty({ type: [String], nullable: true, example: ['203.0.113.0/24', '2001:db8::7'] }),
  );
}

function isAddressList(value: unknown): boolean {
  return (
    Array.isArray(value) &&
    value.length >= 1 &&
    value.length <= mostAddresses &&
    value.every((entry) => typeof entry === 'string' && isNetwork(entry))
  );
}
