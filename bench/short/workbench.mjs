import { inject } from 'vitest';
import { Workbench } from '../running/workbench.mjs';

/** A workbench to check with, not to measure: its servers run wherever there is room. */
export function openWorkbench() {
  return Workbench.open({
    databaseUrl: inject('postgresUrl'),
    serverCore: null,
    loadCore: null,
    logLevel: 'silent',
    verbose: false,
  });
}
