import { access, constants } from 'node:fs/promises';
import {
  type FetchedFeedConfig,
  type OutputConfig,
  readVariable,
  type StanceConfig,
} from '../../config/index.ts';
import type { FleetState } from '../../data-directory/index.ts';
import type { Effects } from '../../effects/index.ts';
import type { FleetDesk } from '../../fleet-statistics/index.ts';
import type { AuthorityPlace } from '../../identity/index.ts';
import { isSimulated } from '../../intake/index.ts';
import { authorizationOf } from '../../intel/index.ts';
import { importInventory } from '../inventory/inventory.ts';
import type { DoctorReport } from '../operations.ts';
import { openSinks } from '../outputs/sinks.ts';
import { soundPolicies } from '../policies/policies.ts';
import { openTokens } from '../tokens.ts';

type Check = DoctorReport['checks'][number];

/** Of a file with many mistakes. */
const LINES_TOLD = 4;

/** What a start of `stance serve` reads beside the journal, and where. */
export interface StartPlace {
  readonly dir: string;
  readonly config: StanceConfig;
  readonly authority: AuthorityPlace;
  readonly fleet: FleetDesk;
}

/** Something that a start reads: why it would refuse, or do without. */
interface Reading {
  readonly read: () => unknown;
  /** `warning`: a start would do without it. */
  readonly otherwise: 'failed' | 'warning';
}

/** Reads what the next start will read, and takes none of it over: who finds out at a restart finds out at night. */
export async function examineStart(
  state: FleetState,
  place: StartPlace,
  effects: Effects,
): Promise<readonly Check[]> {
  const check = 'configuration';
  const problems: Check[] = [];
  for (const { read, otherwise } of readings(state, place, effects)) {
    try {
      await read();
    } catch (cause) {
      problems.push({ check, state: otherwise, detail: detailOf(cause) });
    }
  }
  if (problems.length > 0) return problems;
  return [
    { check, state: 'ok', detail: `${place.config.file ?? 'no file'}; a start can read what it names` },
  ];
}

function readings(
  state: FleetState,
  { dir, config, authority, fleet }: StartPlace,
  effects: Effects,
): readonly Reading[] {
  const { listen, outputs, feeds } = config;
  const needed = (read: Reading['read']): Reading => ({ read, otherwise: 'failed' });
  const tls = listen.tls === null ? [] : [listen.tls.cert, listen.tls.key];
  return [
    needed(() => openTokens(dir)),
    needed(() => authority.refuseExposed()),
    ...tls.map((path) => needed(() => readable('listen.tls', path))),
    ...outputs.map((each) => outputReading(each, effects)),
    ...(config.fleet === null ? [] : [needed(() => fleet.keys())]),
    // An invented fleet is told nothing by its configuration.
    ...(isSimulated(state.engine) ? [] : knowledge(state, config, effects).map(needed)),
    ...feeds.flatMap((each) => (each.kind === 'fetched' ? fetchedReadings(each) : [])),
    ...feeds.flatMap((each): Reading[] =>
      each.kind === 'folder'
        ? [{ read: () => readable(`feeds, ${each.id}`, each.folder), otherwise: 'warning' }]
        : [],
    ),
  ];
}

/** As `bringUpToDate` reads them. */
function knowledge(
  state: FleetState,
  { inventory, policies, feeds, sites }: StanceConfig,
  { now }: Effects,
): readonly Reading['read'][] {
  const [site] = sites;
  const said = { dryRun: true, device: null, replace: false, actor: 'doctor' };
  return [
    ...(inventory === null || site === undefined
      ? []
      : [() => importInventory(state, { path: inventory, ...said, site: site.id }, now)]),
    ...(policies === null ? [] : [() => soundPolicies([policies])]),
    ...feeds.flatMap((each) =>
      each.kind === 'path' ? [() => readable(`feeds, ${each.id}`, each.path)] : [],
    ),
  ];
}

/** A variable may be set for the service alone, and not for whoever asks beside it. */
function outputReading(output: OutputConfig, effects: Effects): Reading {
  const variable = output.type === 'webhook' && 'variable' in output.secret ? output.secret.variable : null;
  if (variable === null || readVariable(variable) !== null)
    return { read: () => openSinks([output], effects), otherwise: 'failed' };
  return {
    read: () => {
      throw new Error(`outputs, ${output.id}: secret_env: ${variable} is not set here; a start needs it`);
    },
    otherwise: 'warning',
  };
}

/** They are read for each fetch; until it succeeds, the last good feed counts. */
function fetchedReadings({ id, fetching: { credentials, ca } }: FetchedFeedConfig): Reading[] {
  return [
    ...(credentials === null ? [] : [() => authorizationOf(credentials)]),
    ...(ca === null ? [] : [() => readable(`feeds, ${id}: ca`, ca)]),
  ].map((read) => ({ read, otherwise: 'warning' }));
}

async function readable(what: string, path: string): Promise<void> {
  await access(path, constants.R_OK).catch((cause: NodeJS.ErrnoException) => {
    throw new Error(`${what}: ${path} cannot be read (${cause.code ?? 'unknown'})`, { cause });
  });
}

function detailOf(cause: unknown): string {
  const lines = (cause instanceof Error ? cause.message : String(cause))
    .split('\n')
    .map((line) => line.trim());
  return [...lines.slice(0, LINES_TOLD), ...(lines.length > LINES_TOLD ? ['…'] : [])].join(' ');
}
