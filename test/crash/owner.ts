import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { PrivacyReport, StatusReport } from '../../src/operations/index.ts';
import type { OperationName } from '../../src/operations/operations.ts';
import { DISK_PLAN, type DiskPlan } from './disk-plan.ts';
import type { Step } from './feed.ts';

export type ToOwner =
  | { readonly kind: 'ask'; readonly id: number; readonly operation: OperationName; readonly args: unknown }
  | { readonly kind: 'arm'; readonly plan: DiskPlan }
  | { readonly kind: 'close' };

export type FromOwner =
  | { readonly kind: 'ready'; readonly url: string }
  | { readonly kind: 'done'; readonly id: number; readonly result: unknown }
  | { readonly kind: 'failed'; readonly id: number; readonly code: string; readonly message: string }
  | Fault;

/** What the owner told its operator's log. */
export interface Fault {
  readonly kind: 'fault';
  readonly where: string;
  readonly message: string;
}

/** The owner's process is gone: nobody knows what became of the last step. */
export class OwnerDied extends Error {}

/** The owner refused a step, and lives. */
export class Refused extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

const PROGRAM = fileURLToPath(new URL('owner-process.ts', import.meta.url));
const PRELOAD = new URL('disk-preload.ts', import.meta.url).href;

/** A process that owns a data directory, as its clients see it. */
export class Owner {
  readonly faults: Fault[] = [];
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>();
  readonly #ready = Promise.withResolvers<string>();
  #asked = 0;
  #url = '';
  #isGone = false;

  private constructor(dir: string, plan: DiskPlan | null, keeps: 'all' | 'little') {
    this.#child = fork(PROGRAM, [dir, keeps], {
      execArgv: ['--import', PRELOAD],
      env: { ...process.env, [DISK_PLAN]: JSON.stringify(plan) },
    });
    this.#child.on('message', (message) => this.#hear(message as FromOwner));
    this.#child.on('exit', (code, signal) => this.#gone(`ended with ${code ?? signal}`));
    this.#child.on('error', (cause) => this.#gone(cause.message));
  }

  /** Resolves when the owner answers. @throws OwnerDied */
  static async start(
    dir: string,
    plan: DiskPlan | null = null,
    killAfterMs: number | null = null,
  ): Promise<Owner> {
    const owner = new Owner(dir, plan, 'little');
    if (killAfterMs !== null) setTimeout(() => void owner.kill(), killAfterMs);
    owner.#url = await owner.#ready.promise;
    return owner;
  }

  /** One that never drops of its journal: then the journal tells of every event. */
  static async startKeeping(dir: string): Promise<Owner> {
    const owner = new Owner(dir, null, 'all');
    owner.#url = await owner.#ready.promise;
    return owner;
  }

  get isGone(): boolean {
    return this.#isGone;
  }

  /** Resolves when the step is acknowledged, with what was new in it. @throws OwnerDied, Refused */
  async take(step: Step): Promise<number> {
    switch (step.kind) {
      case 'batch':
        return this.#post(step.body, {
          'stance-producer': 'collector',
          'stance-sequence': String(step.sequence),
        });
      case 'loose_batch':
        return this.#post(step.body, {});
      case 'logs': {
        const args = { paths: step.paths, site: null, sensor: null, force: false };
        const { accepted } = (await this.#ask('ingest', args)) as { readonly accepted: number };
        return accepted;
      }
      case 'inventory':
        await this.#ask('inventory_import', {
          path: step.path,
          dryRun: false,
          device: null,
          replace: false,
          actor: 'test',
        });
        return 0;
      case 'policies':
        await this.#ask('policy_apply', { paths: [step.path], actor: 'test', reason: null });
        return 0;
      case 'erasure':
        await this.#erase(step.user);
        return 0;
    }
  }

  /** Whoever is not known any more has been forgotten: by the call of which no answer came. */
  async #erase(user: string): Promise<void> {
    try {
      await this.#ask('privacy_erase', { users: [user], actor: 'test' });
    } catch (cause) {
      if (!(cause instanceof Refused) || cause.code !== 'unknown_entity') throw cause;
    }
  }

  /** From now on the plan holds. */
  arm(plan: DiskPlan): void {
    if (!this.#isGone) this.#child.send({ kind: 'arm', plan } satisfies ToOwner, () => undefined);
  }

  /** How many times somebody was forgotten. */
  async erasures(): Promise<number> {
    const { users } = (await this.#ask('privacy_report', {})) as PrivacyReport;
    return users.erasures.length;
  }

  async status(): Promise<StatusReport> {
    return (await this.#ask('status', { hash: true })) as StatusReport;
  }

  async kill(): Promise<void> {
    if (!this.#isGone) this.#child.kill('SIGKILL');
    await this.#exit();
  }

  /** Ends it as an operator does. */
  async close(): Promise<void> {
    if (!this.#isGone) this.#child.send({ kind: 'close' } satisfies ToOwner);
    await this.#exit();
  }

  async #exit(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) await once(this.#child, 'exit');
  }

  async #post(body: string, numbered: Readonly<Record<string, string>>): Promise<number> {
    const headers = { 'content-type': 'application/x-ndjson', ...numbered };
    const response = await fetch(`${this.#url}/v1/events`, { method: 'POST', headers, body }).catch(
      async (cause: unknown) => {
        // The connection broke: only because the owner died.
        await this.#exit();
        throw new OwnerDied(String(cause));
      },
    );
    const answer = (await response.json().catch(async (cause: unknown) => {
      await this.#exit();
      throw new OwnerDied(String(cause));
    })) as Answer;
    if (answer.accepted === undefined) {
      throw new Refused(answer.error?.code ?? String(response.status), answer.error?.message ?? '');
    }
    return answer.accepted;
  }

  async #ask(operation: OperationName, args: unknown): Promise<unknown> {
    if (this.#isGone) throw new OwnerDied('gone before it was asked');
    const id = this.#asked++;
    const waiting = Promise.withResolvers<unknown>();
    this.#waiting.set(id, waiting);
    this.#child.send({ kind: 'ask', id, operation, args } satisfies ToOwner, () => undefined);
    return waiting.promise;
  }

  #hear(message: FromOwner): void {
    if (message.kind === 'ready') return this.#ready.resolve(message.url);
    if (message.kind === 'fault') return void this.faults.push(message);
    const waiting = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    if (message.kind === 'done') waiting?.resolve(message.result);
    else waiting?.reject(new Refused(message.code, message.message));
  }

  #gone(how: string): void {
    this.#isGone = true;
    const died = new OwnerDied(how);
    this.#ready.reject(died);
    this.#ready.promise.catch(() => undefined);
    for (const { reject } of this.#waiting.values()) reject(died);
    this.#waiting.clear();
  }
}

interface Answer {
  readonly accepted?: number;
  readonly error?: { readonly code: string; readonly message: string };
}
