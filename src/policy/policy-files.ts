import type { Policy } from '../model/index.ts';
import { type PolicyFileError, type PolicyFileForm, readPolicies } from './policy-file.ts';

export interface PolicyFileReport {
  readonly path: string;
  readonly ok: boolean;
  /** `null` where it was refused. */
  readonly form: PolicyFileForm | null;
  readonly policies: number;
  readonly errors: readonly PolicyFileError[];
}

/** Files that are to be in force together. */
export interface PolicyFiles {
  readonly ok: boolean;
  readonly files: readonly PolicyFileReport[];
  /** Of all files, where all are sound. */
  readonly policies: readonly Policy[];
}

/** Reads files as one set: an id stands once in all of them. */
export function readPolicyFiles(
  files: readonly { readonly path: string; readonly text: string }[],
): PolicyFiles {
  const from = new Map<string, string>();
  const policies: Policy[] = [];
  const reports = files.map(({ path, text }): PolicyFileReport => {
    const file = readPolicies(text);
    if (!file.ok) return { path, ok: false, form: null, policies: 0, errors: file.errors };
    const errors = file.policies.flatMap(({ id }): PolicyFileError[] => {
      const before = from.get(id);
      from.set(id, path);
      if (before === undefined) return [];
      return [{ path: id, line: lineOfId(text, id), message: `stands in ${before} too` }];
    });
    policies.push(...file.policies);
    return { path, ok: errors.length === 0, form: file.form, policies: file.policies.length, errors };
  });
  const ok = reports.every((each) => each.ok);
  return { ok, files: reports, policies: ok ? policies : [] };
}

function lineOfId(text: string, id: string): number {
  const place = text.indexOf(id);
  return place < 0 ? 1 : text.slice(0, place).split('\n').length;
}
