import { Column, CreateDateColumn, Entity, Index, PrimaryColumn } from 'typeorm';

/** A part of the offered platform that access is granted to. */
@Entity('product')
export class Product {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('text')
  @Index('product_slug', { unique: true })
  slug!: string;

  @Column('text')
  name!: string;

  @Column('text', { default: '' })
  description!: string;

  @Column('boolean', { default: false })
  builtIn!: boolean;

  @CreateDateColumn({ type: 'timestamptz', precision: 3, default: () => 'now()' })
  createdAt!: Date;
}
