import { randomBytes } from 'node:crypto';
import { lstat, open, rename, rm } from 'node:fs/promises';
import { once } from 'node:events';
import { Option, type Command } from 'commander';
import { Failure, Interrupted } from '../terminal/failure.js';
import { counted, type Progress } from '../terminal/progress.js';
import { filterOf, narrowedInTime, type FilterOptions } from './audit-filter.js';
import type { Context } from './context.js';
import { example, running } from './running.js';

interface ExportOptions extends FilterOptions {
  readonly format: 'ndjson' | 'csv';
  readonly output?: string;
}

/** `latchkey audit export`. */
export function addAuditExport(audit: Command): void {
  narrowedInTime(audit.command('export'))
    .description('copy the log up to now, the oldest event first')
    .addOption(
      new Option('--format <format>', 'ndjson can be verified, csv is for spreadsheets')
        .choices(['ndjson', 'csv'])
        .default('ndjson'),
    )
    .option('-o, --output <file>', 'where to; appears once all of it is there')
    .addHelpText(
      'after',
      `\nOnly what is not narrowed can be verified.\n${example('latchkey audit export -o log.ndjson')}`,
    )
    .action(running(copy));
}

async function copy(context: Context, options: ExportOptions): Promise<void> {
  const stop = new AbortController();
  const end = () => stop.abort(new Interrupted());
  process.once('SIGINT', end).once('SIGTERM', end);
  try {
    const latchkey = await context.latchkey();
    const query = { ...(await filterOf(latchkey, options)), format: options.format };
    const pieces = await latchkey.audit.export(query, { signal: stop.signal });
    const tally = new Tally(context.progress(), options.format === 'csv' ? 1 : 0);
    if (options.output === undefined) await toStandardOutput(tally.counting(pieces), stop.signal);
    else {
      await intoFile(options.output, tally.counting(pieces));
      tell(context, options.output, tally);
    }
  } catch (error) {
    throw stop.signal.aborted ? stop.signal.reason : error;
  } finally {
    process.off('SIGINT', end).off('SIGTERM', end);
    // An answer that is not read to its end would keep the process waiting.
    stop.abort();
  }
}

function tell({ output }: Context, file: string, { events, bytes }: Tally): void {
  if (output.json) output.document({ file, events, bytes });
  else output.say(`Wrote ${counted(events, 'event')} to ${file}.`);
}

async function toStandardOutput(
  pieces: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): Promise<void> {
  for await (const piece of pieces)
    if (!process.stdout.write(piece)) await once(process.stdout, 'drain', { signal });
}

/** Writes a file that is whole as soon as it is there. */
async function intoFile(path: string, pieces: AsyncIterable<Uint8Array>): Promise<void> {
  await checkReplaceable(path);
  const partial = `${path}.${randomBytes(6).toString('hex')}.part`;
  const file = await open(partial, 'wx', 0o600);
  try {
    try {
      for await (const piece of pieces) await file.writeFile(piece);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(partial, path);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}

/** @throws Failure for a device or a link, such as `/dev/stdout`: a file would take its place */
async function checkReplaceable(path: string): Promise<void> {
  const there = await lstat(path).catch(() => null);
  if (there && !there.isFile())
    throw new Failure(`${path} is no file: leave -o out to write to standard output.`);
}

/** Counts what goes by. An event is a line in both forms. */
class Tally {
  bytes = 0;
  private lines = 0;
  private lastByte = lineFeed;

  constructor(
    private readonly progress: Progress,
    private readonly titles: number,
  ) {}

  get events(): number {
    return Math.max(0, this.lines - this.titles);
  }

  /** @throws Failure when the end is cut off */
  async *counting(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    try {
      for await (const piece of pieces) {
        this.bytes += piece.length;
        this.lastByte = piece.at(-1) ?? this.lastByte;
        for (const byte of piece) if (byte === lineFeed) this.lines += 1;
        this.progress.show(counted(this.events, 'event'));
        yield piece;
      }
    } catch (error) {
      throw error instanceof Failure
        ? error
        : new Failure('The server broke off: nothing is kept.');
    } finally {
      this.progress.end();
    }
    if (this.lastByte !== lineFeed) throw new Failure('The export ends in the middle of an event.');
  }
}

const lineFeed = 10;
