import { describeGateway } from './behaviour.js';

describeGateway({
  example: 'nginx',
  program: '/usr/sbin/nginx',
  arguments: (folder) => ['-p', folder, '-c', `${folder}/nginx.conf`],
});
