import { IsString, MaxLength } from 'class-validator';
import { MayBeLeftOut } from '../../platform/http/validation.js';

/** Who signs in, and where. */
export class Login {
  /** @example 'ada@example.com' */
  @IsString()
  @MaxLength(254)
  email!: string;

  /** @example 'correct horse battery staple' */
  @IsString()
  @MaxLength(128)
  password!: string;

  /**
   * The organization's id or slug; the oldest membership unless given.
   * @example 'acme'
   */
  @MayBeLeftOut()
  @IsString()
  @MaxLength(100)
  organization?: string;

  /**
   * For whoever has a second factor: the six digits of the authenticator app, or a recovery code. Each is good once.
   * @example '492039'
   */
  @MayBeLeftOut()
  @IsString()
  @MaxLength(64)
  code?: string;
}
