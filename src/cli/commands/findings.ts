import { setTimeout as pause } from 'node:timers/promises';
import { iso, SEVERITIES, type Severity } from '../../model/index.ts';
import type { FindingsPage, Operations } from '../../operations/index.ts';
import { UsageError } from '../command-line.ts';
import { type Command, EXIT, type Invocation } from '../command.ts';
import { paintedRisk } from '../fleet-text.ts';
import { dataOptions } from '../options.ts';
import { isOwnerGone, withOperations } from '../place.ts';
import { stopSignal } from '../stop.ts';
import type { Terminal } from '../terminal.ts';

type Finding = FindingsPage['findings'][number];

/** Changes asked for at a time. */
const PAGE = 200;
/** How often is asked for more. */
const EVERY_MS = 500;

export const findings: Command = {
  name: 'findings',
  summary: 'Print changes of anomalies, incidents and risk levels as OCSF findings',
  about:
    'The oldest first, of what history keeps. With --follow it goes on as they come, until Ctrl-C. A webhook or syslog ' +
    'gets the same findings: see docs/outputs.md.',
  options: {
    follow: { kind: 'flag', about: 'Go on as they come' },
    since: {
      kind: 'text',
      value: 'WHEN',
      about: 'From an instant on (2026-05-21T09:00:00Z), or after a sequence (1234.5)',
    },
    'min-level': {
      kind: 'text',
      value: 'LEVEL',
      fallback: 'low',
      choices: SEVERITIES,
      about: 'Only this severity or worse',
    },
    ndjson: { kind: 'flag', about: 'Print each OCSF event as a line of JSON' },
    ...dataOptions(),
  },
  examples: [
    'stance findings --since 2026-05-21T09:00:00Z --min-level high',
    'stance findings --follow --ndjson --data /var/lib/stance',
  ],
  async run(invocation) {
    const { args, terminal } = invocation;
    if (args.flag('follow') && terminal.isJson)
      throw new UsageError('--json prints one object, and --follow has no end: use --ndjson.', 'findings');
    const stop = stopSignal();
    const reading = new Reading(invocation, stop.asked);
    try {
      await withOperations(invocation, (operations) => reading.print(operations), { unconfigured: true });
      return EXIT.ok;
    } finally {
      reading.end();
      stop.end();
    }
  },
};

/** How far the findings are printed. */
class Reading {
  readonly #terminal: Terminal;
  readonly #minLevel: Severity;
  readonly #isNdjson: boolean;
  readonly #isFollowing: boolean;
  readonly #asked: Promise<null>;
  readonly #stopped = new AbortController();
  /** An instant holds for every page; a sequence is where the next one begins. */
  readonly #notBefore: string | null;
  readonly #all: Finding[] = [];
  #since: string | null;
  /** Up to where it was looked. */
  #last: string | null = null;
  #isAlone = false;
  #forgottenBefore: string | null = null;

  constructor({ args, terminal }: Invocation, asked: Promise<null>) {
    this.#terminal = terminal;
    this.#minLevel = args.must('min-level') as Severity;
    this.#isNdjson = args.flag('ndjson');
    this.#isFollowing = args.flag('follow');
    this.#asked = asked;
    this.#since = args.text('since');
    this.#notBefore = this.#since?.includes('T') === true ? this.#since : null;
    void asked.then(() => this.#stopped.abort());
  }

  async print(operations: Operations): Promise<void> {
    while (!this.#stopped.signal.aborted && !this.#terminal.isUnread) {
      const page = await this.#page(operations);
      if (page?.more === true) continue;
      if (!this.#isFollowing) break;
      await Promise.race([pause(EVERY_MS), this.#asked]);
    }
    const events = this.#all.map(({ event }) => event);
    if (this.#isOneObject)
      this.#terminal.answer(
        { findings: events, next: this.#last, forgottenBefore: this.#forgottenBefore },
        () => '',
      );
  }

  /** Also where the owner went away: what was printed needs not be asked for again. */
  end(): void {
    if (!this.#isOneObject && this.#last !== null) this.#terminal.tell(`Go on with --since ${this.#last}`);
  }

  get #isOneObject(): boolean {
    return this.#terminal.isJson && !this.#isNdjson;
  }

  /** `null` where no owner answers. */
  async #page(operations: Operations): Promise<FindingsPage | null> {
    const asked = { since: this.#since, notBefore: this.#notBefore, minLevel: this.#minLevel, limit: PAGE };
    try {
      const page = await operations.findings(asked);
      if (this.#isAlone) this.#terminal.tell(`Stance answers again: going on${this.#place()}`);
      this.#isAlone = false;
      this.#since = this.#last = page.next;
      this.#sayForgotten(page.forgottenBefore);
      this.#show(page.findings);
      return page;
    } catch (cause) {
      if (!this.#isFollowing || !isOwnerGone(cause)) throw cause;
      this.#sayAlone();
      return null;
    }
  }

  /** What is asked for begins before what is kept, or the reader was too slow. */
  #sayForgotten(before: string | null): void {
    if (before === null || before === this.#forgottenBefore) return;
    this.#forgottenBefore = before;
    if (this.#isOneObject) return;
    this.#terminal.tell(
      `What was told before ${before} is not kept any more: findings of before that are missing or incomplete`,
    );
  }

  /** Whoever only reads takes no directory over that had an owner: the next one could not start. */
  #sayAlone(): void {
    if (!this.#isAlone)
      this.#terminal.tell(
        `The Stance on this directory ended: waiting for the next, to go on${this.#place()}`,
      );
    this.#isAlone = true;
  }

  #place(): string {
    return this.#since === null ? ' from the beginning' : ` from ${this.#since}`;
  }

  #show(found: readonly Finding[]): void {
    if (this.#isOneObject) this.#all.push(...found);
    else
      for (const each of found)
        if (this.#isNdjson) this.#terminal.jsonLine(each.event);
        else this.#terminal.line(text(each, this.#terminal));
  }
}

function text({ uid, level, at, entity, message, event }: Finding, terminal: Terminal): string {
  const who = message.includes(entity) ? message : `${entity}: ${message}`;
  const activity = String(event['activity_name']);
  return `${iso(at)}  ${paintedRisk(level, terminal)}  ${activity}  ${who}  ${terminal.paint('dim', uid)}`;
}
