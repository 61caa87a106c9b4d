import { existsSync } from 'node:fs';

/** The process's environment, with what a file `.env` in the working folder adds to it. */
export function loadEnvironment(): NodeJS.ProcessEnv {
  if (existsSync('.env')) process.loadEnvFile('.env');
  return process.env;
}
