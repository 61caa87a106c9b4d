import { describeGateway } from './behaviour.js';

describeGateway({
  example: 'caddy',
  program: '/usr/bin/caddy',
  arguments: () => ['run', '--config', 'Caddyfile', '--adapter', 'caddyfile'],
});
