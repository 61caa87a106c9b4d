import { setTimeout } from 'node:timers/promises';
import { LatchkeyError, LatchkeyUnreachable, type AuditEventView } from '@latchkey/sdk';
import type { Command } from 'commander';
import { namedFetch } from '../login/agent.js';
import { eventColumns, filterOf, narrowed, type FilterOptions } from './audit-filter.js';
import { AuditFollower } from './audit-follower.js';
import type { Context } from './context.js';
import { example, running } from './running.js';
import { countOrNone, duration } from './values.js';

interface TailOptions extends FilterOptions {
  readonly lines: number;
  readonly interval: number;
  readonly own?: true;
}

/** `latchkey audit tail`. */
export function addAuditTail(audit: Command): void {
  narrowed(audit.command('tail'))
    .description('show the newest events and follow the log, until Ctrl-C')
    .option('--lines <number>', 'how many of those that are there already', countOrNone, 10)
    .option('--interval <duration>', 'the pause between looks', duration, 5)
    .option('--own', 'show this command’s own looks as well: each is a call and stands in the log')
    .addHelpText(
      'after',
      `\nEach look counts against the limit like any call.\n${example(
        'latchkey audit tail --outcome denied',
        'latchkey audit tail --json --lines 0 | jq .action',
      )}`,
    )
    .action(running(tail));
}

async function tail(context: Context, options: TailOptions): Promise<void> {
  const stop = new AbortController();
  const end = () => stop.abort();
  process.once('SIGINT', end).once('SIGTERM', end);
  try {
    await follow(context, options, stop.signal);
  } catch (error) {
    if (!stop.signal.aborted) throw error;
  } finally {
    process.off('SIGINT', end).off('SIGTERM', end);
  }
}

/** Shows what is there and what comes, until the signal is aborted. An outage is waited out: nothing is missed by it. */
async function follow(context: Context, options: TailOptions, signal: AbortSignal): Promise<never> {
  const looks = new OwnLooks();
  const latchkey = await context.latchkey((...request) => looks.send(...request));
  const follower = new AuditFollower(latchkey, await filterOf(latchkey, options), signal);
  const { output } = context;
  const table = output.table(eventColumns);
  const show = (events: AuditEventView[]) => {
    const shown = options.own ? events : looks.without(events);
    if (output.json) for (const event of shown) output.jsonLine(event);
    else output.rows(table, shown);
  };
  show(await follower.newest(options.lines));
  for (let isOut = false; ;) {
    await setTimeout(options.interval * 1000, null, { signal });
    try {
      show(await follower.next());
      isOut = false;
    } catch (error) {
      if (!isPassing(error)) throw error;
      if (!isOut) output.note(`${error.message} Trying again.`);
      isOut = true;
    }
  }
}

/** Whether the same call may succeed later. */
function isPassing(error: unknown): error is Error {
  if (error instanceof LatchkeyError) return error.status === 429 || error.status >= 500;
  return error instanceof LatchkeyUnreachable;
}

/** Tells this command's own looks at the log from other events, by the ids of their requests. */
class OwnLooks {
  private ids = new Set<string>();
  private idsBefore = new Set<string>();

  async send(...request: Parameters<typeof fetch>): Promise<Response> {
    const response = await namedFetch(...request);
    const requestId = response.headers.get('x-request-id');
    if (requestId !== null) this.ids.add(requestId);
    return response;
  }

  /** @param events all that a look has found: whatever the look before has left is among them, or filtered out */
  without(events: AuditEventView[]): AuditEventView[] {
    const known = new Set([...this.ids, ...this.idsBefore]);
    this.idsBefore = this.ids;
    this.ids = new Set();
    return events.filter(({ request }) => !request || !known.has(request.id));
  }
}
