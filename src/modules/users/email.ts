import { domainToASCII } from 'node:url';
import { Satisfies } from '../../platform/http/validation.js';

const longestAddress = 254;

/**
 * What tells two e-mail addresses apart: the local part in lower case and Unicode's composed form, the domain as
 * its ASCII name. Compatibility look-alikes stay apart, so that accounts never merge.
 */
export function emailKey(email: string): string {
  const at = email.lastIndexOf('@');
  const local = email.slice(0, at).normalize('NFC').toLowerCase();
  return `${local}@${domainOf(email)}`;
}

/** The ASCII name of an address's domain, as {@link asciiDomain} gives it. */
export function domainOf(email: string): string {
  return asciiDomain(email.slice(email.lastIndexOf('@') + 1));
}

/**
 * A field that holds an e-mail address: one `@`, no spaces, control characters or what mail takes for punctuation, a domain
 * that can exist.
 */
export function IsEmailAddress(): PropertyDecorator {
  return Satisfies('isEmailAddress', isEmailAddress, 'must be an e-mail address');
}

/** Tells whether a value is an e-mail address, as {@link IsEmailAddress} takes it. */
export function isEmailAddress(value: unknown): value is string {
  if (typeof value !== 'string' || value.length > longestAddress) return false;
  if (!/^[^\s@\p{Cc}\p{Cf}"(),:;<>[\\\]]{1,64}@[^\s@\p{Cc}\p{Cf}]+$/u.test(value)) return false;
  return domainOf(value) !== '';
}

/** Labels of letters, digits, `-` and `_`. The last is no number: it would make an address of a host (WHATWG URL, 3.5). */
const asciiDomainPattern =
  /^([a-z0-9_]([a-z0-9_-]*[a-z0-9_])?\.)*(?!\d+$)[a-z0-9]([a-z0-9-]*[a-z0-9])?$/;

/** A domain's ASCII name (RFC 5890); empty when it is none. What a URL's host would end at or be decoded from is no part of one. */
export function asciiDomain(domain: string): string {
  const name = /[/?#\\%]/.test(domain) ? '' : domainToASCII(domain);
  return asciiDomainPattern.test(name) ? name : '';
}
