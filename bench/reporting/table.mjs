const columns = [
  ['', ({ title }) => title],
  ['ratio', ({ rps_ratio: ratio }) => ratio.toFixed(3)],
  ['calls/s', ({ rps }) => rps.toFixed(0)],
  ['p50 ms', ({ p50_ms: p50 }) => p50.toFixed(2)],
  ['p99 ms', ({ p99_ms: p99 }) => p99.toFixed(2)],
  ['p99 ratio', ({ p99_ratio: ratio }) => ratio.toFixed(2)],
  ['MiB', ({ rss_mib: rss }) => rss.toFixed(0)],
  ['server µs', ({ server_us: us }) => us.toFixed(0)],
  ['PostgreSQL µs', ({ postgres_us: us }) => us.toFixed(0)],
  ['load µs', ({ load_us: us }) => us.toFixed(0)],
  ['server core', ({ server_busy: busy }) => percent(busy)],
  ['other core', ({ load_core_busy: busy }) => percent(busy)],
  ['sealed after s', ({ unsealed_seconds: seconds }) => seconds.toFixed(1)],
];

/** Prints measured targets, one a line. µs are CPU time for each call. */
export function printMeasurements(results) {
  printTable(
    columns.map(([heading]) => heading),
    Object.values(results).map((result) => columns.map(([, show]) => show(result))),
  );
}

/**
 * Prints a table: the first column to the left, numbers to the right.
 *
 * @param {string[]} headings
 * @param {string[][]} rows
 */
export function printTable(headings, rows) {
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...rows.map((row) => row[column].length)),
  );
  const line = (cells) =>
    cells
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[column]) : cell.padStart(widths[column]),
      )
      .join('  ');
  console.log([headings, ...rows].map((row) => `  ${line(row)}`).join('\n'));
}

function percent(share) {
  return `${(share * 100).toFixed(0)} %`;
}
