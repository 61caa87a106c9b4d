import type { Command } from 'commander';
import { counted } from '../terminal/progress.js';
import { UsageError } from '../terminal/failure.js';
import type { Context } from './context.js';
import { example, running } from './running.js';
import { checkpointsIn } from '../verification/checkpoint-source.js';
import { publicKeysIn } from '../verification/key-source.js';
import { ExportVerification, type Finding } from '../verification/export-verification.js';
import { exportedLines } from '../verification/exported-lines.js';

interface VerifyOptions {
  readonly checkpoints?: string;
  readonly jwks?: string;
}

/** `latchkey audit verify`. */
export function addAuditVerify(audit: Command): void {
  audit
    .command('verify')
    .argument('<file>', 'an export as ndjson that nothing was left out of; - for standard input')
    .description('prove that no event of an export was changed, removed, inserted or moved')
    .option('--checkpoints <file or folder>', 'signed checkpoints, from DATA_DIR/checkpoints')
    .option('--jwks <file or url>', 'the public keys to check them with')
    .addHelpText(
      'after',
      `
It asks no server, and ends with exit code 1 when something is wrong. Without checkpoints it cannot tell that the end
is missing, or that the whole log was made anew. Keep a copy of /.well-known/jwks.json where the server's
administrators cannot change it: who could, could sign checkpoints of their own.
${example(
  'latchkey audit verify log.ndjson',
  'latchkey audit verify log.ndjson --checkpoints checkpoints/ --jwks jwks.json',
)}`,
    )
    .action(running(verify));
}

async function verify(
  context: Context,
  { checkpoints, jwks }: VerifyOptions,
  file: string,
): Promise<void> {
  if ((checkpoints === undefined) !== (jwks === undefined))
    throw new UsageError('--checkpoints and --jwks go together.');
  const keys = jwks === undefined ? [] : await publicKeysIn(jwks, context.allowsHttp);
  const signed = checkpoints === undefined ? null : await checkpointsIn(checkpoints);
  const verification = new ExportVerification(signed, keys);
  const progress = context.progress();
  try {
    for await (const line of exportedLines(file)) {
      verification.next(line);
      progress.show(counted(verification.lines, 'event'));
    }
  } finally {
    progress.end();
  }
  tell(context, verification.end());
}

function tell({ output }: Context, finding: Finding): void {
  if (!finding.whole) process.exitCode = 1;
  if (output.json) return output.document(finding);
  const { organization_id, events, first_seq, last_seq, sealed_seq, vouched_seq } = finding;
  output.record(finding, {
    result: finding.whole ? 'whole' : 'BROKEN',
    log: organization_id === null ? 'of the operator' : `of organization ${organization_id}`,
    events: `${events}, numbers ${first_seq} to ${last_seq}`,
    'sealed up to': sealed_seq,
    checkpoints: finding.checkpoints,
    'vouched for up to': vouched_seq,
  });
  for (const { seq, line, problem } of finding.problems)
    output.say(seq === null ? `line ${line} ${problem}` : `event ${seq} ${problem}`);
  const untold = finding.problem_count - finding.problems.length;
  if (untold > 0) output.say(`and ${counted(untold, 'more problem')}`);
  if (finding.checkpoints === null)
    output.note(
      'Without checkpoints nobody can tell that the end is missing, or all of it made anew.',
    );
}
