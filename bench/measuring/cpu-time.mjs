import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';

const ticksPerSecond = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

/** Seconds of CPU that a process has used, with its children that have ended (proc(5), `stat`). */
export function cpuSeconds(pid) {
  return ticksIn(statOf(pid)) / ticksPerSecond;
}

/** Seconds of CPU that a process and all its children have used. */
export function familyCpuSeconds(pid) {
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(statOf)
    .filter((stat) => stat !== null && Number(stat[1]) === pid);
  const ticks = [statOf(pid), ...children].map(ticksIn);
  return ticks.reduce((sum, each) => sum + each, 0) / ticksPerSecond;
}

/** Seconds of CPU of children of this process that have ended. */
export function endedChildrenCpuSeconds() {
  const [user, system] = statOf('self').slice(13, 15);
  return (Number(user) + Number(system)) / ticksPerSecond;
}

/** What all cores of the machine have done since it started, in ticks (proc(5), `/proc/stat`). */
export function machineTicks() {
  const [line] = readFileSync('/proc/stat', 'utf8').split('\n');
  const [user, nice, system, idle, waiting, ...others] = line
    .trim()
    .split(/\s+/)
    .slice(1, 9)
    .map(Number);
  const busy = user + nice + system + others.reduce((sum, ticks) => sum + ticks, 0);
  return { busy, all: busy + idle + waiting };
}

/** MiB of memory that a process holds. */
export function residentMiB(pid) {
  const [, kib] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(kib) / 1024;
}

/** The fields after the program's name, which may hold spaces: state, parent, … */
function statOf(pid) {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return null;
  }
}

/** utime, stime, cutime and cstime are fields 14 to 17 of the file, the state being the third. */
function ticksIn(stat) {
  return stat === null ? 0 : stat.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0);
}
