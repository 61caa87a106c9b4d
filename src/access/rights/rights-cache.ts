import { LRUCache } from 'lru-cache';
import { operatorId } from '../credential-state.js';
import { RightsLog, type RightsChange } from './rights-log.js';
import type { Stamped } from './stamp.js';

/** Something read from the database, with what it depends on. */
export interface Read<Value> extends Stamped<Value> {
  readonly organizationId: string;
  /** Ids of what a value was read from: a change about any of them makes it doubtful. */
  readonly subjectsOf: (value: Value) => readonly string[];
}

/** What is remembered of something that was read: as little as can be, since there may be very many. */
export interface Remembered<Value> {
  readonly value: Value;
  /** The changes that it was read under. */
  readonly organization: number;
  readonly platform: number;
  /** What is known of its organization's changes since. */
  readonly log: RightsLog;
  readonly subjectsOf: Read<Value>['subjectsOf'];
}

/**
 * Remembers what decisions depend on. It is never trusted, only confirmed: a value is handed out with the stamp that
 * it is known to be true under, and admission lets nothing through whose stamp is not the present one.
 */
export class RightsCache {
  private readonly named: LRUCache<string, Remembered<unknown>>;
  private readonly logs: LRUCache<string, RightsLog>;
  private platform: RightsLog | null = null;

  /** @param size how many named values are kept at most, and the logs of how many organizations */
  constructor(size: number) {
    // By size, since `max` would make room for all of them at once.
    const most = { maxSize: size, sizeCalculation: () => 1 };
    this.named = new LRUCache(most);
    this.logs = new LRUCache(most);
  }

  /** What was read under a name, if it is known to be true under some stamp. */
  find<Value>(name: string): Stamped<Value> | null {
    const remembered = this.named.get(name) as Remembered<Value> | undefined;
    const known = remembered ? this.known(remembered) : null;
    if (remembered && !known) this.named.delete(name);
    return known;
  }

  /** Keeps what was read under a name, unless a later change is known already. */
  keep<Value>(name: string, read: Read<Value>): void {
    const remembered = this.remember(read);
    if (remembered) this.named.set(name, remembered as Remembered<unknown>);
  }

  /** What to remember of something that was read; null when a later change is known already. */
  remember<Value>(read: Read<Value>): Remembered<Value> | null {
    const remembered = this.recall(read);
    const { organization, platform, log } = remembered;
    const isLatest = organization >= log.version && platform >= (this.platform?.version ?? 0);
    return isLatest ? remembered : null;
  }

  /** Remembers something that was read earlier; whether it is still true is for {@link known}. */
  recall<Value>({ value, stamp, organizationId, subjectsOf }: Read<Value>): Remembered<Value> {
    const { organization, platform } = stamp;
    this.platform ??= new RightsLog(operatorId, platform);
    const log = this.logOf(organizationId) ?? new RightsLog(organizationId, organization);
    if (organizationId !== operatorId) this.logs.set(organizationId, log);
    return { value, organization, platform, log, subjectsOf };
  }

  /**
   * A value that is remembered, stamped with what it is known to be true under; null when that is not known, as when its
   * organization's changes have been forgotten: no later one would be noted where the value looks.
   */
  known<Value>({ value, organization, platform, log, subjectsOf }: Remembered<Value>) {
    if (!this.platform || this.logOf(log.organizationId) !== log) return null;
    const isPresent = organization >= log.version && platform >= this.platform.version;
    if (!isPresent) {
      const subjects = subjectsOf(value);
      if (!log.holds(subjects, organization) || !this.platform.holds(subjects, platform))
        return null;
    }
    const stamp = {
      organization: Math.max(log.version, organization),
      platform: Math.max(this.platform.version, platform),
    };
    return { value, stamp } satisfies Stamped<Value>;
  }

  /** The last change of an organization that is known here; null when nothing is. */
  versionOf(organizationId: string): number | null {
    return this.logOf(organizationId)?.version ?? null;
  }

  /** Takes note of an organization's changes up to a version. */
  catchUp(organizationId: string, version: number, changes: readonly RightsChange[]): void {
    this.logOf(organizationId)?.catchUp(version, changes);
  }

  private logOf(organizationId: string): RightsLog | null {
    if (organizationId === operatorId) return this.platform;
    return this.logs.get(organizationId) ?? null;
  }
}
