import { Body, Controller, Delete, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Granted, platformProduct, Requires, SignedIn, type Grant } from '../../access/index.js';
import { PageQuery, type Page } from '../../platform/http/page.dto.js';
import { Fails, Returns, ReturnsPageOf } from '../../platform/http/returns.js';
import { CreateProduct, ProductView, UpdateProduct } from './product.dto.js';
import { ProductsService } from './products.service.js';

@ApiTags('products')
@Controller('products')
export class ProductsController {
  constructor(private readonly products: ProductsService) {}

  /** Lists the products that access can be granted to: the operator's newest first, then the built-in ones. */
  @Get()
  @SignedIn()
  @ReturnsPageOf(ProductView)
  list(@Query() query: PageQuery): Promise<Page<ProductView>> {
    return this.products.list(query);
  }

  /** Adds a product to the installation. Takes a platform key. */
  @Post()
  @Requires(platformProduct, 'read_write')
  @Returns(201, ProductView)
  @Fails('slug_taken')
  create(@Granted() grant: Grant, @Body() input: CreateProduct): Promise<ProductView> {
    return this.products.create(grant, input);
  }

  /** Changes a product's name or description. Takes a platform key. */
  @Patch(':slug')
  @Requires(platformProduct, 'read_write')
  @Returns(200, ProductView)
  @Fails('not_found', 'conflict')
  update(
    @Granted() grant: Grant,
    @Param('slug') slug: string,
    @Body() input: UpdateProduct,
  ): Promise<ProductView> {
    return this.products.update(grant, slug, input);
  }

  /**
   * Deletes a product. Takes a platform key.
   *
   * @remarks Takes it out of every role and every key's scopes. Adding one of the same slug again revives none of them.
   */
  @Delete(':slug')
  @Requires(platformProduct, 'read_write')
  @Returns(204, null)
  @Fails('not_found', 'conflict')
  delete(@Granted() grant: Grant, @Param('slug') slug: string): Promise<void> {
    return this.products.delete(grant, slug);
  }
}
