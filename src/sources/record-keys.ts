import { createHash } from 'node:crypto';
import type { Observation } from '../model/index.ts';

/** A source's record id is its own: two sensors may both count from 1. */
export function recordKey({ provenance }: Observation, uid: string): string {
  return createHash('sha256')
    .update(`${provenance.site}\n${provenance.sensor}\n${uid}`)
    .digest('hex')
    .slice(0, 32);
}

/** The sources' own record ids that are on their way to the journal; of those in it the port knows. */
export class RecordKeys {
  readonly #underway = new Set<string>();

  /** `false` where the record is on its way already. */
  admit(key: string): boolean {
    if (this.#underway.has(key)) return false;
    this.#underway.add(key);
    return true;
  }

  taken(key: string): void {
    this.#underway.delete(key);
  }
}
