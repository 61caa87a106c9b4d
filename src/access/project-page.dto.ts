import { IsOptional, IsUUID } from 'class-validator';
import { PageQuery } from '../platform/http/page.dto.js';

/** Which part of a list is asked for, where a project narrows the list. */
export class ProjectPageQuery extends PageQuery {
  /** Only what belongs to this project: the same as naming it in a header. */
  @IsOptional()
  @IsUUID()
  project_id?: string;
}
