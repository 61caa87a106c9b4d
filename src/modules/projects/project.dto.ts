import { PartialType } from '@nestjs/swagger';
import { IsName, IsSlug, MayBeLeftOut, Timestamp } from '../../platform/http/validation.js';
import type { Project } from './project.entity.js';

/** A project to make. */
export class CreateProject {
  /** @example 'Website' */
  @IsName()
  name!: string;

  /**
   * Unique within the organization; made from the name when left out.
   * @example 'website'
   */
  @MayBeLeftOut()
  @IsSlug()
  slug?: string;
}

/** What can be changed of a project. */
export class UpdateProject extends PartialType(CreateProject, { skipNullProperties: false }) {}

/** A part of an organization that is kept apart from its others. */
export class ProjectView {
  /** @example '0190a5c4-7b1e-7c3a-9f52-2f6d3c1b8e47' */
  id!: string;

  /** @example 'Website' */
  name!: string;

  /** @example 'website' */
  slug!: string;

  @Timestamp()
  created_at!: string;

  static of({ id, name, slug, createdAt }: Project): ProjectView {
    return { id, name, slug, created_at: createdAt.toISOString() };
  }
}
