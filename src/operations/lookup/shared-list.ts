import { open } from 'node:fs/promises';
import type { FleetState } from '../../data-directory/index.ts';
import { type Effects, inTurns, type Progress, WaitingLine } from '../../effects/index.ts';
import { isSpecialAddress, type Listed, verdict } from '../../exposure/index.ts';
import { Draft } from '../../files/index.ts';
import type { LookupKey, SealedEntry, SealedListHead, SealedSaying } from '../../lookup/index.ts';
import {
  type EpochMs,
  HOUR_MS,
  iso,
  LIMITS,
  type Network,
  parseAddress,
  parseNetwork,
} from '../../model/index.ts';
import { OperationError } from '../../refusals/index.ts';
import { inputOf, loadLookup } from './lookup-words.ts';
import type { IntelEvaluated, IntelSealed } from './operations.ts';

const SALT_BYTES = 32;
const DRAFT_BYTES = 6;
/** Some microseconds each. */
const STEPS_PER_TURN = 100;
/** It tells nobody anything: a web server may read it. */
const PUBLIC = 0o644;

/** The list of what the feeds of this directory say, and the evaluation of questions about it (docs/adr/0026). */
export class SharedList {
  readonly #state: FleetState;
  readonly #effects: Effects;
  /** The steps of several evaluations would come in one turn of the loop. */
  readonly #line = new WaitingLine();
  #made: Promise<LookupKey> | null = null;
  /** Elements that each asker had evaluated in the hour of this number. */
  #asked: { readonly hour: number; readonly by: Map<string, number> } = { hour: 0, by: new Map() };

  constructor(state: FleetState, effects: Effects) {
    this.#state = state;
    this.#effects = effects;
  }

  async seal({ to }: { readonly to: string }, progress: Progress): Promise<IntelSealed> {
    const began = this.#effects.elapsed();
    const { fingerprintOf, sealEntry, writingSealedList } = await loadLookup();
    const key = await this.#key();
    await refuseOther(to);
    const at = this.#state.engine.time.now ?? this.#effects.now();
    const { sayings, prefixes } = await inTurns(this.#sayings(at));
    const salt = this.#effects.random(SALT_BYTES);
    function* sealing(): Generator<number, SealedEntry[]> {
      const entries: SealedEntry[] = [];
      for (const [input, said] of sayings) {
        entries.push(sealEntry(key.output(input), said, salt));
        yield entries.length / sayings.length;
      }
      return entries;
    }
    const entries = await inTurns(sealing(), (share) => progress({ what: 'Sealing the list', share }));
    const madeAt = this.#effects.now();
    const { bytes, head } = await inTurns(writingSealedList(entries, key, { salt, madeAt, prefixes }));
    await this.#replace(to, bytes);
    return {
      path: to,
      bytes: bytes.length,
      indicators: entries.length,
      made_at: iso(madeAt),
      valid_until: head.valid_until,
      key: fingerprintOf(head),
      seconds: (this.#effects.elapsed() - began) / 1_000,
    };
  }

  /** @throws OperationError for what is no question, or too many of one asker */
  async evaluate({
    elements,
    actor,
  }: {
    readonly elements: readonly string[];
    readonly actor: string;
  }): Promise<IntelEvaluated> {
    const { LookupRefused } = await loadLookup();
    const key = await this.#key();
    const read = elements.map((each) => Buffer.from(each, 'base64'));
    try {
      key.refuseOthers(read);
      this.#count(actor, read.length);
      const evaluations = await this.#line.next(() => inTurns(key.evaluating(read)));
      return {
        public_key: Buffer.from(key.publicKey).toString('hex'),
        evaluations: evaluations.map(({ elements: of, proof }) => ({
          elements: of.map((each) => Buffer.from(each).toString('base64')),
          proof: Buffer.from(proof).toString('base64'),
        })),
      };
    } catch (cause) {
      if (!(cause instanceof LookupRefused)) throw cause;
      throw new OperationError('invalid_arguments', `elements: ${cause.message}.`, { cause });
    }
  }

  /** Made once: it never changes for a directory. */
  #key(): Promise<LookupKey> {
    this.#made ??= loadLookup().then(({ LookupKey: Key }) => new Key(this.#state.sealer.lookupSeed()));
    return this.#made;
  }

  /** Whoever could ask without end would learn the list by trying. */
  #count(actor: string, elements: number): void {
    const hour = Math.floor(this.#effects.now() / HOUR_MS);
    if (this.#asked.hour !== hour) this.#asked = { hour, by: new Map() };
    const { by } = this.#asked;
    const sum = (by.get(actor) ?? 0) + elements;
    if (sum > LIMITS.lookupsPerHour)
      throw new OperationError(
        'lookup_quota',
        `${LIMITS.lookupsPerHour} elements were evaluated for this token in this hour, the most there can be; ask again in the next.`,
      );
    by.set(actor, sum);
  }

  /** What is said of each indicator that a feed lists, with what is said of its parents and of the networks around it. */
  *#sayings(at: EpochMs): Generator<void, Sayings> {
    const { feeds, indicators, warnings } = this.#state.engine;
    const byIndicator = new Map<string, Pick<Listed, 'type' | 'value'>>();
    let read = 0;
    for (const feed of feeds.values()) {
      for (const { type, value } of feed.listings) {
        byIndicator.set(`${type}:${value}`, { type, value });
        if (++read % STEPS_PER_TURN === 0) yield;
        if (byIndicator.size <= LIMITS.sealedIndicators) continue;
        throw new OperationError(
          'too_many_indicators',
          `The feeds list more than ${LIMITS.sealedIndicators} indicators, the most that a sealed list may have.`,
        );
      }
    }
    const sayings: [Uint8Array, SealedSaying][] = [];
    const lengths = { ipv4: new Set<number>(), ipv6: new Set<number>() };
    for (const { type, value } of byIndicator.values()) {
      const network = type === 'ip' && value.includes('/') ? parseNetwork(value) : null;
      if (network !== null) lengths[network.family === 4 ? 'ipv4' : 'ipv6'].add(network.prefix);
      const address = type === 'ip' ? parseAddress(value.split('/')[0] ?? '') : null;
      const isSpecial = address !== null && isSpecialAddress(address);
      const listings = around(indicators.match({ type, value: address ?? value }), network);
      sayings.push([inputOf(type, value), verdict(listings, at, isSpecial, warnings)]);
      if (sayings.length % STEPS_PER_TURN === 0) yield;
    }
    return { sayings, prefixes: { ipv4: longestFirst(lengths.ipv4), ipv6: longestFirst(lengths.ipv6) } };
  }

  /** Whoever reads it has the list before or the new one, never a half; anybody may read it. */
  async #replace(path: string, bytes: Buffer): Promise<void> {
    try {
      const draft = await Draft.open(
        path,
        `.${Buffer.from(this.#effects.random(DRAFT_BYTES)).toString('hex')}`,
      );
      try {
        await draft.chmod(PUBLIC);
        await draft.write(bytes);
        await draft.replace();
      } finally {
        await draft.drop();
      }
    } catch (cause) {
      throw new OperationError('unwritable_file', `${path} cannot be written.`, { cause });
    }
  }
}

interface Sayings {
  readonly sayings: readonly (readonly [Uint8Array, SealedSaying])[];
  readonly prefixes: SealedListHead['prefixes'];
}

/** Of what is listed of a network's first address: that network, and those around it. */
function around(listings: readonly Listed[], network: Network | null): readonly Listed[] {
  if (network === null) return listings;
  return listings.filter(({ value }) => {
    const listed = value.includes('/') ? parseNetwork(value) : null;
    return listed !== null && listed.prefix <= network.prefix;
  });
}

function longestFirst(lengths: Iterable<number>): number[] {
  return [...lengths].sort((a, b) => b - a);
}

/** @throws OperationError where there is something else under that name */
async function refuseOther(path: string): Promise<void> {
  const { MAGIC } = await loadLookup();
  const file = await open(path, 'r').catch(() => null);
  if (file === null) return;
  try {
    const begin = Buffer.alloc(MAGIC.length);
    await file.read(begin, 0, begin.length, 0);
    if (begin.equals(Buffer.from(MAGIC))) return;
  } finally {
    await file.close();
  }
  throw new OperationError(
    'file_exists',
    `${path} is there, and is no sealed list: it is left as it is. Choose another name.`,
  );
}
