import { readFileSync } from 'node:fs';
import {
  createControlServer,
  createHttpServer,
  decideBinding,
  type Health,
  type Intake,
} from '../http/index.ts';
import { createMcpHttpHandler, createMcpServer } from '../mcp/index.ts';
import type { PostureReader } from '../model/index.ts';
import { type Follower, followFolder, takeOcsfBatch } from '../sources/index.ts';
import { type StanceConfig } from './config.ts';
import { controlOperations } from './control-operations.ts';
import type { Effects } from './effects.ts';
import { FleetState } from './fleet-state.ts';
import { intakePort } from './intake.ts';
import { OperationError, type Progress, type SimulateArgs } from './operations.ts';
import { type OwnedOperations, ownedOperations } from './owned-operations.ts';
import { describeOwner, takeOwnership } from './ownership.ts';
import { bringUpToDate } from './start.ts';
import { LiveTokens } from './tokens.ts';
import { VERSION } from './version.ts';

export interface ServeOptions {
  readonly dir: string;
  readonly config: StanceConfig;
  /** A fleet to invent where the directory is empty; `null` for real data. */
  readonly simulate: SimulateArgs | null;
  readonly onProgress: Progress;
}

export interface RunningServer {
  readonly url: string;
  readonly mcpUrl: string;
  /** Resolves when the history is in and questions are answered. */
  readonly ready: Promise<OwnedOperations>;
  close(): Promise<void>;
}

/** A live process says what time it is so often, and only while it has a live source. */
const CLOCK_EVERY_MS = 5_000;
/** An intake without a batch for so long is no live source any more. */
const LIVE_FOR_MS = 15 * 60_000;

/**
 * Takes the directory, listens at once (`/healthz` says 503 until the history is in), replays or
 * simulates, then answers and follows its sources.
 */
export async function serve(options: ServeOptions, effects: Effects): Promise<RunningServer> {
  const { dir, config, simulate, onProgress } = options;
  const ownership = await takeOwnership(dir);
  if (!ownership.owned) {
    throw new OperationError(
      'already_running',
      `${dir} belongs to ${await describeOwner(dir)} already. Commands on it go through that one; end it, or choose another --data directory.`,
    );
  }
  const tokens = new LiveTokens(dir);
  const binding = bindingOf(config, tokens.configured);
  const progress: { what: string; share: number | null } = { what: 'Opening the journal', share: null };
  const report: Progress = (step) => {
    Object.assign(progress, step);
    onProgress(step);
  };
  const live = new LiveSources(effects);
  let owned: OwnedOperations | null = null;
  const reader: PostureReader = {
    ask: async (tool, input, asker) => {
      if (owned !== null) return owned.reader.ask(tool, input, asker);
      const message = `Stance is still starting (${progress.what}); ask again in some seconds`;
      return { ok: false, problem: { code: 'not_ready', message, nearest: [] } };
    },
  };
  const mcp = createMcpHttpHandler({
    createServer: (asker) =>
      createMcpServer({ reader, asker, version: VERSION, reportFault: effects.reportFault }),
    reportFault: effects.reportFault,
  });
  const http = createHttpServer({
    version: VERSION,
    binding,
    tokens,
    health: (): Health => ({ ready: owned !== null, progress }),
    intake: live.intake,
    mcp: mcp.handle,
    reportFault: effects.reportFault,
  });
  const url = await http.listen({ host: binding.host, port: binding.port }).catch(async (cause: unknown) => {
    await ownership.release();
    throw portProblem(cause, binding);
  });
  // Not before the port is ours: a process that cannot listen must not go on writing the journal.
  const started = start(options, effects, report);
  const ready = started.then(({ owned }) => owned);
  ready.catch(() => undefined);
  const control = await createControlServer({
    operations: controlOperations(() => ready),
    socketPath: ownership.socketPath,
    reportFault: effects.reportFault,
  });
  const settled = started.then((running) => {
    owned = running.owned;
    live.open(running.state, simulate === null ? config : { ...config, sources: [] });
  });
  settled.catch(() => undefined);
  return {
    url,
    mcpUrl: `${url}/mcp`,
    ready: settled.then(() => ready),
    async close() {
      await live.close();
      await http.close();
      await mcp.close();
      await control.close();
      await started.then(
        ({ state }) => state.close(),
        () => undefined,
      );
      await ownership.release();
    },
  };
}

async function start(
  { dir, config, simulate }: ServeOptions,
  effects: Effects,
  report: Progress,
): Promise<{ state: FleetState; owned: OwnedOperations }> {
  const state = await FleetState.open(dir, effects, report);
  const site = config.sites[0]?.id;
  if (site === undefined) throw new OperationError('invalid_configuration', 'sites: at least one is needed');
  const owned = ownedOperations(state, dir, site, effects);
  if (simulate === null) await bringUpToDate(state, config, effects.now());
  else if (state.journal.length === 0) await owned.simulate(simulate, report);
  return { state, owned };
}

function bindingOf({ listen }: StanceConfig, tokensConfigured: boolean) {
  const { host, port, tls, behindTlsProxy, allowedHosts } = listen;
  const files = tls === null ? null : { cert: readFileSync(tls.cert), key: readFileSync(tls.key) };
  const decision = decideBinding({ host, port, tls: files, behindTlsProxy, tokensConfigured, allowedHosts });
  if (decision.ok) return decision.binding;
  throw new OperationError('unsafe_binding', decision.reasons.join('\n'));
}

function portProblem(cause: unknown, { host, port }: { host: string; port: number }): unknown {
  if (cause instanceof Error && 'code' in cause && cause.code === 'EADDRINUSE') {
    const message = `Port ${port} on ${host} is taken by another process; choose one with --port or STANCE_PORT.`;
    return new OperationError('port_taken', message, { cause });
  }
  return cause;
}

/** What flows in while the process lives: HTTP batches and followed folders; they make time move. */
class LiveSources {
  readonly #effects: Effects;
  #state: FleetState | null = null;
  #followers: Follower[] = [];
  #timer: NodeJS.Timeout | null = null;
  #lastBatchAt = Number.NEGATIVE_INFINITY;
  #site: StanceConfig['sites'][number]['id'] | null = null;

  constructor(effects: Effects) {
    this.#effects = effects;
  }

  open(state: FleetState, { sites, sources }: StanceConfig): void {
    this.#state = state;
    this.#site = state.engine.sites[0] ?? sites[0]?.id ?? null;
    const { now, reportFault } = this.#effects;
    this.#followers = sources.map(({ path, site, sensor }) =>
      followFolder(path, {
        site,
        sensor,
        now,
        port: intakePort(state),
        onFault: (cause) => reportFault('follow', cause),
      }),
    );
    this.#timer = setInterval(() => this.#tick(), CLOCK_EVERY_MS);
    this.#timer.unref();
  }

  readonly intake: Intake = async (body, { producer, sequence }) => {
    const state = this.#state;
    const site = this.#site;
    if (state === null || site === null) return { kind: 'starting' };
    this.#lastBatchAt = this.#effects.now();
    const numbered = producer === null || sequence === null ? null : { producer, sequence };
    const context = { site, sensor: (producer ?? 'http') as never, now: this.#lastBatchAt };
    return takeOcsfBatch(body, { context, numbered, port: intakePort(state) });
  };

  async close(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    await Promise.all(this.#followers.map((each) => each.stop()));
  }

  #tick(): void {
    const { now, reportFault } = this.#effects;
    const isLive = this.#followers.length > 0 || now() - this.#lastBatchAt < LIVE_FOR_MS;
    if (!isLive || this.#state === null) return;
    this.#state.append({ kind: 'clock', at: now() }).catch((cause: unknown) => reportFault('clock', cause));
  }
}
