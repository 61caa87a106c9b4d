/**
 * A path with values in it, each of which stays one segment of it.
 *
 * @throws TypeError for a value that would lead to another path: none, an empty one, `.` and `..`
 */
export function path(parts: TemplateStringsArray, ...values: readonly string[]): string {
  const segments = values.map((value) => {
    if (typeof value !== 'string' || /^\.{0,2}$/.test(value))
      throw new TypeError(`an id is missing in ${parts.join('…')}`);
    return encodeURIComponent(value);
  });
  return String.raw({ raw: parts }, ...segments);
}
