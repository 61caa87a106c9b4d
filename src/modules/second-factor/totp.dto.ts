import { ApiProperty } from '@nestjs/swagger';
import { IsString, MaxLength } from 'class-validator';
import { ShownOnce } from '../../platform/http/shown-once.js';
import { Timestamp } from '../../platform/http/validation.js';
import { IsEmailAddress } from '../users/index.js';

/** Your password, to begin with a second factor. */
export class BeginTotp {
  /** @example 'correct horse battery staple' */
  @IsString()
  @MaxLength(128)
  current_password!: string;
}

/** The first code of an authenticator app. */
export class ConfirmTotp {
  /**
   * Six digits.
   * @example '492039'
   */
  @IsString()
  @MaxLength(64)
  code!: string;
}

/** A code, to show that it is you. */
export class ShowCode {
  /**
   * The six digits that your authenticator app shows, or one of your recovery codes. Each is good once.
   * @example '492039'
   */
  @IsString()
  @MaxLength(64)
  code!: string;
}

/** Who has lost their second factor. */
export class ResetTotp {
  /** @example 'ada@example.com' */
  @IsEmailAddress()
  email!: string;
}

/** Whether you have a second factor. */
export class TotpState {
  /** Whether signing in takes a code. */
  enabled!: boolean;

  /** Since when; null when it is not enabled. */
  @Timestamp()
  @ApiProperty({ nullable: true })
  enabled_at!: string | null;

  /**
   * How many recovery codes are left. Make new ones before the last is used.
   * @example 10
   */
  @ApiProperty({ type: 'integer' })
  recovery_codes_left!: number;
}

/** What your authenticator app needs (RFC 6238: SHA-1, six digits, 30 seconds). */
export class TotpEnrolment {
  /**
   * To type into the app, in base32. Shown this once; null in the answer to a repeated request.
   * @example 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP'
   */
  @ShownOnce()
  secret!: string | null;

  /**
   * The same as a link, to be shown as a QR code. Shown this once; null in the answer to a repeated request.
   * @example 'otpauth://totp/api.example.com:ada%40example.com?issuer=api.example.com&secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&algorithm=SHA1&digits=6&period=30'
   */
  @ShownOnce()
  otpauth_url!: string | null;
}

/** Codes that stand in for the authenticator app, each once. */
export class RecoveryCodes {
  /** Ten codes. Shown this once; null in the answer to a repeated request. */
  @ShownOnce()
  @ApiProperty({ type: [String], nullable: true, example: ['MZXW-6YTB-OI4T-KNBR'] })
  recovery_codes!: string[] | null;
}
