import type { Type } from '@nestjs/common';
import { ApiProperty, getSchemaPath } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsInt, IsOptional, IsString, Max, Min } from 'class-validator';

/** Which part of a list is asked for. */
export class PageQuery {
  /** How many items at most: 1 to 100. */
  @IsOptional()
  @Transform(({ value }: { value: unknown }) => wholeNumber(value))
  @IsInt()
  @Min(1)
  @Max(100)
  @ApiProperty({ type: 'integer', required: false, default: 20, minimum: 1, maximum: 100 })
  limit: number = 20;

  /** The `next_cursor` of the page before. Opaque, and good for this list only. */
  @IsOptional()
  @IsString()
  cursor?: string;
}

function wholeNumber(value: unknown): unknown {
  return typeof value === 'string' && /^\d{1,3}$/.test(value) ? Number(value) : value;
}

/** One page of a list, newest first. */
export interface Page<Item> {
  readonly data: Item[];
  readonly has_more: boolean;
  readonly next_cursor: string | null;
}

/** The OpenAPI schema of a page of these items. */
export function listSchema(item: Type) {
  return {
    type: 'object',
    required: ['data', 'has_more', 'next_cursor'],
    properties: {
      data: { type: 'array', items: { $ref: getSchemaPath(item) } },
      has_more: { type: 'boolean', description: 'Whether there are older items.' },
      next_cursor: {
        type: 'string',
        nullable: true,
        description: 'Send it as `cursor` for the next page; null on the last.',
      },
    },
  };
}
