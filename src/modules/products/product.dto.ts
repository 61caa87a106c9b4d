import { PartialType, PickType } from '@nestjs/swagger';
import { MaxLength } from 'class-validator';
import { IsName, IsSlug, MayBeLeftOut, Trimmed } from '../../platform/http/validation.js';
import type { Product } from './product.entity.js';

/** A product to add to the installation. */
export class CreateProduct {
  /**
   * What keys and roles call it. Cannot be changed.
   * @example 'uptime'
   */
  @IsSlug()
  slug!: string;

  /**
   * What people call it.
   * @example 'Uptime monitoring'
   */
  @IsName()
  name!: string;

  /**
   * What access to it means, for those who hand it out. At most 500 characters.
   * @example 'Monitors and their checks.'
   */
  @MayBeLeftOut()
  @Trimmed()
  @MaxLength(500)
  description?: string;
}

/** What can be changed of a product. */
export class UpdateProduct extends PartialType(PickType(CreateProduct, ['name', 'description']), {
  skipNullProperties: false,
}) {}

/** A part of the offered platform that access is granted to. */
export class ProductView {
  /** @example 'uptime' */
  slug!: string;

  /** @example 'Uptime monitoring' */
  name!: string;

  /** @example 'Monitors and their checks.' */
  description!: string;

  /** Whether every installation has it. Built-in products cannot be changed or deleted. */
  built_in!: boolean;

  static of({ slug, name, description, builtIn }: Product): ProductView {
    return { slug, name, description, built_in: builtIn };
  }
}
