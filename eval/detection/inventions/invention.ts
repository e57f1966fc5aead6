import {
  HOUR_MS,
  type Address,
  type Outcome,
  type Protocol,
  type Provenance,
} from '../../../src/model/index.ts';
import type { Random } from '../../../src/simulator/index.ts';
import { SITE } from '../telemetry/read.ts';
import { registrable } from '../telemetry/registrable.ts';
import type { Attacking, Trace } from '../telemetry/trace.ts';

/** The machine that acts, before a host plays it. */
const ACTOR = '192.168.7.7';
const RESOLVER = '192.168.7.1';
const INSIDE = ['192.168.7.0/24'];
/** A Tuesday morning; the placement shifts it. */
const BEGIN = Date.UTC(2026, 0, 6, 9);

/** One connection of an invented life, as its machine opens it. */
export interface Call {
  /** Milliseconds from the beginning. */
  readonly at: number;
  readonly to: string;
  readonly port: number;
  readonly out: number;
  readonly in: number;
  readonly protocol?: Protocol;
  readonly outcome?: Outcome;
  readonly durationMs?: number;
  /** By which name it was asked for; left out where nobody asked. */
  readonly name?: string;
}

/** What an invention is told by, if it is. */
export type Sort = 'channel' | 'upload' | 'movement';

/** A life of attackers, or a harmless one that resembles it; each draw has parameters of its own. */
export interface Invention {
  readonly name: string;
  readonly sort: Sort;
  readonly isHarmless: boolean;
  readonly draw: (random: Random) => readonly Call[];
}

/** In the shape of a captured attack, so that it is placed by the same hands. What was called first is the control. */
export function traceOf({ name, sort, draw }: Invention, random: Random): Trace {
  const calls = [...draw(random)].sort((a, b) => a.at - b.at);
  const [first] = calls;
  return {
    name,
    family: name,
    technique: null,
    logs: [],
    kinds: sort === 'channel' ? ['volume', 'beacon'] : ['volume'],
    actor: ACTOR,
    malicious: { by: 'all' },
    control: sort === 'movement' || first === undefined ? [] : [first.to, ...controlName(first)],
    inside: INSIDE,
    events: eventsOf(calls),
  };
}

function controlName({ name }: Call): readonly string[] {
  return name === undefined ? [] : [registrable(name)];
}

/** Each name is asked for before it is called, and again after an hour. */
function eventsOf(calls: readonly Call[]): readonly Attacking[] {
  const asked = new Map<string, number>();
  return calls.flatMap((call) => {
    const { name, at } = call;
    if (name === undefined || at - (asked.get(name) ?? -Infinity) < HOUR_MS) return [connection(call)];
    asked.set(name, at);
    return [question(call, name), connection(call)];
  });
}

function connection({ at, to, port, out, in: back, ...facts }: Call): Attacking {
  const { protocol = 'tcp', outcome = 'established', durationMs = 200 } = facts;
  return {
    kind: 'connection',
    time: BEGIN + Math.round(at),
    provenance: PROVENANCE,
    from: { address: ACTOR as Address, port: 50_000, local: null },
    to: { address: to as Address, port, local: null },
    protocol,
    service: null,
    durationMs,
    bytesOut: Math.round(out),
    bytesIn: Math.round(back),
    outcome,
  };
}

function question({ at, to }: Call, name: string): Attacking {
  return {
    kind: 'dns',
    time: BEGIN + Math.round(at) - 20,
    provenance: PROVENANCE,
    from: { address: ACTOR as Address, port: 50_001, local: null },
    to: { address: RESOLVER as Address, port: 53, local: null },
    query: name,
    queryType: 'A',
    outcome: 'answered',
    addresses: [to as Address],
    answerCount: 1,
  };
}

const PROVENANCE: Provenance = {
  site: SITE,
  sensor: 'invented' as Provenance['sensor'],
  uid: null,
  communityId: null,
};
