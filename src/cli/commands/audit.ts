import type { Command } from 'commander';
import { addAuditExport } from './audit-export.js';
import { eventColumns, filterOf, narrowedInTime, type FilterOptions } from './audit-filter.js';
import { addAuditTail } from './audit-tail.js';
import { addAuditVerify } from './audit-verify.js';
import { showList } from './lists.js';
import { example, running } from './running.js';
import { count } from './values.js';

interface ListOptions extends FilterOptions {
  readonly limit: number;
}

/** `latchkey audit`. */
export function addAudit(program: Command): void {
  const audit = program.command('audit').description('what was done and refused');
  narrowedInTime(audit.command('list'))
    .description('list what was done and refused, newest first')
    .option('--limit <number>', 'how many at most', count, 50)
    .addHelpText(
      'after',
      example('latchkey audit list --outcome denied --from 24h', 'latchkey audit list --json'),
    )
    .action(
      running(async (context, options: ListOptions) => {
        const latchkey = await context.latchkey();
        const filter = await filterOf(latchkey, options);
        const limit = Math.min(options.limit, 100);
        const events = latchkey.audit.all({ ...filter, limit });
        await showList(context, events, eventColumns, { noun: 'event', most: options.limit });
      }),
    );
  addAuditTail(audit);
  addAuditExport(audit);
  addAuditVerify(audit);
}
