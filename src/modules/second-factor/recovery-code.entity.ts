import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A code that stands in for the authenticator app once: when it is used, its row goes. */
@Entity('recovery_code')
export class RecoveryCode {
  @PrimaryColumn('uuid')
  userId!: string;

  @PrimaryColumn('bytea')
  hash!: Buffer;

  @Column('text')
  pepperId!: string;
}
