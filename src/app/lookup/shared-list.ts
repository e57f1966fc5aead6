import { rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isSpecialAddress, type Listed, verdict } from '../../exposure/index.ts';
import type { SealedEntry, SealedListHead, SealedSaying } from '../../lookup/index.ts';
import { type EpochMs, iso, LIMITS, parseAddress, parseNetwork } from '../../model/index.ts';
import { syncDirectory, writeDurably } from '../durable-files.ts';
import type { Effects } from '../effects.ts';
import type { FleetState } from '../fleet-state.ts';
import { OperationError, type Progress } from '../operations.ts';
import { inTurns } from '../turns.ts';
import { inputOf, loadLookup } from './lookup-words.ts';
import type { IntelEvaluated, IntelSealed } from './operations.ts';

const SALT_BYTES = 32;
const HOUR_MS = 3_600_000;

/** The list of what the feeds of this directory say, and the evaluation of questions about it (docs/adr/0026). */
export class SharedList {
  readonly #state: FleetState;
  readonly #effects: Effects;
  /** Elements that each asker had evaluated in the hour of this number. */
  #asked: { readonly hour: number; readonly by: Map<string, number> } = { hour: 0, by: new Map() };

  constructor(state: FleetState, effects: Effects) {
    this.#state = state;
    this.#effects = effects;
  }

  async seal({ to }: { readonly to: string }, progress: Progress): Promise<IntelSealed> {
    const began = performance.now();
    const { sealEntry, writeSealedList } = await loadLookup();
    const key = await this.#key();
    const at = this.#state.engine.time.now ?? this.#effects.now();
    const { sayings, prefixes, leftOut } = await inTurns(this.#sayings(at));
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
    const bytes = writeSealedList(entries, { publicKey: key.publicKey, salt, madeAt, prefixes });
    await replaced(to, bytes);
    return {
      path: to,
      bytes: bytes.length,
      indicators: entries.length,
      left_out: leftOut,
      made_at: iso(madeAt),
      public_key: Buffer.from(key.publicKey).toString('hex'),
      seconds: (performance.now() - began) / 1_000,
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
    this.#count(actor, elements.length);
    const key = await this.#key();
    try {
      const evaluations = await inTurns(key.evaluating(elements.map((each) => Buffer.from(each, 'base64'))));
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

  async #key() {
    const { LookupKey } = await loadLookup();
    return new LookupKey(this.#state.sealer.lookupSeed());
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

  /** What is said of each indicator that a feed lists, by itself: whoever asks looks for parents and networks too. */
  *#sayings(at: EpochMs): Generator<void, Sayings> {
    const { feeds, warnings } = this.#state.engine;
    const byIndicator = new Map<string, Listed[]>();
    let read = 0;
    for (const feed of feeds.values()) {
      for (const listed of feed.listings) {
        const key = `${listed.type}:${listed.value}`;
        const known = byIndicator.get(key);
        if (known === undefined) byIndicator.set(key, [listed]);
        else known.push(listed);
        if (++read % 1_000 === 0) yield;
        if (byIndicator.size <= LIMITS.sealedIndicators) continue;
        throw new OperationError(
          'too_many_indicators',
          `The feeds list more than ${LIMITS.sealedIndicators} indicators, the most that a sealed list may have.`,
        );
      }
    }
    const sayings: [Uint8Array, SealedSaying][] = [];
    const lengths = { ipv4: new Set<number>(), ipv6: new Set<number>() };
    for (const listings of byIndicator.values()) {
      const [first] = listings;
      if (first === undefined) continue;
      const { type, value } = first;
      const address = type === 'ip' ? parseAddress(value) : null;
      const said = verdict(listings, at, address !== null && isSpecialAddress(address), warnings);
      if (sayings.length % 1_000 === 0) yield;
      if (said.reputation !== 'malicious' && said.reputation !== 'suspicious') continue;
      sayings.push([inputOf(type, value), said]);
      const network = type === 'ip' && address === null ? parseNetwork(value) : null;
      if (network !== null) lengths[network.family === 4 ? 'ipv4' : 'ipv6'].add(network.prefix);
    }
    const prefixes = { ipv4: longestFirst(lengths.ipv4), ipv6: longestFirst(lengths.ipv6) };
    return { sayings, prefixes, leftOut: byIndicator.size - sayings.length };
  }
}

interface Sayings {
  readonly sayings: readonly (readonly [Uint8Array, SealedSaying])[];
  readonly prefixes: SealedListHead['prefixes'];
  readonly leftOut: number;
}

function longestFirst(lengths: Iterable<number>): number[] {
  return [...lengths].sort((a, b) => b - a);
}

/** Whoever reads it has the list before or the new one, never a half. */
async function replaced(path: string, bytes: Buffer): Promise<void> {
  const draft = `${path}.part`;
  try {
    await rm(draft, { force: true });
    await writeDurably(draft, bytes);
    await rename(draft, path);
    await syncDirectory(dirname(path));
  } catch (cause) {
    await rm(draft, { force: true }).catch(() => undefined);
    throw new OperationError('unwritable_file', `${path} cannot be written.`, { cause });
  }
}
