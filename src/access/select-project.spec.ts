import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { projects, usableStates } from '../../test/harness/arbitrary-states.js';
import { selectProject, type ProjectReference } from './select-project.js';

const [alpha] = projects;
const wanted = { product: 'uptime', access: 'read' } as const;
const anyProject = fc.constantFrom(...projects);
const by = fc.constantFrom('id' as const, 'slug' as const);

const wide = usableStates.filter(({ credential }) => credential.project === null);
const scoped = usableStates.filter(({ credential }) => credential.project !== null);

/** Places that all name one project. */
function naming(project: { id: string; slug: string }) {
  return fc.array(
    by.map((name): ProjectReference => ({ where: 'header', by: name, value: project[name] })),
    { minLength: 1, maxLength: 4 },
  );
}

const unknown: ProjectReference = { where: 'header', by: 'slug', value: 'no-such' };
const malformed: ProjectReference = { where: 'header X-Project-Id', by: 'id', value: null };

describe('the project of a call', () => {
  it('is the one that every place names', () => {
    const named = anyProject.chain((project) => naming(project).map((all) => ({ project, all })));
    fc.assert(
      fc.property(wide, named, (state, { project, all }) => {
        expect(selectProject(state, all, projects, wanted)).toEqual({ project, refusal: null });
      }),
    );
  });

  it('is none for an organization-scoped credential when no place names one', () => {
    fc.assert(
      fc.property(wide, (state) => {
        expect(selectProject(state, [], [], wanted)).toEqual({ project: null, refusal: null });
      }),
    );
  });

  it('is always its own for a project-scoped credential', () => {
    fc.assert(
      fc.property(scoped, (state) => {
        const { project } = state.credential;
        expect(selectProject(state, [], [], wanted)).toEqual({ project, refusal: null });
      }),
    );
  });

  it('403 insufficient_permissions when a project-scoped credential names any other, existing or not', () => {
    const others = fc.oneof(
      anyProject.map(({ slug }) => slug),
      fc.constant('no-such'),
    );
    fc.assert(
      fc.property(scoped, others, (state, value) => {
        fc.pre(state.credential.project?.slug !== value);
        const reference = { where: 'header', by: 'slug', value } as const;
        const { project, refusal } = selectProject(state, [reference], [], wanted);
        expect(project).toBeNull();
        expect(refusal).toMatchObject({ code: 'insufficient_permissions', missing: [wanted] });
      }),
    );
  });

  it('404 project_not_found when an organization-scoped credential names an unknown one', () => {
    fc.assert(
      fc.property(wide, naming(alpha), (state, all) => {
        const { refusal } = selectProject(state, [...all, unknown], projects, wanted);
        expect(refusal).toEqual({ code: 'project_not_found' });
      }),
    );
  });

  it('400 invalid_request when two places name different projects', () => {
    fc.assert(
      fc.property(wide, anyProject, anyProject, (state, one, other) => {
        fc.pre(one !== other);
        const all = [
          { where: 'header X-Project-Id', by: 'id', value: one.id },
          { where: 'body project_id', by: 'id', value: other.id },
        ] as const;
        const { refusal } = selectProject(state, all, projects, wanted);
        const message = 'names another project than the rest of the call';
        const details = [{ field: 'body project_id', message }];
        expect(refusal).toEqual({ code: 'invalid_request', details });
      }),
    );
  });

  it('400 invalid_request before anything else when a place holds no id or slug', () => {
    fc.assert(
      fc.property(usableStates, naming(alpha), (state, all) => {
        const { refusal } = selectProject(state, [...all, unknown, malformed], projects, wanted);
        const details = [{ field: 'header X-Project-Id', message: 'is not a project id' }];
        expect(refusal).toEqual({ code: 'invalid_request', details });
      }),
    );
  });
});
