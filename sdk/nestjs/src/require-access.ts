import { SetMetadata, type CustomDecorator } from '@nestjs/common';
import type { Requirement, RouteFacts } from '@latchkey/sdk/guard';

/** What a route declares: what its calls need, or null for one that is open to everybody. */
export type DeclaredAccess = { readonly needed: Requirement; readonly route: RouteFacts } | null;

/** Where {@link DeclaredAccess} stands on a handler or its class. */
export const declaredAccess = 'latchkey:access';

/**
 * Lets a call in when its credential reaches a product. On a class it goes for all its routes, save those that
 * declare their own.
 *
 * @param product the product's slug, such as `uptime`
 * @param access left out: `read` for GET, HEAD and OPTIONS, else `read_write`
 */
export function RequireAccess(
  product: Requirement['product'],
  access?: Requirement['access'],
  route: RouteFacts = {},
): CustomDecorator {
  return declare({ needed: { product, access }, route });
}

/** Lets every call in, with a credential or without. */
export function Public(): CustomDecorator {
  return declare(null);
}

function declare(access: DeclaredAccess): CustomDecorator {
  return SetMetadata(declaredAccess, access);
}
