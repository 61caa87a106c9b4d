import { createInterface, type Interface } from 'node:readline';
import { Writable } from 'node:stream';
import { Failure, Interrupted } from './failure.js';
import { visible } from './visible.js';

/** Shows nothing of what is typed. */
const nowhere = () => new Writable({ write: (_chunk, _encoding, done) => done() });

/**
 * Asks the person at the terminal, on standard error. Where standard input is no terminal, each answer is its next line.
 */
export class Prompts {
  private piped: { readonly reader: Interface; readonly lines: AsyncIterator<string> } | null =
    null;

  constructor(
    private readonly input: NodeJS.ReadStream,
    private readonly output: NodeJS.WriteStream,
  ) {}

  /** Whether somebody is there to answer. */
  get isInteractive(): boolean {
    return this.input.isTTY && this.output.isTTY;
  }

  /** Asks for a line, which is shown while it is typed. */
  line(question: string): Promise<string> {
    return this.ask(question, false);
  }

  /** Asks for a secret, which is not shown while it is typed. */
  hidden(question: string): Promise<string> {
    return this.ask(question, true);
  }

  /** Asks a question of yes and no, which may hold names; anything but a yes is a no. */
  async confirm(question: string): Promise<boolean> {
    return /^y(es)?$/i.test((await this.line(`${visible(question)} [y/N] `)).trim());
  }

  /** Reads no more, so that the process can end. */
  close(): void {
    this.piped?.reader.close();
  }

  private async ask(question: string, hidden: boolean): Promise<string> {
    if (!this.input.isTTY) return this.nextLine();
    // The question comes once the terminal echoes nothing: an answer may follow at once.
    const reader = createInterface({
      input: this.input,
      output: hidden ? nowhere() : this.output,
      terminal: true,
      historySize: 0,
    });
    if (hidden) this.output.write(question);
    reader.setPrompt(question);
    reader.prompt();
    try {
      return await answerOf(reader);
    } finally {
      reader.close();
      if (hidden) this.output.write('\n');
    }
  }

  private async nextLine(): Promise<string> {
    if (!this.piped) {
      const reader = createInterface({ input: this.input, crlfDelay: Infinity });
      this.piped = { reader, lines: reader[Symbol.asyncIterator]() };
    }
    const { done, value } = await this.piped.lines.next();
    if (done === true) throw new Failure('Standard input has ended where an answer was expected.');
    return value;
  }
}

function answerOf(reader: Interface): Promise<string> {
  return new Promise((resolve, reject) => {
    reader.once('line', resolve);
    reader.once('SIGINT', () => reject(new Interrupted()));
    reader.once('close', () => reject(new Failure('Nothing was entered.')));
  });
}
