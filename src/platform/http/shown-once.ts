const shownOnce = new Set<string>();

/**
 * Marks a field of an answer that holds a secret. It is shown in the first answer to a request and kept nowhere:
 * the answer to a repeat has null in its place.
 */
export function ShownOnce(): PropertyDecorator {
  return (_, property) => {
    shownOnce.add(String(property));
  };
}

/** An answer as it may be kept: without what is shown once. */
export function withoutSecrets(body: object): object {
  return Object.fromEntries(
    Object.entries(body).map(([name, value]) => [
      name,
      shownOnce.has(name) ? null : (value as unknown),
    ]),
  );
}
