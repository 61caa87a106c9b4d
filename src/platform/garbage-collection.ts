import { readdirSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { setFlagsFromString } from 'node:v8';

/** At how much of the room that the old generation is given, in percent, V8 begins to collect it: in the background, at once. */
const collectAt = { soft: 90, hard: 98 };

/**
 * Keeps what calls leave behind cheap to collect, and collections out of the way of calls, for as long as the process lives.
 *
 * V8 would make objects in the old generation at once wherever those made before have lived long (pretenuring). Under load
 * that is where calls wait for their commit: what such an object of a call that is over still names is then kept, and moved
 * to the old generation too.
 *
 * V8 begins to collect that one when a fifth of its room is taken, and does the most of it on four threads beside the one that
 * answers. Where that one has no more than one core, they take four fifths of it for a tenth of a second.
 */
export function tuneGarbageCollection(): void {
  setFlagsFromString('--no-allocation-site-pretenuring');
  setFlagsFromString(`--incremental-marking-soft-trigger=${collectAt.soft}`);
  setFlagsFromString(`--incremental-marking-hard-trigger=${collectAt.hard}`);
  if (process.platform === 'linux') yieldToMainThread();
}

/** Lets the threads that V8 has by now run when the main one does not. Linux has a priority for each thread (sched(7)). */
function yieldToMainThread(): void {
  try {
    for (const thread of readdirSync('/proc/self/task').map(Number))
      if (thread !== process.pid) setPriority(thread, constants.priority.PRIORITY_LOW);
  } catch {
    // A system that hides /proc or forbids this: calls wait somewhat longer at times.
  }
}
