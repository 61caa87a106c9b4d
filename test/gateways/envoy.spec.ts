import { describeGateway } from './behaviour.js';

describeGateway({
  example: 'envoy',
  program: '/usr/local/bin/envoy',
  // Alone on its machine it would claim an id in shared memory for its hot restarts.
  arguments: () => ['-c', 'envoy.yaml', '--disable-hot-restart', '--concurrency', '1'],
});
