const form = /^([0-9a-f]{8})-([0-9a-f]{4})-7([0-9a-f]{3})-8([0-9a-f]{3})-([0-9a-f]{12})$/;

/** Where an event stands: its organization's log, its number there and its moment, in whole milliseconds. */
export interface EventPlace {
  readonly organizationId: string;
  readonly seq: number;
  readonly occurredAt: Date;
}

/**
 * An event's id, made from its place so that it is found by it: a UUIDv7 (RFC 9562, section 5.7) of the event's
 * moment, 24 bits of its organization's id and, as the last 48 bits, its number. It is stored nowhere.
 */
export function eventId({ organizationId, seq, occurredAt }: EventPlace): string {
  const number = seq.toString(16).padStart(12, '0');
  return (
    `${timeOfId(occurredAt.getTime())}-7${organizationId.slice(-6, -3)}` +
    `-8${organizationId.slice(-3)}-${number}`
  );
}

let lastTime = { at: 0, written: '00000000-0000' };

/** Events that were committed together have one time, which is written once. */
function timeOfId(at: number): string {
  if (lastTime.at !== at) {
    const digits = at.toString(16).padStart(12, '0');
    lastTime = { at, written: `${digits.slice(0, 8)}-${digits.slice(8)}` };
  }
  return lastTime.written;
}

/** The place in an organization's log that an id names; null where it names none. */
export function placeOf(organizationId: string, id: string): EventPlace | null {
  const [, high = '', low = '', , , number = ''] = form.exec(id) ?? [];
  const place = {
    organizationId,
    seq: parseInt(number, 16),
    occurredAt: new Date(parseInt(high + low, 16)),
  };
  const names = Number.isSafeInteger(place.seq) && eventId(place) === id;
  return names ? place : null;
}
