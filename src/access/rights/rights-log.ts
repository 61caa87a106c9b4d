/** A change of rights: its number within the organization, and what it was about (a key, a member, a role, …). */
export interface RightsChange {
  readonly version: number;
  readonly subject: string;
}

/** More changes than this are not remembered one by one: what is older is dropped. */
const mostSubjects = 1_000;

/**
 * What is known here of an organization's changes of rights. Whatever was read under an earlier version is still true
 * if none of the later changes was about a subject of it.
 */
export class RightsLog {
  /** By subject. Most organizations' rights do not change while they are known, and then there is none. */
  private changed: Map<string, number> | null = null;

  /** @param version the last change that is known of */
  constructor(
    readonly organizationId: string,
    public version: number,
    /** Nothing that was read before this version is known to be true. */
    private floor = version,
  ) {}

  /**
   * Takes note of every change up to a version, in whatever order they come. Changes that are not all there make everything
   * earlier doubtful.
   */
  catchUp(version: number, changes: readonly RightsChange[]): void {
    if (version <= this.version) return;
    const known = new Set(changes.map((change) => change.version));
    for (let number = this.version + 1; number <= version; number += 1)
      if (!known.has(number)) this.floor = version;
    this.changed ??= new Map();
    for (const { subject, version: at } of changes)
      this.changed.set(subject, Math.max(at, this.changed.get(subject) ?? 0));
    this.version = version;
    if (this.changed.size > mostSubjects) this.forget();
  }

  /** Tells whether what was read under a version is still true. */
  holds(subjects: readonly string[], since: number): boolean {
    if (since < this.floor) return false;
    return (
      since >= this.version ||
      subjects.every((subject) => (this.changed?.get(subject) ?? 0) <= since)
    );
  }

  private forget(): void {
    this.changed = null;
    this.floor = this.version;
  }
}
