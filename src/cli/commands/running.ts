import type { Command } from 'commander';
import { Context, type GlobalOptions } from './context.js';

/** What a command does, with its options and arguments as they were declared to commander. */
type Work = (context: Context, options: never, ...given: never[]) => Promise<void>;

/** What commander calls for a command: it makes the context, and lets the process end afterwards. */
export function running(work: Work): (...given: unknown[]) => Promise<void> {
  return async (...given) => {
    const command = given.at(-1) as Command;
    const context = new Context(command.optsWithGlobals<GlobalOptions>());
    try {
      await work(context, command.opts() as never, ...(command.processedArgs as never[]));
    } finally {
      context.prompts.close();
    }
  };
}

/** What stands below a command's help. */
export function example(...lines: string[]): string {
  const noun = lines.length === 1 ? 'Example' : 'Examples';
  return `\n${noun}:\n${lines.map((line) => `  $ ${line}`).join('\n')}`;
}
