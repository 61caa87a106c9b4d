import { measure, warmUp } from './target.mjs';
import { median, medians } from './statistics.mjs';

const warmUpSeconds = { first: 4, again: 1 };

/**
 * Measures targets in turn, round after round, so that what else the machine does falls on all of them alike.
 *
 * @param {import('../running/workbench.mjs').Workbench} workbench
 * @param {import('./target.mjs').Target[]} targets the first is what the others are compared with
 * @returns {Promise<Record<string, object>>} by target: medians, medians of the rounds' ratios, and every round
 */
export async function runRounds(workbench, targets) {
  const { rounds, seconds } = workbench.options;
  const warm = (most) => Math.min(most, seconds);
  for (const target of targets) await warmUp(workbench, target, warm(warmUpSeconds.first));
  const measured = targets.map(() => []);
  for (let round = 1; round <= rounds; round += 1) {
    for (const [index, target] of targets.entries()) {
      await warmUp(workbench, target, warm(warmUpSeconds.again));
      const result = await measure(workbench, target);
      measured[index].push(result);
      const { rps, p50_ms: p50, p99_ms: p99 } = result;
      console.log(
        `  round ${round}/${rounds}  ${target.title}: ${rps.toFixed(0)}/s, p50 ${p50.toFixed(2)} ms, p99 ${p99.toFixed(2)} ms`,
      );
    }
  }
  const [first] = measured;
  return Object.fromEntries(
    targets.map(({ name, title }, index) => [name, summary(title, measured[index], first)]),
  );
}

/** The median of two targets' ratios, round by round. */
export function ratioOfRounds(one, other, field = 'rps') {
  return median(one.rounds.map((result, round) => result[field] / other.rounds[round][field]));
}

function summary(title, rounds, first) {
  const ratio = (field) => ratioOfRounds({ rounds }, { rounds: first }, field);
  return {
    title,
    ...medians(rounds),
    rps_ratio: ratio('rps'),
    p99_ratio: ratio('p99_ms'),
    rounds,
  };
}
