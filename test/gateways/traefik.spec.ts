import { describeGateway } from './behaviour.js';

describeGateway({
  example: 'traefik',
  program: '/usr/local/bin/traefik',
  arguments: () => ['--configFile=traefik.yml'],
  builtFromSource: true,
});
