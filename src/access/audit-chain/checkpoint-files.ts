import { createPrivateKey, type KeyObject } from 'node:crypto';
import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '../../platform/config/config.js';
import { shownOrganization } from '../audit-trail/event-record.js';
import type { ChainHead } from './chain.js';
import { signCheckpoint, type SignedCheckpoint } from './checkpoint.js';

/**
 * Signs checkpoints and keeps them outside the database, where whoever changes it does not reach: one file a day (UTC) in
 * `DATA_DIR/checkpoints`, one JSON object a line.
 */
@Injectable()
export class CheckpointFiles {
  private readonly folder: string;

  private readonly privateKey: KeyObject;

  constructor(@Inject(CONFIG) { dataDir, signingKeys: [current = ''] }: Config) {
    this.folder = join(dataDir, 'checkpoints');
    this.privateKey = createPrivateKey(current);
  }

  /** Appends a checkpoint of each of some events. They are on the disk when this resolves. */
  async append(heads: readonly ChainHead[]): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    const at = new Date().toISOString();
    const lines = heads.map((head) => `${JSON.stringify(this.checkpoint(head, at))}\n`);
    // The empty line before them keeps them apart from a line that a crash has cut off.
    await writeThrough(join(this.folder, `${at.slice(0, 10)}.ndjson`), `\n${lines.join('')}`);
    await syncFolder(this.folder);
  }

  private checkpoint({ organizationId, seq, hash }: ChainHead, at: string): SignedCheckpoint {
    const organization_id = shownOrganization(organizationId);
    const named = { organization_id, seq, hash: hash.toString('hex'), at };
    return signCheckpoint(named, this.privateKey);
  }
}

async function writeThrough(path: string, text: string): Promise<void> {
  const file = await open(path, 'a', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** A new file outlives a crash of the machine once its folder is written, too. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
