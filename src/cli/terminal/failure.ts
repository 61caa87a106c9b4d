/** What stops a command and is told in plain words; the exit code is 1. */
export class Failure extends Error {
  readonly exitCode: number = 1;
}

/** The command was called in a way that it does not know; the exit code is 2. */
export class UsageError extends Failure {
  override readonly exitCode = 2;
}

/** The person has ended a prompt or a transfer by Ctrl-C; the exit code is that of SIGINT. */
export class Interrupted extends Failure {
  override readonly exitCode = 130;

  constructor() {
    super('Interrupted.');
  }
}
