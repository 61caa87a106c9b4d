import { UsageError } from '../terminal/failure.js';

/** Where a server is taken to be unless it is said. */
export const defaultUrl = 'http://127.0.0.1:3000';

/**
 * The address of a server, in the form that addresses are compared in.
 *
 * @param allowHttp whether credentials may go over the network unencrypted
 * @throws UsageError for what is no address, and for `http` to another machine; it does not show the address, which may
 * hold a password
 */
export function serverAddress(text: string, allowHttp: boolean): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (
    !url ||
    !/^https?:$/.test(url.protocol) ||
    url.username ||
    url.password ||
    url.search ||
    url.hash
  )
    throw new UsageError('The url of the server must be like https://auth.example.com.');
  checkEncrypted(url, allowHttp);
  return url.origin + url.pathname.replace(/\/+$/, '');
}

/** @throws UsageError for `http` to another machine, unless that is allowed */
export function checkEncrypted({ protocol, hostname }: URL, allowHttp: boolean): void {
  if (protocol === 'https:' || allowHttp || isThisMachine(hostname)) return;
  throw new UsageError(
    `http to ${hostname} is not encrypted: everybody on the way can read and change what is sent. ` +
      'Take https, or say --allow-http.',
  );
}

function isThisMachine(hostname: string): boolean {
  return /^(127(\.\d+){3}|\[::1\]|(.+\.)?localhost)$/.test(hostname);
}
