import { loadEnvironment } from '../platform/config/environment.js';
import { readVariable } from '../platform/config/read-settings.js';
import { settingTable } from '../platform/config/settings.js';
import { mintToken } from '../platform/crypto/token-format.js';
import { runCommand } from './run-command.js';

await runCommand(() => {
  console.log(mintToken(readVariable(loadEnvironment(), settingTable.apiKeyPrefix) ?? 'sk'));
});
