/** The server cannot start. The message is one line that says what to do, and holds no secret. */
export class StartError extends Error {}
