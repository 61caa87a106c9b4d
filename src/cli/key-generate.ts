import { loadEnvironment } from '../platform/config/environment.js';
import { readSetting } from '../platform/config/read-settings.js';
import { mintToken } from '../platform/crypto/token-format.js';
import { runCommand } from './run-command.js';

await runCommand(() => {
  console.log(mintToken(readSetting(loadEnvironment(), 'apiKeyPrefix') ?? 'sk'));
});
