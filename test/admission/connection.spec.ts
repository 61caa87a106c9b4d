import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CompositeRows, RowStart } from '../../dist/src/platform/database/composite-rows.js';
import { DedicatedConnection } from '../../dist/src/platform/database/dedicated-connection.js';
import { World } from '../harness/world.js';

let world: World;
let connection: DedicatedConnection;
beforeAll(async () => {
  world = await World.start();
  connection = new DedicatedConnection(world.server.config.databaseUrl, 10_000);
  await world.server.sql(
    'CREATE TYPE thing AS (id uuid, name text, number bigint, share float8, note text)',
  );
  await world.server.sql('CREATE TABLE kept (n int)');
});
afterAll(async () => {
  await connection.close();
  await world.close();
});

const thing = {
  name: 'thing',
  columns: { id: 'uuid', name: 'text', number: 'bigint', share: 'float8', note: 'text' },
} as const;

const text = fc.string({ unit: 'grapheme', maxLength: 80 });
const long = fc.string({ unit: 'grapheme-composite', minLength: 2_000, maxLength: 3_000 });
const optional = <T>(values: fc.Arbitrary<T>) => fc.option(values, { nil: null });
const rows = fc.array(
  fc.record({
    id: optional(fc.uuid()),
    name: optional(text),
    number: optional(fc.maxSafeInteger()),
    share: optional(fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0)),
    note: optional(fc.oneof({ weight: 9, arbitrary: text }, { weight: 1, arbitrary: long })),
  }),
  { minLength: 1, maxLength: 60 },
);

const beginning = {
  name: 'thing',
  start: { id: 'uuid', name: 'text', number: 'bigint' },
  columns: { share: 'float8', note: 'text' },
} as const;

describe('rows of a composite type', () => {
  it('arrive as they were sent where they begin alike, each time the beginning is sent', async () => {
    await fc.assert(
      fc.asyncProperty(rows, rows, async (starts, rests) => {
        const shared = starts.map(({ id, name, number }) => new RowStart({ id, name, number }));
        for (const times of [1, 2]) {
          const sent = shared
            .flatMap((start) => rests.map(({ share, note }) => ({ start, share, note })))
            .slice(0, times * 50);
          const arrived = await connection.run(
            'things',
            'SELECT id, name, number::float8, share, note FROM unnest($1::thing[])',
            [new CompositeRows(beginning, sent)],
          );
          expect(arrived).toEqual(
            sent.map(({ start, share, note }) => ({ ...start.values, share, note })),
          );
        }
      }),
      { numRuns: 40 },
    );
  });

  it('arrive as they were sent, whatever they hold', async () => {
    await fc.assert(
      fc.asyncProperty(rows, async (sent) => {
        const arrived = await connection.run<Record<keyof typeof thing.columns, unknown>>(
          'things',
          'SELECT id, name, number::float8, share, note FROM unnest($1::thing[])',
          [new CompositeRows(thing, sent)],
        );
        expect(arrived).toEqual(sent);
      }),
      { numRuns: 60 },
    );
  });

  it('are refused with what the database does not take, and the next ones are not', async () => {
    const send = (name: string) =>
      connection.run('names', 'SELECT name FROM unnest($1::thing[])', [
        new CompositeRows(thing, [{ id: null, name, number: null, share: null, note: null }]),
      ]);
    await expect(send('NUL \0')).rejects.toMatchObject({ code: '22021' });
    expect(await send('ok')).toEqual([{ name: 'ok' }]);
  });

  it('arrive after a migration has made their type anew', async () => {
    const send = () =>
      connection.run('anew', 'SELECT name FROM unnest($1::anew[])', [
        new CompositeRows({ name: 'anew', columns: { name: 'text' } }, [{ name: 'one' }]),
      ]);
    await world.server.sql('CREATE TYPE anew AS (name text)');
    expect(await send()).toEqual([{ name: 'one' }]);
    await world.server.sql('DROP TYPE anew');
    await world.server.sql('CREATE TYPE anew AS (name text)');
    expect(await send()).toEqual([{ name: 'one' }]);
  });

  it('are refused where their type does not exist', async () => {
    const unknown = new CompositeRows({ name: 'nothing', columns: { id: 'uuid' } }, [{ id: null }]);
    await expect(connection.run('nothing', 'SELECT $1', [unknown])).rejects.toMatchObject({
      code: '42704',
    });
  });
});

describe('statements that are sent without waiting', () => {
  it('are carried out in order, and one that fails does not take the others with it', async () => {
    const insert = (n: number | string) =>
      connection.run<{ n: number }>('insert', 'INSERT INTO kept VALUES ($1) RETURNING n', [n]);
    const answers = await Promise.allSettled([insert(1), insert('x'), insert(2), insert(3)]);
    expect(answers.map(({ status }) => status)).toEqual([
      'fulfilled',
      'rejected',
      'fulfilled',
      'fulfilled',
    ]);
    expect(await world.server.sql('SELECT n FROM kept ORDER BY ctid')).toEqual([
      { n: 1 },
      { n: 2 },
      { n: 3 },
    ]);
  });
});

describe('a transaction', () => {
  it('whose connection is lost carries out nothing more of its work', async () => {
    const insert = (n: number) => connection.run('put', 'INSERT INTO kept VALUES ($1)', [n]);
    const lost = connection.transaction(async () => {
      await insert(7);
      const [row] = await connection.run<{ pid: number }>(
        'me',
        'SELECT pg_backend_pid() AS pid',
        [],
      );
      await world.server.sql('SELECT pg_terminate_backend($1, 5000)', [row?.pid]);
      await new Promise((resolve) => setTimeout(resolve, 100));
      await insert(8);
    });
    await expect(lost).rejects.toMatchObject({ code: '08006' });
    expect(await world.server.sql('SELECT n FROM kept WHERE n IN (7, 8)')).toEqual([]);
    await insert(9);
    expect(await world.server.sql('SELECT n FROM kept WHERE n = 9')).toEqual([{ n: 9 }]);
  });

  it('whose work fails leaves nothing of it', async () => {
    const failed = connection.transaction(async () => {
      await connection.run('put', 'INSERT INTO kept VALUES ($1)', [11]);
      throw new Error('enough');
    });
    await expect(failed).rejects.toThrow('enough');
    expect(await world.server.sql('SELECT n FROM kept WHERE n = 11')).toEqual([]);
  });
});

describe('a statement whose plan was made while its table was empty', () => {
  it('goes by index all the same', async () => {
    await world.server.sql('CREATE TABLE grown (id int PRIMARY KEY, other int)');
    await world.server.sql('VACUUM ANALYZE grown');
    const plan = (await connection.run('plan', 'EXPLAIN SELECT other FROM grown WHERE id = 7', []))
      .map((row) => Object.values(row).join())
      .join('\n');
    expect(plan).toContain('Index Scan using grown_pkey');
  });
});
