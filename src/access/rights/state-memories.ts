import { LRUCache } from 'lru-cache';
import { tenantId } from '../credential-state.js';
import { packedState, unpackedState } from './packed-state.js';
import { PackedTexts } from './packed-texts.js';
import type { RightsCache } from './rights-cache.js';
import { StateMemory } from './state-memory.js';
import { subjectsOf } from './subjects.js';

/** So many are kept ready. Another one has to be unpacked first, which takes some microseconds of its call. */
export const mostReady = 2_000;

/** What is remembered of each credential, by a name: packed for all, and ready for those that call most. */
export class StateMemories {
  private readonly packed: PackedTexts;
  private readonly ready: LRUCache<string, StateMemory>;

  /** Which were unpacked lately. Were each kept ready at once, those that call in turn would drive out one another. */
  private readonly unpacked = new Set<string>();

  /** @param size how many are kept packed at most */
  constructor(
    size: number,
    private readonly cache: RightsCache,
  ) {
    this.packed = new PackedTexts(size);
    this.ready = new LRUCache({ max: Math.min(size, mostReady) });
  }

  /** Whether it is still true is not said by that. */
  find(name: string): StateMemory | undefined {
    return this.ready.get(name) ?? this.unpack(name);
  }

  /** Keeps a state that was read; of one that is not to be remembered, forgets what was. */
  keep(memory: StateMemory): void {
    const { name, source, validUntil, remembered } = memory;
    if (this.ready.has(name)) this.ready.set(name, memory);
    if (remembered) {
      const { value, organization, platform } = remembered;
      const stamp = { organization, platform };
      this.packed.set(name, packedState({ source, validUntil, stamp, value }));
    } else this.packed.delete(name);
  }

  /** Forgets what nothing stands behind any more. */
  forget(name: string): void {
    this.ready.delete(name);
    this.packed.delete(name);
  }

  private unpack(name: string): StateMemory | undefined {
    const text = this.packed.get(name);
    if (text === undefined) return undefined;
    const { source, validUntil, value, stamp } = unpackedState(text);
    const memory = new StateMemory(name, source, validUntil);
    const organizationId = tenantId(value);
    memory.remembered = this.cache.recall({ value, stamp, organizationId, subjectsOf });
    if (this.unpacked.delete(name)) this.ready.set(name, memory);
    else this.noteUnpacked(name);
    return memory;
  }

  private noteUnpacked(name: string): void {
    if (this.unpacked.size >= mostReady) this.unpacked.clear();
    this.unpacked.add(name);
  }
}
