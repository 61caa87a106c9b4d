import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';

/** A page that is looked at every minute. */
export interface Monitor {
  readonly id: string;
  readonly url: string;
}

/** The monitors of each project, for as long as the program runs. */
@Injectable()
export class Monitors {
  private readonly ofProjects = new Map<string | null, Monitor[]>();

  of(projectId: string | null): readonly Monitor[] {
    return this.ofProjects.get(projectId) ?? [];
  }

  add(projectId: string | null, url: string): Monitor {
    const monitor = { id: randomUUID(), url };
    this.ofProjects.set(projectId, [...this.of(projectId), monitor]);
    return monitor;
  }
}
