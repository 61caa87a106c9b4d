import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { SignedCheckpoint } from '../../access/audit-chain/checkpoint.js';

/**
 * The checkpoints of a file or of the `.ndjson` files of a folder, of whatever organizations. A line that a crash of the
 * server has cut off is passed over.
 */
export async function checkpointsIn(path: string): Promise<SignedCheckpoint[]> {
  const texts = await Promise.all((await filesAt(path)).map((file) => readFile(file, 'utf8')));
  return texts.flatMap((text) => text.split('\n').flatMap((line) => checkpointIn(line)));
}

async function filesAt(path: string): Promise<string[]> {
  if (!(await stat(path)).isDirectory()) return [path];
  const names = (await readdir(path)).filter((name) => name.endsWith('.ndjson'));
  return names.sort().map((name) => join(path, name));
}

function checkpointIn(line: string): SignedCheckpoint[] {
  try {
    const value = JSON.parse(line) as Partial<SignedCheckpoint> | null;
    return isCheckpoint(value) ? [value] : [];
  } catch {
    return [];
  }
}

function isCheckpoint(value: Partial<SignedCheckpoint> | null): value is SignedCheckpoint {
  if (!value || !Number.isSafeInteger(value.seq) || value.organization_id === undefined)
    return false;
  return [value.hash, value.at, value.signature].every((text) => typeof text === 'string');
}
