import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { plotRatios } from '../reporting/plot.mjs';
import { writeResults } from '../reporting/results.mjs';
import { benchFolder } from '../running/tools.mjs';

test("the peers run on the server's own versions of what they share", () => {
  const [ours, peers] = ['..', '.'].map(
    (folder) =>
      JSON.parse(readFileSync(join(benchFolder, folder, 'package.json'), 'utf8')).dependencies,
  );
  const shared = Object.keys(peers).filter((name) => name in ours);
  expect(shared).toContain('@nestjs/platform-fastify');
  for (const name of shared)
    expect({ name, version: peers[name] }).toEqual({ name, version: ours[name] });
});

test('a part that is run again replaces its own results only, in a folder that is made where it is missing', async () => {
  const parent = mkdtempSync(join(tmpdir(), 'latchkey-bench-results-'));
  const folder = join(parent, 'not', 'there');
  await writeResults(folder, 'memory', { mib: 1 });
  await writeResults(folder, 'scale', { ratio: 1.234_567 });
  await writeResults(folder, 'memory', { mib: 2 });
  expect(JSON.parse(readFileSync(join(folder, 'results.json'), 'utf8'))).toEqual({
    memory: { mib: 2 },
    scale: { ratio: 1.2346 },
  });
  rmSync(parent, { recursive: true });
});

test('the plot has a bar for each target, a tenth of the scale for each power of ten', () => {
  const svg = plotRatios(
    [
      { title: 'Empty & fast', ratio: 1, ours: false },
      { title: 'Ours', ratio: 0.1, ours: true },
      { title: 'Another', ratio: 0.01, ours: false },
    ],
    'a note',
  );
  const widths = [...svg.matchAll(/<rect class="bar[^>]* width="([\d.]+)"/g)].map(([, width]) =>
    Number(width),
  );
  expect(widths[0]).toBeCloseTo(2 * widths[1]);
  expect(svg).toContain('Empty &amp; fast');
  expect(svg).toContain('a note');
});
