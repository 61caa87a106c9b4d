/**
 * The rooms of the house and the doors between them, as ARCHITECTURE.md draws them. A rule's name is what to read
 * when it bites.
 *
 * @type {import('dependency-cruiser').IConfiguration}
 */
module.exports = {
  forbidden: [
    {
      name: 'no-circles',
      comment:
        'Two files that need each other are one idea, or a third is missing. Types count too.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'platform-knows-no-business',
      severity: 'error',
      from: { path: '^src/platform/' },
      to: { path: '^src/', pathNot: '^src/platform/' },
    },
    {
      name: 'access-knows-no-module',
      severity: 'error',
      from: { path: '^src/access/' },
      to: { path: '^src/', pathNot: '^src/(access|platform)/' },
    },
    {
      name: 'modules-know-no-app',
      severity: 'error',
      from: { path: '^src/modules/' },
      to: { path: '^src/', pathNot: '^src/(modules|access|platform)/' },
    },
    {
      name: 'commands-are-the-end',
      severity: 'error',
      from: { pathNot: '^src/cli/' },
      to: { path: '^src/cli/' },
    },
    {
      name: 'modules-meet-at-their-index',
      severity: 'error',
      from: { path: '^src/modules/([^/]+)/' },
      to: {
        path: '^src/modules/',
        pathNot: ['^src/modules/$1/', '^src/modules/[^/]+/index\\.ts$'],
      },
    },
    {
      name: 'rooms-are-entered-at-their-index',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(modules|access)/' },
      to: {
        path: '^src/(modules/[^/]+|access)/',
        pathNot: ['/index\\.ts$', '^src/access/audit-chain/(verify-chain|checkpoint)\\.ts$'],
      },
    },
    {
      name: 'the-command-knows-only-the-contract',
      comment:
        'Like every client. It shares the verifier of the audit log, which asks no server and loads none of it.',
      severity: 'error',
      from: { path: '^src/cli/(latchkey\\.ts|(commands|login|terminal|verification)/)' },
      to: {
        path: '^(src|migrations|test)/',
        pathNot: [
          '^src/cli/(commands|login|terminal|verification)/',
          '^src/access/audit-chain/(verify-chain|checkpoint)\\.ts$',
        ],
      },
    },
    {
      name: 'access-is-entered-at-its-index',
      severity: 'error',
      from: { path: '^src/modules/' },
      to: { path: '^src/access/', pathNot: '^src/access/index\\.ts$' },
    },
    {
      name: 'the-database-stays-in-repositories',
      severity: 'error',
      from: {
        path: '^src/',
        pathNot: ['\\.(repository|entity)\\.ts$', '^src/platform/database/'],
      },
      to: {
        path: '(^|/)node_modules/(typeorm|@nestjs/typeorm|@nestjs-cls/transactional[^/]*|pg)/',
      },
    },
    {
      name: 'controllers-see-no-rows',
      severity: 'error',
      from: { path: '\\.controller\\.ts$' },
      to: { path: '\\.(repository|entity)\\.ts$' },
    },
    {
      name: 'services-see-no-http',
      severity: 'error',
      from: { path: '\\.service\\.ts$' },
      to: { path: '(^|/)node_modules/(fastify|@fastify/[^/]+|@nestjs/platform-fastify)/' },
    },
    {
      name: 'clients-know-only-the-contract',
      severity: 'error',
      from: { path: '^(sdk|dashboard)/' },
      to: { path: '^(src|migrations|test)/' },
    },
    {
      name: 'migrations-are-frozen',
      comment: 'A migration that imports the code would change with it.',
      severity: 'error',
      from: { path: '^migrations/' },
      to: { path: '^(src|test)/' },
    },
    {
      name: 'the-server-needs-no-test',
      severity: 'error',
      from: { path: '^(src|migrations)/', pathNot: '\\.spec\\.ts$' },
      to: { path: ['^test/', '\\.spec\\.ts$'] },
    },
    {
      name: 'the-server-needs-no-development-dependency',
      severity: 'error',
      from: { path: '^(src|migrations)/', pathNot: '\\.spec\\.ts$' },
      to: { dependencyTypes: ['npm-dev'] },
    },
    {
      name: 'imports-lead-somewhere',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '^(\\.\\./)+dist/' },
    },
  ],
  options: {
    doNotFollow: { path: ['node_modules', '(^|/)dist/'] },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
