const width = 790;
const left = 300;
const right = 90;
const rowHeight = 34;
const top = 64;
const bottom = 46;

const style = `
  text { font: 14px system-ui, -apple-system, "Segoe UI", sans-serif; fill: #1f2328 }
  .title { font-weight: 600; font-size: 16px }
  .quiet { fill: #59636e; font-size: 12px }
  .label { text-anchor: end }
  .tick { text-anchor: middle }
  .grid { stroke: #d1d9e0; stroke-width: 1 }
  .bar { fill: #8c959f }
  .ours { fill: #0969da }
  @media (prefers-color-scheme: dark) {
    text { fill: #f0f6fc }
    .quiet { fill: #9198a1 }
    .grid { stroke: #3d444d }
    .bar { fill: #656c76 }
    .ours { fill: #4493f8 }
  }`;

/**
 * Draws requests per second, as ratios to the empty route, on a logarithmic scale. It has no background of its own and
 * follows the reader's light or dark scheme.
 *
 * @param {{ title: string, ratio: number, ours: boolean }[]} bars
 * @param {string} note what stands below the axis
 * @returns {string} SVG
 */
export function plotRatios(bars, note) {
  const decades = Math.max(1, Math.ceil(-Math.log10(Math.min(...bars.map(({ ratio }) => ratio)))));
  const scale = (width - left - right) / decades;
  const x = (ratio) => left + Math.max(0, (Math.log10(ratio) + decades) * scale);
  const end = top + bars.length * rowHeight;
  const height = end + bottom;
  const ticks = Array.from({ length: decades + 1 }, (_, power) => 10 ** (power - decades));
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escaped(spoken(bars))}">
<style>${style}
</style>
<text class="title" x="16" y="26">Calls a second on one core, as a share of an empty route</text>
<text class="quiet" x="16" y="45">logarithmic: each line is ten times the one before</text>
${ticks.map((ratio) => tick(x(ratio), end, ratio)).join('\n')}
${bars.map((bar, row) => drawn(bar, x(bar.ratio), top + row * rowHeight)).join('\n')}
<text class="quiet" x="16" y="${height - 10}">${escaped(note)}</text>
</svg>
`;
}

function tick(x, end, ratio) {
  return `<line class="grid" x1="${x}" x2="${x}" y1="${top - 6}" y2="${end}"/>
<text class="quiet tick" x="${x}" y="${end + 15}">${ratio}</text>`;
}

function drawn({ title, ratio, ours }, end, y) {
  const middle = y + rowHeight / 2 + 5;
  return `<text class="label" x="${left - 12}" y="${middle}">${escaped(title)}</text>
<rect class="bar${ours ? ' ours' : ''}" x="${left}" y="${y + 6}" width="${Math.max(2, end - left).toFixed(1)}" height="${rowHeight - 12}" rx="3"/>
<text x="${(Math.max(left + 2, end) + 8).toFixed(1)}" y="${middle}">${ratio.toPrecision(2)}</text>`;
}

function spoken(bars) {
  return bars.map(({ title, ratio }) => `${title}: ${ratio.toPrecision(2)}`).join('; ');
}

function escaped(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
