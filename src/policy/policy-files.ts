import type { Policy } from '../model/index.ts';
import { type PolicyFileError, type PolicyFileForm, readPolicies } from './policy-file.ts';
import { sizeComplaint } from './size.ts';
import { rulesOf, type Said, TOO_MANY_RULES } from './workloads/index.ts';

export interface PolicyFileReport {
  readonly path: string;
  readonly ok: boolean;
  /** `null` where it was refused. */
  readonly form: PolicyFileForm | null;
  /** Of manifests those that they come to by themselves; with those of other files they may be more. */
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

/** Reads files as one set: an id stands once in all of them; manifests of all of them add up, as in their cluster. */
export function readPolicyFiles(
  files: readonly { readonly path: string; readonly text: string }[],
): PolicyFiles {
  const read = files.map(({ path, text }) => ({ path, text, file: readPolicies(text) }));
  const manifests = read.flatMap(({ file }) => (file.ok && file.form === 'kubernetes' ? [file] : []));
  const added = manifests.length > 1 ? rulesOf(together(manifests.map(({ said }) => said))) : null;
  const from = new Map<string, string>();
  const policies: Policy[] = [];
  const reports = read.map(({ path, text, file }): PolicyFileReport => {
    if (!file.ok) return { path, ok: false, form: null, policies: 0, errors: file.errors };
    const isFirst = file === manifests[0];
    const isAdded = file.form === 'kubernetes' && manifests.length > 1;
    const own = isAdded ? (isFirst ? (added ?? []) : []) : file.policies;
    const errors = own.flatMap(({ id }): PolicyFileError[] => {
      const before = from.get(id);
      from.set(id, path);
      if (before === undefined) return [];
      return [{ path: id, line: lineOfId(text, id), message: `stands in ${before} too` }];
    });
    if (isAdded && isFirst && added === null) {
      errors.push({ path: '', line: 1, message: `with the manifests of the other files ${TOO_MANY_RULES}` });
    }
    policies.push(...own);
    return { path, ok: errors.length === 0, form: file.form, policies: file.policies.length, errors };
  });
  const message = files.length > 1 ? sizeComplaint(policies) : null;
  const last = reports.at(-1);
  if (message !== null && last !== undefined) {
    const error = { path: '', line: 1, message: `with the policies of the other files ${message}` };
    reports.splice(-1, 1, { ...last, ok: false, errors: [...last.errors, error] });
  }
  const ok = reports.every((each) => each.ok);
  return { ok, files: reports, policies: ok ? policies : [] };
}

function together(all: readonly Said[]): Said {
  return {
    traffic: all.flatMap(({ traffic }) => traffic),
    isolations: all.flatMap(({ isolations }) => isolations),
  };
}

function lineOfId(text: string, id: string): number {
  const place = text.indexOf(id);
  return place < 0 ? 1 : text.slice(0, place).split('\n').length;
}
