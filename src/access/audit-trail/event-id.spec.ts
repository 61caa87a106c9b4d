import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isId, newId } from '../../platform/http/ids.js';
import { eventId, placeOf } from './event-id.js';

const places = fc.record({
  organizationId: fc.uuid({ version: 7 }),
  seq: fc.integer({ min: 1, max: 2 ** 48 - 1 }),
  occurredAt: fc.date({ min: new Date(0), max: new Date('9999-12-31'), noInvalidDate: true }),
});

it('an id leads back to the event that it was made for', () => {
  fc.assert(
    fc.property(places, (place) => {
      expect(placeOf(place.organizationId, eventId(place))).toEqual(place);
    }),
  );
});

it('an id is a UUIDv7 of the moment of its event', () => {
  fc.assert(
    fc.property(places, (place) => {
      const id = eventId(place);
      expect(isId(id) && id[14]).toBe('7');
      expect(parseInt(id.replaceAll('-', '').slice(0, 12), 16)).toBe(place.occurredAt.getTime());
    }),
  );
});

it('later events of an organization have greater ids', () => {
  fc.assert(
    fc.property(places, fc.nat(1000), (place, later) => {
      const next = {
        ...place,
        seq: place.seq + 1,
        occurredAt: new Date(place.occurredAt.getTime() + later),
      };
      expect(eventId(next) > eventId(place)).toBe(true);
    }),
  );
});

it('the id of another organization, or of no event, names nothing', () => {
  const place = { organizationId: newId(), seq: 7, occurredAt: new Date() };
  expect(placeOf(newId(), eventId(place))).toBeNull();
  expect(placeOf(place.organizationId, newId())).toBeNull();
  expect(placeOf(place.organizationId, place.organizationId)).toBeNull();
});
