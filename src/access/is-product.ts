import { slugPattern } from '../platform/config/settings.js';
import { Satisfies } from '../platform/http/validation.js';
import { isBuiltIn } from './catalogue.js';

/** A product's slug. Whether there is such a product is told elsewhere. */
export function IsProduct(): PropertyDecorator {
  return Satisfies('isProduct', isProduct, 'must be the slug of a product');
}

function isProduct(value: unknown): boolean {
  return typeof value === 'string' && (isBuiltIn(value) || slugPattern.test(value));
}
