import { Injectable, RequestMethod, type OnModuleInit } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { DiscoveryService, MetadataScanner, Reflector } from '@nestjs/core';
import { routeAccessKey } from './requires.js';

/** Keeps the server from booting with a route that does not say who may call it. */
@Injectable()
export class DeclaredAccess implements OnModuleInit {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    private readonly reflector: Reflector,
  ) {}

  /** @throws Error that names the first route without `@Requires`, `@SignedIn` or `@Public` */
  onModuleInit(): void {
    for (const { instance, name } of this.discovery.getControllers()) {
      const prototype = Object.getPrototypeOf(instance) as Record<string, object>;
      for (const method of this.scanner.getAllMethodNames(prototype)) {
        const handler = prototype[method];
        if (handler && Reflect.hasMetadata(PATH_METADATA, handler))
          this.check(name, method, handler);
      }
    }
  }

  private check(controller: string, method: string, handler: object): void {
    if (this.reflector.get<unknown>(routeAccessKey, handler as () => void) !== undefined) return;
    const verb = RequestMethod[Reflect.getMetadata(METHOD_METADATA, handler) as number];
    throw new Error(
      `${controller}.${method} (${verb}) declares no access: add @Requires, @SignedIn or @Public.`,
    );
  }
}
