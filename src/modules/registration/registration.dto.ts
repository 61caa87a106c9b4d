import { IsName } from '../../platform/http/validation.js';
import { IsEmailAddress, IsNewPassword } from '../users/index.js';

/** A person who is new here, and the organization that they begin with. */
export class Register {
  /** @example 'ada@example.com' */
  @IsEmailAddress()
  email!: string;

  /**
   * 12 to 128 characters, none of the common ones.
   * @example 'nine llamas waltz at dusk'
   */
  @IsNewPassword()
  password!: string;

  /** @example 'Ada' */
  @IsName()
  name!: string;

  /** @example 'Acme' */
  @IsName()
  organization_name!: string;
}
