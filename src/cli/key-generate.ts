import { loadEnvironment } from '../platform/config/environment.js';
import { settingTable } from '../platform/config/settings.js';
import { mintToken } from '../platform/crypto/token-format.js';

const { variable, parse, takes } = settingTable.apiKeyPrefix;
const prefix = parse(loadEnvironment()[variable] || 'sk');
if (prefix === undefined) {
  console.error(`${variable} is not valid: it takes ${takes}.`);
  process.exitCode = 1;
} else {
  console.log(mintToken(prefix));
}
