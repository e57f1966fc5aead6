import { LIMITS, type Policy } from '../model/index.ts';
import { complaintsOf, type Complaint, POLICY_FILE, resolved } from './policy-schema.ts';
import { sizeComplaint } from './size.ts';
import { readWorkloadPolicies, isWorkloadPolicy, type Said } from './workloads/index.ts';
import { pathText, type PolicyFileError, readYaml, type YamlDocument } from './yaml-text.ts';

export type { PolicyFileError };

/** What a policy file is written in: our own form, or what Kubernetes and Cilium apply. */
export type PolicyFileForm = 'stance' | 'kubernetes';

export type PolicyFile =
  | { readonly ok: true; readonly form: 'stance'; readonly policies: readonly Policy[] }
  | {
      readonly ok: true;
      readonly form: 'kubernetes';
      readonly policies: readonly Policy[];
      /** To be taken together with what other files say: manifests add up. */
      readonly said: Said;
    }
  | { readonly ok: false; readonly errors: readonly PolicyFileError[] };

/** Reads a policy file, YAML or JSON. Strict and whole: one mistake and nothing of it becomes active. */
export function readPolicies(text: string): PolicyFile {
  if (Buffer.byteLength(text) > LIMITS.policyBytes)
    return refused([{ path: '', line: 1, message: `is larger than ${LIMITS.policyBytes} bytes` }]);
  const yaml = readYaml(text);
  if (!yaml.ok) return refused(yaml.errors);
  const documents = yaml.documents.filter(({ content }, _, { length }) => content !== null || length === 1);
  if (documents.some(({ content }) => isWorkloadPolicy(content))) {
    const { policies, said, errors } = readWorkloadPolicies(documents);
    const message = sizeComplaint(policies);
    if (message !== null) return refused([{ path: '', line: 1, message }]);
    return errors.length > 0 ? refused(errors) : { ok: true, form: 'kubernetes', policies, said };
  }
  const [document, another] = documents;
  if (document === undefined) return refused([{ path: '', line: 1, message: 'is empty' }]);
  if (another !== undefined)
    return refused([
      { path: '', line: another.lineOf([]), message: 'begins a second document; a policy file is one' },
    ]);
  const { policies, complaints } = checked(document.content);
  return complaints.length > 0
    ? refused(complaints.map((each) => placed(each, document)))
    : { ok: true, form: 'stance', policies };
}

/** The same of what is no text any more, as HTTP brings it. */
export function policiesIn(content: unknown): {
  readonly policies: readonly Policy[];
  readonly complaints: readonly { readonly path: string; readonly message: string }[];
} {
  const { policies, complaints } = checked(content);
  return { policies, complaints: complaints.map(({ keys, message }) => ({ path: pathText(keys), message })) };
}

function checked(content: unknown): ReturnType<typeof resolved> {
  const parsed = POLICY_FILE.safeParse(content);
  if (parsed.success) {
    const { policies, complaints } = resolved(parsed.data);
    const message = complaints.length > 0 ? null : sizeComplaint(policies);
    return message === null
      ? { policies, complaints }
      : { policies: [], complaints: [{ keys: ['policies'], message }] };
  }
  return { policies: [], complaints: parsed.error.issues.flatMap(complaintsOf) };
}

function placed({ keys, message }: Complaint, document: YamlDocument): PolicyFileError {
  return { path: pathText(keys), line: document.lineOf(keys), message };
}

function refused(errors: readonly PolicyFileError[]): PolicyFile {
  return { ok: false, errors };
}
