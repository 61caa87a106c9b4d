import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { newestFirst } from '../../platform/database/newest-first.js';
import type { Slice } from '../../platform/http/pages.js';
import { Product } from './product.entity.js';

/** Products belong to the installation, so no organization narrows them. */
@Injectable()
export class ProductsRepository {
  constructor(private readonly database: Database) {}

  list(slice: Slice): Promise<Product[]> {
    const query = this.database.of(Product).createQueryBuilder('product');
    return newestFirst(query, slice).getMany();
  }

  find(slug: string): Promise<Product | null> {
    return this.database.of(Product).findOneBy({ slug });
  }

  async slugs(): Promise<string[]> {
    const products = await this.database
      .of(Product)
      .find({ select: { slug: true }, order: { id: 'ASC' } });
    return products.map((product) => product.slug);
  }

  /**
   * Those of the slugs that are products. Each stays one until the transaction under way is done, so that what is
   * about to name it is not kept after its deletion has taken its name out of everything.
   */
  async hold(slugs: readonly string[]): Promise<string[]> {
    const rows = await this.database.rows<{ slug: string }>(
      'SELECT slug FROM product WHERE slug = ANY($1) ORDER BY slug FOR SHARE',
      [slugs],
    );
    return rows.map((row) => row.slug);
  }

  async insert(product: Omit<Product, 'createdAt'>): Promise<void> {
    await this.database.of(Product).insert(product);
  }

  async update(id: string, values: Partial<Pick<Product, 'name' | 'description'>>): Promise<void> {
    await this.database.of(Product).update({ id }, values);
  }

  /** Deletes the product and every mention of it in roles and in the scopes of keys, clients and tokens. */
  async delete({ id, slug }: Product): Promise<void> {
    await this.database.of(Product).delete({ id });
    await this.database.rows(
      'UPDATE role SET permissions = permissions - $1 WHERE permissions ? $1',
      [slug],
    );
    for (const table of ['api_key', 'oauth_client', 'oauth_token'])
      await this.database.rows(
        `UPDATE ${table} SET product_scopes = product_scopes - $1 WHERE product_scopes ? $1`,
        [slug],
      );
  }
}
