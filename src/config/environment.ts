import { nearestWord, OperationError } from '../refusals/index.ts';
import type { Setting } from './config.ts';

/** What the environment says; nothing else in the product reads it. */
export interface Environment {
  /** `STANCE_DATA`: the data directory. */
  readonly data: string | null;
  /** `STANCE_CONFIG`: the configuration file. */
  readonly config: string | null;
  readonly settings: readonly Setting[];
  /** `NO_COLOR` (no-color.org) is set, or the terminal is dumb. */
  readonly noColour: boolean;
}

type Kind = 'text' | 'number' | 'boolean' | 'list' | 'path';

/** Variable → configuration field. `STANCE_DATA` and `STANCE_CONFIG` say where to look for the rest. */
const VARIABLES: Readonly<Record<string, { readonly field: string; readonly kind: Kind }>> = {
  STANCE_TENANT: { field: 'tenant', kind: 'text' },
  STANCE_HOST: { field: 'listen.host', kind: 'text' },
  STANCE_PORT: { field: 'listen.port', kind: 'number' },
  STANCE_TLS_CERT: { field: 'listen.tls.cert', kind: 'path' },
  STANCE_TLS_KEY: { field: 'listen.tls.key', kind: 'path' },
  STANCE_BEHIND_TLS_PROXY: { field: 'listen.behind_tls_proxy', kind: 'boolean' },
  STANCE_ALLOWED_HOSTS: { field: 'listen.allowed_hosts', kind: 'list' },
  STANCE_INVENTORY: { field: 'inventory', kind: 'path' },
  STANCE_POLICIES: { field: 'policies', kind: 'path' },
};
const PLACES = ['STANCE_DATA', 'STANCE_CONFIG'];

/**
 * Reads the environment. An empty variable counts as unset. A variable that looks like a misspelt one of ours is
 * refused; others are left alone, because container platforms invent `STANCE_SERVICE_…` for a service of that name.
 * @throws OperationError `invalid_configuration`
 */
export function readEnvironment(
  variables: Readonly<Record<string, string | undefined>> = process.env,
): Environment {
  const settings: Setting[] = [];
  for (const [name, text] of Object.entries(variables)) {
    if (!name.startsWith('STANCE_') || text === undefined || text === '' || PLACES.includes(name)) continue;
    const variable = Object.hasOwn(VARIABLES, name) ? VARIABLES[name] : undefined;
    if (variable === undefined) refuseMisspelt(name);
    else
      settings.push({
        field: variable.field,
        value: valueOf(text, variable.kind),
        from: name,
        isPath: variable.kind === 'path',
      });
  }
  return {
    data: variables['STANCE_DATA'] || null,
    config: variables['STANCE_CONFIG'] || null,
    settings,
    noColour: Boolean(variables['NO_COLOR']) || variables['TERM'] === 'dumb',
  };
}

function refuseMisspelt(name: string): void {
  const rest = name.slice('STANCE_'.length);
  const known = [...Object.keys(VARIABLES), ...PLACES].map((each) => each.slice('STANCE_'.length));
  const meant = nearestWord(rest, known);
  if (meant === null) return;
  throw new OperationError(
    'invalid_configuration',
    `The environment variable ${name} is unknown; did you mean STANCE_${meant}? Unset it, or correct its name.`,
  );
}

/** A variable that the configuration names, such as one with a secret; `null` where it is unset. */
export function readVariable(name: string): string | null {
  return process.env[name] ?? null;
}

const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['yes', true],
  ['1', true],
  ['false', false],
  ['no', false],
  ['0', false],
]);

/** What cannot be read as its kind stays text, for the schema to refuse with the field's own words. */
function valueOf(text: string, kind: Kind): unknown {
  if (kind === 'number') return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
  if (kind === 'boolean') return BOOLEANS.get(text.toLowerCase()) ?? text;
  if (kind === 'list') return text.split(',').map((each) => each.trim());
  return text;
}
