const clearLine = '\r\u001b[K';

/** How often the line changes at most. */
const pauseMs = 100;

/** Says on a terminal how far long work has come, in one line that is written over. Elsewhere it says nothing. */
export class Progress {
  private shownAt = 0;

  constructor(private readonly stream: NodeJS.WriteStream) {}

  /** @param text what has been done so far, such as `1,200 events`: written by the command alone */
  show(text: string): void {
    if (!this.stream.isTTY || Date.now() - this.shownAt < pauseMs) return;
    this.stream.write(`${clearLine}${text}…`);
    this.shownAt = Date.now();
  }

  /** Takes the line away. */
  end(): void {
    if (this.shownAt > 0) this.stream.write(clearLine);
    this.shownAt = 0;
  }
}

/** A number with what it counts, such as `1,200 events`. */
export function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;
}
