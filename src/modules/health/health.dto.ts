/** How the server is. */
export class Health {
  /** @example 'ok' */
  status!: string;
}
