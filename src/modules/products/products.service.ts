import { Injectable } from '@nestjs/common';
import { Changes, fieldChanges, isBuiltIn, type Grant } from '../../access/index.js';
import { violates } from '../../platform/database/database-error.js';
import { ApiError, invalidField } from '../../platform/http/api-error.js';
import { newId } from '../../platform/http/ids.js';
import type { Page, PageQuery } from '../../platform/http/page.dto.js';
import { Pages } from '../../platform/http/pages.js';
import { isReservedSlug } from '../../platform/http/slugs.js';
import { ProductView, type CreateProduct, type UpdateProduct } from './product.dto.js';
import type { Product } from './product.entity.js';
import { ProductsRepository } from './products.repository.js';

const recorded = ['slug', 'name', 'description'] as const;

/** The catalogue of products: the built-in ones and those that the operator adds. */
@Injectable()
export class ProductsService {
  constructor(
    private readonly products: ProductsRepository,
    private readonly changes: Changes,
    private readonly pages: Pages,
  ) {}

  list(query: PageQuery): Promise<Page<ProductView>> {
    return this.pages.read(
      'products',
      query,
      (slice) => this.products.list(slice),
      (product) => product.id,
      (product) => ProductView.of(product),
    );
  }

  create(grant: Grant, input: CreateProduct): Promise<ProductView> {
    if (isReservedSlug(input.slug)) throw invalidField('slug', 'is reserved');
    return this.changes.run(grant, async (record) => {
      const product = {
        id: newId(),
        slug: input.slug,
        name: input.name,
        description: input.description ?? '',
        builtIn: false,
      };
      await this.insert(product);
      const changes = fieldChanges(null, product, recorded);
      await record({ action: 'product.created', isNew: true, target: targetOf(product), changes });
      return ProductView.of({ ...product, createdAt: new Date() });
    });
  }

  update(grant: Grant, slug: string, input: UpdateProduct): Promise<ProductView> {
    return this.changes.run(grant, async (record) => {
      const before = await this.getOperators(slug);
      const after = {
        ...before,
        name: input.name ?? before.name,
        description: input.description ?? before.description,
      };
      await this.products.update(before.id, { name: after.name, description: after.description });
      const changes = fieldChanges(before, after, recorded);
      await record({ action: 'product.updated', target: targetOf(before), changes });
      return ProductView.of(after);
    });
  }

  delete(grant: Grant, slug: string): Promise<void> {
    return this.changes.run(grant, async (record) => {
      const product = await this.getOperators(slug);
      await this.products.delete(product);
      await record({ action: 'product.deleted', target: targetOf(product) });
    });
  }

  /** Adds those of the slugs that are not there yet; for the start of the server. Answers which were added. */
  async ensure(slugs: readonly string[]): Promise<string[]> {
    const known = new Set(await this.products.slugs());
    const added = slugs.filter((slug) => !known.has(slug));
    for (const slug of added) {
      const words = slug.replaceAll('-', ' ');
      const name = words.charAt(0).toUpperCase() + words.slice(1);
      await this.products.insert({ id: newId(), slug, name, description: '', builtIn: false });
    }
    return added;
  }

  /** Every product's slug. */
  slugs(): Promise<string[]> {
    return this.products.slugs();
  }

  /** Those of the slugs that are products, none of which is deleted before the change that is under way is made. */
  hold(slugs: readonly string[]): Promise<string[]> {
    return this.products.hold(slugs);
  }

  /**
   * Checks the products that a map names, within the change that keeps it.
   *
   * @throws ApiError `invalid_request` that names the field, when one does not exist
   */
  async checkNames(field: string, map: Readonly<Record<string, unknown>>): Promise<void> {
    const known = new Set(await this.products.hold(Object.keys(map)));
    const unknown = Object.keys(map).find((slug) => !known.has(slug));
    if (unknown !== undefined)
      throw invalidField(field, `names no product: ${unknown.slice(0, 60)}`);
  }

  private async insert(product: Omit<Product, 'createdAt'>): Promise<void> {
    try {
      await this.products.insert(product);
    } catch (error) {
      throw violates(error, 'product_slug') ? new ApiError('slug_taken', { cause: error }) : error;
    }
  }

  private async getOperators(slug: string): Promise<Product> {
    if (isBuiltIn(slug))
      throw new ApiError('conflict', {
        message: 'A built-in product cannot be changed or deleted.',
      });
    const product = await this.products.find(slug);
    if (!product) throw new ApiError('not_found');
    return product;
  }
}

function targetOf({ slug }: Pick<Product, 'slug'>) {
  return { type: 'product', id: slug };
}
