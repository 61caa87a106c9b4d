import { errorCatalogue } from './api-error.js';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

/** What is wrong with one field. */
export class FieldProblem {
  /** Where it stands: a body field, a query parameter or a header. */
  @ApiProperty({ example: 'name' })
  field!: string;

  /** What is wrong with it. */
  @ApiProperty({ example: 'must be 1 to 100 characters' })
  message!: string;
}

/** An access that the credential lacks. */
export class MissingAccess {
  /** The product's slug. */
  @ApiProperty({ example: 'uptime' })
  product!: string;

  /** The least access that would do. */
  @ApiProperty({ enum: ['read', 'read_write'], example: 'read_write' })
  access!: string;
}

/** Why a request was refused. */
export class ErrorDetail {
  /** Stable: programs may rely on it. */
  @ApiProperty({ enum: Object.keys(errorCatalogue), example: 'invalid_token' })
  code!: string;

  /** For people; may change. */
  @ApiProperty({ example: 'The API key or token provided is invalid or has been revoked.' })
  message!: string;

  /** On `invalid_request`: field by field. */
  @ApiPropertyOptional({ type: [FieldProblem] })
  details?: FieldProblem[];

  /** On `insufficient_permissions`: the smallest access that would let the call pass. */
  @ApiPropertyOptional({ type: [MissingAccess] })
  missing?: MissingAccess[];

  /** The same as the header X-Request-Id. */
  @ApiProperty({ format: 'uuid', example: '0190a5c4-7b1e-7c3a-9f52-2f6d3c1b8e47' })
  request_id!: string;
}

/** The body of every refusal. With `Accept: application/problem+json` the same as RFC 9457. */
export class ErrorBody {
  error!: ErrorDetail;
}
