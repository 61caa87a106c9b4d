import type { FastifyRequest } from 'fastify';
import { slugPattern } from '../platform/config/settings.js';
import { headerValues } from '../platform/http/header-values.js';
import { isId } from '../platform/http/ids.js';
import type { Requirement } from './requirement.js';
import type { ProjectReference } from './select-project.js';

/** The parts of a request that can name a project. */
export type NamingRequest = Pick<FastifyRequest, 'raw' | 'params' | 'query' | 'body'>;

/** Finds every place of a call that names a project. A header that is given twice counts as malformed. */
export function projectReferences(
  request: NamingRequest,
  brand: string | null,
  requirement: Requirement | null,
): ProjectReference[] {
  const name = brand === null ? 'X-Project' : `X-${brand}-Project`;
  const { projectParam, aboutAnother } = requirement ?? {};
  const { params, query, body } = request;
  return [
    fromHeader(request, `${name}-Id`, 'id'),
    fromHeader(request, `${name}-Slug`, 'slug'),
    projectParam ? fromPart(params, projectParam, `path ${projectParam}`) : null,
    fromPart(query, 'project_id', 'query project_id'),
    aboutAnother ? null : fromPart(body, 'project_id', 'body project_id'),
  ].filter((found) => found !== null);
}

function fromHeader({ raw }: NamingRequest, name: string, by: 'id' | 'slug') {
  const values = headerValues(raw, name);
  const [value] = values;
  if (value === undefined) return null;
  return reference(`header ${name}`, by, values.length === 1 ? value.trim() : null);
}

function fromPart(part: unknown, name: string, where: string): ProjectReference | null {
  if (typeof part !== 'object' || part === null || !Object.hasOwn(part, name)) return null;
  const value = (part as Record<string, unknown>)[name];
  return value === null ? null : reference(where, 'id', value);
}

function reference(where: string, by: 'id' | 'slug', value: unknown): ProjectReference {
  const well = by === 'id' ? isId(value) : typeof value === 'string' && slugPattern.test(value);
  return { where, by, value: well ? String(value).toLowerCase() : null };
}
