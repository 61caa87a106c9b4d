/**
 * A command that runs on one core only.
 *
 * @param {number | null} core null: wherever there is room
 * @param {string[]} command
 */
export function pinned(core, command) {
  return core === null ? command : ['taskset', '--cpu-list', String(core), ...command];
}
