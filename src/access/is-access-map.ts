import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Satisfies } from '../platform/http/validation.js';
import { accessLevels } from './catalogue.js';

const mostProducts = 100;

/** A field that maps products to accesses. */
export function IsAccessMap(): PropertyDecorator {
  return applyDecorators(
    Satisfies('isAccessMap', isAccessMap, `must map product slugs to ${accessLevels.join(', ')}`),
    ApiProperty({
      type: 'object',
      additionalProperties: { type: 'string', enum: [...accessLevels] },
      example: { uptime: 'read', incidents: 'read_write' },
    }),
  );
}

function isAccessMap(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const accesses: unknown[] = Object.values(value);
  return (
    accesses.length <= mostProducts &&
    accesses.every((access) => (accessLevels as readonly unknown[]).includes(access))
  );
}
