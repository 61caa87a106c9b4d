import { someAddress } from './world.js';

/** A page as a browser ends up at it. */
export interface Page {
  readonly url: URL;
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

interface Cookie {
  readonly host: string;
  readonly path: string;
  readonly name: string;
  readonly value: string;
}

/** As much of a browser as signing in takes: it keeps cookies by host and path, and goes where it is sent. */
export class Browser {
  private cookies: Cookie[] = [];
  private readonly address = someAddress();

  /** @param behind where what is sent to an address arrives: several servers may stand behind one name */
  constructor(private readonly behind: (url: URL) => URL = (url) => url) {}

  /** Goes to an address and on from there, unless it is sent where `stop` says. */
  async go(address: string | URL, stop: (url: URL) => boolean = () => false): Promise<Page> {
    let page = await this.open(address);
    for (let hops = 0; page.status >= 300 && page.status < 400; hops += 1) {
      if (hops > 20) throw new Error(`sent in circles at ${page.url.href}`);
      const next = new URL(page.headers.get('location') ?? '', page.url);
      if (stop(next)) return { ...page, url: next };
      page = await this.open(next);
    }
    return page;
  }

  /** Makes one request and goes nowhere. */
  async open(address: string | URL, form?: Record<string, string>): Promise<Page> {
    const url = new URL(address);
    const response = await fetch(this.behind(url), {
      redirect: 'manual',
      headers: { cookie: this.cookiesFor(url), 'x-forwarded-for': this.address },
      ...(form && { method: 'POST', body: new URLSearchParams(form) }),
    });
    for (const line of response.headers.getSetCookie()) this.keep(url, line);
    const { status, headers } = response;
    return { url, status, headers, text: await response.text() };
  }

  /** The names of the cookies that are sent to an address. */
  cookieNames(address: string): string[] {
    return this.sentTo(new URL(address)).map(({ name }) => name);
  }

  private sentTo({ host, pathname }: URL): Cookie[] {
    return this.cookies.filter(
      (cookie) => cookie.host === host && pathname.startsWith(cookie.path),
    );
  }

  private cookiesFor(url: URL): string {
    return this.sentTo(url)
      .map(({ name, value }) => `${name}=${value}`)
      .join('; ');
  }

  private keep({ host }: URL, line: string): void {
    const [pair = '', ...attributes] = line.split(';').map((part) => part.trim());
    const [name = '', ...rest] = pair.split('=');
    const attribute = (wanted: string) =>
      attributes.find((part) => part.toLowerCase().startsWith(`${wanted}=`))?.split('=')[1];
    const path = attribute('path') ?? '/';
    this.cookies = this.cookies.filter(
      (cookie) => cookie.host !== host || cookie.path !== path || cookie.name !== name,
    );
    const expires = attribute('expires');
    const gone = attribute('max-age') === '0' || (expires && new Date(expires) < new Date());
    if (!gone) this.cookies.push({ host, path, name, value: rest.join('=') });
  }
}
