import { describeGateway } from './behaviour.js';

describeGateway({
  example: 'apache',
  program: '/usr/sbin/apache2',
  arguments: (folder) => ['-d', folder, '-f', 'httpd.conf', '-DFOREGROUND'],
});
