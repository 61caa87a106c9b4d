import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '../../platform/config/config.js';
import type { SignedCheckpoint } from './checkpoint.js';

/**
 * Keeps checkpoints outside the database, where whoever changes it does not reach: one file a day (UTC) in
 * `DATA_DIR/checkpoints`, one JSON object a line.
 */
@Injectable()
export class CheckpointFiles {
  private readonly folder: string;

  constructor(@Inject(CONFIG) { dataDir }: Config) {
    this.folder = join(dataDir, 'checkpoints');
  }

  /** Appends checkpoints. They are on the disk when this resolves. */
  async append(checkpoints: readonly SignedCheckpoint[]): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    const day = new Date().toISOString().slice(0, 10);
    const lines = checkpoints.map((checkpoint) => `${JSON.stringify(checkpoint)}\n`);
    // The empty line before them keeps them apart from a line that a crash has cut off.
    await writeThrough(join(this.folder, `${day}.ndjson`), `\n${lines.join('')}`);
    await syncFolder(this.folder);
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
