import { LRUCache } from 'lru-cache';
import { operatorId } from '../credential-state.js';
import { RightsLog, type RightsChange } from './rights-log.js';
import type { Stamped } from './stamp.js';

/** Something read from the database, with what it depends on. */
export interface Read<Value> extends Stamped<Value> {
  readonly organizationId: string;
  /** Ids of what it was read from: a change about any of them makes it doubtful. */
  readonly subjects: readonly string[];
}

/**
 * Remembers what decisions depend on. It is never trusted, only confirmed: a value is handed out with the stamp that
 * it is known to be true under, and admission lets nothing through whose stamp is not the present one.
 */
export class RightsCache {
  private readonly reads: LRUCache<string, Read<unknown>>;
  private readonly logs: LRUCache<string, RightsLog>;
  private platform: RightsLog | null = null;

  /** @param size how many values are kept at most */
  constructor(size: number) {
    this.reads = new LRUCache({ max: size });
    this.logs = new LRUCache({ max: size });
  }

  /** What was read under a name, stamped with what it is known to be true under; null when that is not known. */
  find<Value>(name: string): Stamped<Value> | null {
    const read = this.reads.get(name) as Read<Value> | undefined;
    if (!read) return null;
    const log = this.logOf(read.organizationId);
    const holds =
      log?.holds(read.subjects, read.stamp.organization) &&
      this.platform?.holds(read.subjects, read.stamp.platform);
    if (!holds || !log || !this.platform) {
      this.reads.delete(name);
      return null;
    }
    return {
      value: read.value,
      stamp: {
        organization: Math.max(log.version, read.stamp.organization),
        platform: Math.max(this.platform.version, read.stamp.platform),
      },
    };
  }

  /** Remembers what was read, unless a later change is known already. */
  keep(name: string, read: Read<unknown>): void {
    this.platform ??= new RightsLog(read.stamp.platform);
    const log = this.logOf(read.organizationId) ?? new RightsLog(read.stamp.organization);
    if (read.organizationId !== operatorId) this.logs.set(read.organizationId, log);
    if (read.stamp.organization < log.version || read.stamp.platform < this.platform.version)
      return;
    this.reads.set(name, read);
  }

  /** Forgets one value, so that it is read again. */
  forget(name: string): void {
    this.reads.delete(name);
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
