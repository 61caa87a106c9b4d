export { ProductsModule } from './products.module.js';
export { ProductsService } from './products.service.js';
