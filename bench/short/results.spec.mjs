import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { plotRatios } from '../reporting/plot.mjs';
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
