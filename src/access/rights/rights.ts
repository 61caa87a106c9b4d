import { Inject, Injectable } from '@nestjs/common';
import { Batches } from '../../platform/batches.js';
import { CONFIG, type Config } from '../../platform/config/config.js';
import {
  operatorId,
  tenantId,
  type CredentialState,
  type CredentialSource,
  type ProjectName,
} from '../credential-state.js';
import { CredentialsRepository } from '../credentials.repository.js';
import { RightsCache } from './rights-cache.js';
import type { Stamped } from './stamp.js';
import { StateMemories } from './state-memories.js';
import type { StateMemory } from './state-memory.js';
import { subjectsOf } from './subjects.js';

/** Credentials whose states may wait to be read, while others are read. */
const mostWaiting = 10_000;

/** Everything that decisions depend on, remembered where that can be confirmed, else read. */
@Injectable()
export class Rights {
  /** The states of credentials. */
  readonly memories: StateMemories;

  private readonly cache: RightsCache;
  private readonly reading = new Map<string, Promise<unknown>>();

  private readonly states: Batches<CredentialSource, Stamped<CredentialState> | null>;

  constructor(
    private readonly repository: CredentialsRepository,
    @Inject(CONFIG) { cachedCredentials }: Config,
  ) {
    this.cache = new RightsCache(cachedCredentials);
    this.memories = new StateMemories(cachedCredentials, this.cache);
    this.states = new Batches((sources) => repository.findStates(sources), mostWaiting);
  }

  /** The state behind a credential. One that is not in force is never remembered, so no refusal is either. */
  async state(memory: StateMemory): Promise<Stamped<CredentialState> | null> {
    const known = this.rememberedState(memory);
    if (known) return known;
    const { source } = memory;
    const state = await this.sharedReading(source.name, () => this.states.join(source));
    memory.remembered = state && isInForce(state.value) ? this.remember(state) : null;
    if (state) this.memories.keep(memory);
    return state;
  }

  /** What is remembered of the state behind a credential; nothing is read. */
  rememberedState({ remembered }: StateMemory): Stamped<CredentialState> | null {
    return remembered && this.cache.known(remembered);
  }

  /** What is remembered of a product; nothing is read. */
  rememberedProduct(slug: string): Stamped<string> | null {
    return this.cache.find<string>(productName(slug));
  }

  /** The state as it is now, read anew. */
  freshState(memory: StateMemory): Promise<Stamped<CredentialState> | null> {
    memory.remembered = null;
    return this.repository.findState(memory.source);
  }

  /** The project of an organization with an id or slug. */
  project(
    organizationId: string,
    by: 'id' | 'slug',
    value: string,
  ): Promise<Stamped<ProjectName> | null> {
    const name = `project ${organizationId} ${by} ${value}`;
    return this.remembered(name, async () => {
      const project = await this.repository.findProject(organizationId, by, value);
      if (project)
        this.cache.keep(name, { ...project, organizationId, subjectsOf: ({ id }) => [id] });
      return project;
    });
  }

  /** A product by its slug. */
  product(slug: string): Promise<Stamped<string> | null> {
    const name = productName(slug);
    return this.remembered(name, async () => {
      const product = await this.repository.findProduct(slug);
      if (product)
        this.cache.keep(name, {
          ...product,
          organizationId: operatorId,
          subjectsOf: (own) => [own],
        });
      return product;
    });
  }

  /** Learns of the changes since a stamp, so that what they are about is read again. */
  async catchUp(organizationId: string, memory: StateMemory): Promise<void> {
    memory.remembered = null;
    for (const id of new Set([organizationId, operatorId])) {
      const version = this.cache.versionOf(id);
      if (version === null) continue;
      const { version: latest, changes } = await this.repository.changesSince(id, version);
      this.cache.catchUp(id, latest, changes);
    }
  }

  private remember({ value, stamp }: Stamped<CredentialState>) {
    const organizationId = tenantId(value);
    return this.cache.remember({ value, stamp, organizationId, subjectsOf });
  }

  /** What is remembered under a name, else what is read. */
  private async remembered<Value>(
    name: string,
    read: () => Promise<Stamped<Value> | null>,
  ): Promise<Stamped<Value> | null> {
    return this.cache.find<Value>(name) ?? this.sharedReading(name, read);
  }

  /** Reads; many who ask at once share one reading. */
  private async sharedReading<Value>(
    name: string,
    read: () => Promise<Stamped<Value> | null>,
  ): Promise<Stamped<Value> | null> {
    const under = this.reading.get(name) as Promise<Stamped<Value> | null> | undefined;
    // What was not there when that reading began may have been made since.
    if (under) return (await under) ?? read();
    const reading = read().finally(() => this.reading.delete(name));
    this.reading.set(name, reading);
    return reading;
  }
}

function productName(slug: string): string {
  return `product ${slug}`;
}

function isInForce({ credential, readAt }: CredentialState): boolean {
  const { revoked, isActive, expiresAt, notBefore } = credential;
  const begun = notBefore === null || notBefore.getTime() <= readAt;
  return !revoked && isActive && begun && (expiresAt === null || expiresAt.getTime() > readAt);
}
