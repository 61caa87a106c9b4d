/**
 * A percentile of some numbers, by the nearest rank.
 *
 * @param {readonly number[]} values
 * @param {number} percent
 */
export function percentile(values, percent) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)];
}

/** @param {readonly number[]} values */
export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Median of each field of some records of numbers. */
export function medians(records) {
  return Object.fromEntries(
    Object.keys(records[0]).map((field) => [field, median(records.map((record) => record[field]))]),
  );
}

/** The same order each time, and none that follows the input's. */
export function shuffled(values) {
  const result = [...values];
  let state = 42;
  for (let last = result.length - 1; last > 0; last -= 1) {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    const other = Math.floor((state / 2 ** 32) * (last + 1));
    [result[last], result[other]] = [result[other], result[last]];
  }
  return result;
}
