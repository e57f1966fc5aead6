import { join, relative } from 'node:path';
import { HOUR_MS, type Observation, PRIVATE_NETWORKS } from '../../../src/model/index.ts';
import { namesByDomain } from '../peers/subdomains.ts';
import { endsOf } from '../telemetry/ends.ts';
import { readLabels } from '../telemetry/labels.ts';
import { membership } from '../telemetry/networks.ts';
import { readTelemetry } from '../telemetry/read.ts';
import { listing } from './listing.ts';
import type { Adapter, AttackTrace, BenignSet } from './set.ts';

/** A life shorter than this has no second half to test. */
const LEAST_HOURS = 20;
const LOG = /\.(?:log|json|labeled|labelled)(?:\.gz)?$/;
/** Not telemetry: papers, labels, other data. */
const NO_TELEMETRY = /^(?:LICENSE|README)|labels?\.config|^nab$|\.csv/;
const HOSTILE = /malicious|infected|attack|malware|botnet|c2|tunnel|scan|exfil|brute|lateral|trojan|\brat\b/i;
const MALICIOUS = 'Malicious';

export interface Guess {
  readonly adapter: Adapter;
  readonly notes: readonly string[];
}

/** What a folder of logs seems to be, for each of its folders that a known adapter does not speak of. */
export async function guess(folder: string, name: string, known: Adapter): Promise<Guess> {
  const spoken = [
    ...[...(known.benign ?? []), ...(known.attacks ?? [])].flatMap(({ logs }) => logs),
    ...(known.leftOut ?? []),
  ];
  const benign: BenignSet[] = [];
  const attacks: AttackTrace[] = [];
  const notes: string[] = [];
  if (NO_TELEMETRY.test(name)) return { adapter: {}, notes };
  for (const leaf of await leaves(folder, folder)) {
    const isSpokenOf = spoken.some((each) =>
      leaf.logs.some((log) => log === each || log.startsWith(`${each}/`)),
    );
    if (isSpokenOf) continue;
    const guessed = await guessLeaf(folder, `${name}/${leaf.name}`, leaf.logs);
    benign.push(...guessed.benign);
    attacks.push(...guessed.attacks);
    notes.push(`${name}/${leaf.name}: no adapter; ${guessed.note}`);
  }
  return { adapter: { benign, attacks }, notes };
}

interface Leaf {
  readonly name: string;
  /** Relative to the set's folder. */
  readonly logs: readonly string[];
}

/** Each folder that holds logs; each EVE file by itself, for it is a capture of its own. */
async function leaves(root: string, folder: string): Promise<readonly Leaf[]> {
  const found: Leaf[] = [];
  const logs: string[] = [];
  const { folders, files } = await listing(folder);
  for (const name of folders) found.push(...(await leaves(root, join(folder, name))));
  for (const name of files) {
    if (!LOG.test(name) || NO_TELEMETRY.test(name)) continue;
    const path = relative(root, join(folder, name));
    if (/eve\.json|suricata/.test(name)) found.push({ name: path, logs: [path] });
    else logs.push(path);
  }
  // Where a log is there twice, labelled and not, the labelled one says more.
  const labelled = logs.filter((each) => /label/.test(each));
  const kept = labelled.length > 0 ? labelled : logs;
  if (kept.length > 0) found.push({ name: relative(root, folder) || '.', logs: kept });
  return found;
}

interface LeafGuess {
  readonly benign: readonly BenignSet[];
  readonly attacks: readonly AttackTrace[];
  readonly note: string;
}

async function guessLeaf(folder: string, name: string, logs: readonly string[]): Promise<LeafGuess> {
  const paths = logs.map((each) => join(folder, each));
  const { observations } = await readTelemetry(paths);
  const labels = await readLabels(paths);
  const host = busiestOpener(observations);
  if (host === null) return { benign: [], attacks: [], note: 'nothing in it has two ends: passed over' };
  const hours = ((observations.at(-1)?.time ?? 0) - (observations[0]?.time ?? 0)) / HOUR_MS;
  const networks = ownNetworks(host);
  const isLabelled = [...labels.values()].some((each) => /malicious|benign/i.test(each));
  const outbound = observations.filter((each) => endsOf(each)?.from.address === host);
  const hostile = outbound.filter(({ provenance }) => labels.get(provenance.uid ?? '') === MALICIOUS);
  const common = { name, logs };
  const attack = (malicious: AttackTrace['malicious'], of: readonly Observation[]): AttackTrace => ({
    ...common,
    family: name,
    technique: null,
    ...natureOf(of, name),
    actor: host,
    malicious,
    inside: PRIVATE_NETWORKS,
  });
  if (isLabelled && hostile.length > 0) {
    return {
      benign: [],
      attacks: [attack({ by: 'label', label: MALICIOUS }, hostile)],
      note: `labelled: the flows of ${host} labelled ${MALICIOUS} are an attack`,
    };
  }
  if (!isLabelled && HOSTILE.test(name)) {
    return {
      benign: [],
      attacks: [attack({ by: 'all' }, outbound)],
      note: `by its name an attack: all that ${host} opened`,
    };
  }
  if (hours < LEAST_HOURS)
    return {
      benign: [],
      attacks: [],
      note: `only ${hours.toFixed(1)} h and nothing said of it: passed over`,
    };
  if (!observations.some(({ kind }) => kind === 'connection' || kind === 'http' || kind === 'dns')) {
    return { benign: [], attacks: [], note: 'neither connections, nor HTTP, nor DNS: passed over' };
  }
  const uses: BenignSet['uses'] = isLabelled
    ? ['hours', 'beacons', 'tunnels', 'quiet', 'scans']
    : ['hours', 'beacons', 'tunnels', 'quiet'];
  const hosts = isPrivate(host) ? null : [host];
  return {
    benign: [{ ...common, networks, hosts, uses }],
    attacks: [],
    note: `taken as a benign life of ${hours.toFixed(1)} h${isLabelled ? ', attacked from outside as labelled' : ''}`,
  };
}

/** What repeats is taken for control; a domain below which hardly a name comes twice, for a tunnel. */
function natureOf(events: readonly Observation[], name: string): Pick<AttackTrace, 'kinds' | 'control'> {
  const tunnel = namesByDomain(events).find(({ queries, names }) => queries >= 20 && names * 2 >= queries);
  if (tunnel !== undefined) return { kinds: ['tunnel'], control: [tunnel.domain] };
  const peers = new Map<string, number>();
  const targets = new Set<string>();
  for (const each of events) {
    const to = each.kind === 'connection' ? endsOf(each)?.to : undefined;
    if (to === undefined || to.port === 53) continue;
    peers.set(to.address, (peers.get(to.address) ?? 0) + 1);
    targets.add(`${to.address}:${to.port}`);
  }
  const [busiest] = [...peers].sort((a, b) => b[1] - a[1]);
  if (/scan/i.test(name) || targets.size >= 100) return { kinds: ['volume', 'scan'], control: [] };
  const repeats = busiest !== undefined && busiest[1] >= 10 && busiest[1] * 2 >= events.length;
  return repeats
    ? { kinds: ['volume', 'beacon'], control: [busiest[0]] }
    : { kinds: ['volume'], control: [] };
}

function busiestOpener(observations: readonly Observation[]): string | null {
  const opened = new Map<string, number>();
  for (const each of observations) {
    const from = endsOf(each)?.from;
    if (from === undefined || from.local === false || !from.address.includes('.')) continue;
    // Of a machine with a public address, only what the sensor calls local is ours.
    const weight = from.local === true || isPrivate(from.address) ? 1_000 : 1;
    opened.set(from.address, (opened.get(from.address) ?? 0) + weight);
  }
  return [...opened].sort((a, b) => b[1] - a[1])[0]?.[0] ?? null;
}

const isPrivate = membership(PRIVATE_NETWORKS);

function ownNetworks(host: string): readonly string[] {
  return isPrivate(host) ? PRIVATE_NETWORKS : [`${host.split('.').slice(0, 3).join('.')}.0/24`];
}
