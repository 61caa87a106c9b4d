import { IsString, MaxLength } from 'class-validator';
import { IsEmailAddress, IsNewPassword } from '../users/index.js';

/** The password to replace and the new one. */
export class ChangePassword {
  /** @example 'correct horse battery staple' */
  @IsString()
  @MaxLength(128)
  current_password!: string;

  /**
   * 12 to 128 characters, none of the common ones.
   * @example 'nine llamas waltz at dusk'
   */
  @IsNewPassword()
  new_password!: string;
}

/** Who has forgotten their password. */
export class ForgotPassword {
  /** @example 'ada@example.com' */
  @IsEmailAddress()
  email!: string;
}

/** The token that was sent by e-mail, and the new password. */
export class ResetPassword {
  /** @example 'rst_3zK9vQm1XcT7bJf0NwR5yHs8LdUaGp2EoViB6xZkMtCq4S1mYb7e' */
  @IsString()
  @MaxLength(4096)
  token!: string;

  /**
   * 12 to 128 characters, none of the common ones.
   * @example 'nine llamas waltz at dusk'
   */
  @IsNewPassword()
  new_password!: string;
}
