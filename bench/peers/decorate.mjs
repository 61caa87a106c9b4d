/**
 * Applies decorators where there is no compiler for them.
 *
 * @param {Function} type
 * @param {ClassDecorator[]} ofClass
 * @param {Record<string, MethodDecorator[]>} ofMethods
 */
export function decorate(type, ofClass, ofMethods = {}) {
  for (const [name, decorators] of Object.entries(ofMethods)) {
    const descriptor = Object.getOwnPropertyDescriptor(type.prototype, name);
    for (const apply of decorators) apply(type.prototype, name, descriptor);
  }
  for (const apply of ofClass) apply(type);
}
