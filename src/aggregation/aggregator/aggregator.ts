import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { replaceDurably } from '../../files/index.ts';
import type { Aggregator, EpochMs, Round } from '../../model/index.ts';
import { makeFolder } from '../private-folder.ts';
import { aggregateBytes } from '../protocol/aggregate.ts';
import type { KnownAgreement } from '../protocol/agreement.ts';
import { readCloseRequest } from '../protocol/close-request.ts';
import { refuseForeign } from '../protocol/belongs.ts';
import { admit } from '../protocol/gate.ts';
import { MOST_REPORTS_PER_PART } from '../protocol/parameters.ts';
import { Refused, type RefusalReason } from '../protocol/refused.ts';
import { ciphertextHash, readReport, type ReportParts } from '../protocol/report.ts';
import { OpenRound } from './open-round.ts';

export interface AggregatorSettings {
  /** What is of a key is in a folder of it: sums under one are nothing under another. */
  readonly dir: string;
  readonly agreement: KnownAgreement;
  readonly now: () => EpochMs;
  /** For the operator of the aggregator alone. */
  readonly tell: (news: AggregatorNews) => void;
}

export type AggregatorNews =
  | { readonly what: 'accepted'; readonly round: Round; readonly site: string }
  | { readonly what: 'refused'; readonly reason: RefusalReason }
  | { readonly what: 'closed'; readonly round: Round; readonly reports: number }
  | { readonly what: 'lost'; readonly round: Round }
  | { readonly what: 'fault'; readonly cause: unknown };

/** A round takes reports while it lasts, and for another: a site is late, or its clock is. */
const ROUNDS_TAKEN = 2;
/** Rounds that wait for the key holder, and aggregates that wait to be fetched again. */
const ROUNDS_KEPT = 8;
const ROUND_NAME = /^(\d{1,15})$/;
const AGGREGATE_NAME = /^(\d{1,15})\.aggregate$/;

/** @throws what the file system refuses */
export async function openAggregator(settings: AggregatorSettings): Promise<SumOfSites> {
  const { tell, agreement } = settings;
  const dir = join(settings.dir, agreement.keyId);
  await makeFolder(settings.dir);
  await makeFolder(dir);
  await makeFolder(join(dir, 'rounds'));
  await makeFolder(join(dir, 'closed'));
  const closed = numbersOf(await readdir(join(dir, 'closed')), AGGREGATE_NAME);
  const rounds = new Map<Round, OpenRound>();
  for (const round of numbersOf(await readdir(join(dir, 'rounds')), ROUND_NAME)) {
    const path = join(dir, 'rounds', `${round}`);
    const opened = closed.includes(round) ? null : await OpenRound.open(path);
    if (opened !== null) rounds.set(round, opened);
    else {
      // Closed before a crash, or lost by the disk: either way nothing can be added to it.
      await rm(path, { recursive: true });
      if (!closed.includes(round)) tell({ what: 'lost', round });
    }
  }
  return new SumOfSites({ ...settings, dir }, rounds, closed);
}

/** The aggregator: adds what it cannot read, and keeps the sum. */
export class SumOfSites implements Aggregator {
  readonly #settings: AggregatorSettings;
  readonly #rounds: Map<Round, OpenRound>;
  readonly #closed: Set<Round>;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(settings: AggregatorSettings, rounds: Map<Round, OpenRound>, closed: readonly Round[]) {
    this.#settings = settings;
    this.#rounds = rounds;
    this.#closed = new Set(closed);
  }

  async accept(bytes: Uint8Array): Promise<boolean> {
    return (await this.#orRefused(() => this.#take(bytes))) !== null;
  }

  async close(request: Uint8Array): Promise<Uint8Array | null> {
    return this.#orRefused(() => {
      const round = readCloseRequest(request, this.#settings.agreement);
      return this.#inTurn(() => this.#closeRound(round));
    });
  }

  /** Lets go of its files, once what was taken is on disk. */
  async end(): Promise<void> {
    await this.#inTurn(() => Promise.all(this.#rounds.values().map((round) => round.close())));
  }

  async #take(bytes: Uint8Array): Promise<true> {
    const report = readReport(bytes);
    const { agreement, tell } = this.#settings;
    refuseForeign(report, agreement);
    const { round, site } = report.header;
    this.#refuseRound(round);
    if (this.#rounds.get(round)?.hasReported(site) === true) throw new Refused('duplicate');
    const admitted = { signed: report, coefficients: admittedCiphertext(report) };
    const open = await this.#inTurn(() => this.#openRound(round));
    await open.add(admitted, Math.ceil(agreement.sites.length / MOST_REPORTS_PER_PART));
    tell({ what: 'accepted', round, site });
    return true;
  }

  get #now(): Round {
    return Math.floor(this.#settings.now() / this.#settings.agreement.roundMs);
  }

  #refuseRound(round: Round): void {
    const isOfNow = round <= this.#now && round > this.#now - ROUNDS_TAKEN;
    if (!isOfNow || round <= Math.max(-1, ...this.#closed)) throw new Refused('round');
  }

  async #openRound(round: Round): Promise<OpenRound> {
    this.#refuseRound(round);
    const known = this.#rounds.get(round);
    if (known !== undefined) return known;
    const opened = await OpenRound.open(join(this.#settings.dir, 'rounds', `${round}`));
    if (opened === null) throw new Error(`round ${round} was lost before it began`);
    this.#rounds.set(round, opened);
    await this.#dropOld();
    return opened;
  }

  async #closeRound(round: Round): Promise<Uint8Array> {
    const { dir, tell } = this.#settings;
    const path = join(dir, 'closed', `${round}.aggregate`);
    if (this.#closed.has(round)) return readFile(path);
    const open = this.#rounds.get(round);
    if (open === undefined) throw new Refused('round');
    const bytes = await sealed(open, path);
    this.#closed.add(round);
    tell({ what: 'closed', round, reports: open.reports });
    await this.#drop(round, open);
    return bytes;
  }

  /** Rounds for which nobody asked, and aggregates that nobody fetches again. */
  async #dropOld(): Promise<void> {
    const tooOld = this.#now - ROUNDS_KEPT;
    for (const [round, open] of this.#rounds) {
      if (round > tooOld) continue;
      this.#settings.tell({ what: 'lost', round });
      await this.#drop(round, open);
    }
    // The newest stays for good: it says up to where rounds are closed.
    const newest = Math.max(...this.#closed);
    for (const round of this.#closed) {
      if (round > tooOld || round === newest) continue;
      await rm(join(this.#settings.dir, 'closed', `${round}.aggregate`), { force: true });
      this.#closed.delete(round);
    }
  }

  async #drop(round: Round, open: OpenRound): Promise<void> {
    this.#rounds.delete(round);
    await open.close();
    await rm(join(this.#settings.dir, 'rounds', `${round}`), { recursive: true, force: true });
  }

  /** One after the other: a round is not closed while it is opened. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => undefined);
    return done;
  }

  async #orRefused<T>(work: () => Promise<T>): Promise<T | null> {
    try {
      return await work();
    } catch (cause) {
      const { tell } = this.#settings;
      if (!(cause instanceof Refused)) {
        tell({ what: 'fault', cause });
        throw cause;
      }
      tell({ what: 'refused', reason: cause.reason });
      return null;
    }
  }
}

/** The round's aggregate, on disk; where that fails the round stays open. */
async function sealed(open: OpenRound, path: string): Promise<Uint8Array> {
  try {
    const parts = await open.seal();
    if (parts.length === 0) throw new Refused('round');
    const bytes = aggregateBytes(parts);
    await replaceDurably(path, bytes);
    return bytes;
  } catch (cause) {
    open.unseal();
    throw cause;
  }
}

function admittedCiphertext({ header, ciphertext }: ReportParts) {
  if (ciphertextHash(ciphertext) !== header.ciphertextHash) throw new Refused('hash');
  return admit(ciphertext);
}

function numbersOf(names: readonly string[], pattern: RegExp): readonly number[] {
  return names.flatMap((name) => {
    const match = pattern.exec(name);
    return match === null ? [] : [Number(match[1])];
  });
}
