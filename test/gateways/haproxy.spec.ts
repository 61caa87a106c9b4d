import { describeGateway } from './behaviour.js';

describeGateway({
  example: 'haproxy',
  program: '/usr/sbin/haproxy',
  arguments: () => ['-db', '-f', 'haproxy.cfg'],
});
