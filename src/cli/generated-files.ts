import type { OpenAPIObject } from '@nestjs/swagger';
import { AppModule } from '../app.module.js';
import { readSettings } from '../platform/config/read-settings.js';
import { describeApplication } from '../platform/http/create-application.js';

/** The files of the repository that follow from the code, by name. A test compares them with those committed. */
export async function generatedFiles(): Promise<Record<string, string>> {
  const settings = readSettings({});
  const document = await describeApplication(AppModule, {
    ...settings,
    databaseUrl: '',
    embedded: true,
    keyPeppers: [],
    signingKeys: [],
    logLevel: 'error',
  });
  return {
    'openapi.json': `${JSON.stringify(document, null, 2)}\n`,
    'access.snapshot': accessSnapshot(document),
  };
}

/** Who may call what, a line for each route: a change of this text is a change of permissions. */
function accessSnapshot({ paths }: OpenAPIObject): string {
  const lines = Object.entries(paths)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .flatMap(([path, operations]) =>
      Object.entries(operations as Record<string, Operation>)
        .map(([method, operation]) => line(method.toUpperCase(), path, operation))
        .sort(),
    );
  return `${lines.join('\n')}\n`;
}

interface Operation {
  readonly 'x-permission'?: string;
}

function line(method: string, path: string, { 'x-permission': permission }: Operation): string {
  if (permission === undefined) throw new Error(`${method} ${path} tells no permission`);
  return `${method} ${path} → ${permission}`;
}
