import { readFileSync } from 'node:fs';
import type { StanceConfig } from '../config/index.ts';
import {
  describeOwner,
  FleetState,
  type OpeningWatch,
  PrivacySchedule,
  SnapshotKeeper,
  type SnapshotPace,
  takeOwnership,
} from '../data-directory/index.ts';
import { type Effects, type Progress, VERSION } from '../effects/index.ts';
import { FleetDesk, SiteClient } from '../fleet-statistics/index.ts';
import {
  type Binding,
  createControlServer,
  createHttpServer,
  decideBinding,
  type Health,
} from '../http/index.ts';
import { AuthorityPlace, deviceDoors } from '../identity/index.ts';
import { isSimulated, LiveSources } from '../intake/index.ts';
import { type FeedPace, FeedSchedule, IntelIntake } from '../intel/index.ts';
import type { JournalOptions } from '../journal/index.ts';
import { createMcpHttpHandler, createMcpServer } from '../mcp/index.ts';
import type { PostureReader, SiteId } from '../model/index.ts';
import {
  BoundWatch,
  controlOperations,
  feedIntake,
  LiveTokens,
  type OpenSink,
  openSinks,
  Outputs,
  type OwnedOperations,
  ownedOperations,
  type SimulateArgs,
  viewsOf,
  restingReaders,
} from '../operations/index.ts';
import type { CourierPace } from '../outputs/index.ts';
import { createPostureReader, whileCatchingUp } from '../posture/index.ts';
import { OperationError } from '../refusals/index.ts';
import { bringUpToDate } from './start.ts';

export interface ServeOptions {
  readonly dir: string;
  readonly config: StanceConfig;
  /** A fleet to invent where the directory is empty; `null` for real data. */
  readonly simulate: SimulateArgs | null;
  readonly onProgress: Progress;
  /** How the journal is cut into segments; as it is for everybody unless given. */
  readonly journal?: JournalOptions;
  /** When snapshots are written; as for everybody unless given. */
  readonly snapshots?: SnapshotPace;
  /** How findings are sent; as for everybody unless given. */
  readonly outputs?: CourierPace;
  /** How often folders of feeds are looked at; as for everybody unless given. */
  readonly feeds?: FeedPace;
}

export interface RunningServer {
  readonly url: string;
  readonly mcpUrl: string;
  /** Resolves when the history is in and questions are answered. */
  readonly ready: Promise<OwnedOperations>;
  close(): Promise<void>;
}

/**
 * Takes the directory and listens at once. Questions are answered from when the snapshot is loaded, each answer saying
 * what it lacks; once the journal's rest is in (or a fleet simulated) `/healthz` says 200 instead of 503, and events are
 * taken.
 */
export async function serve(options: ServeOptions, effects: Effects): Promise<RunningServer> {
  const { dir } = options;
  const ownership = await takeOwnership(dir);
  if (!ownership.owned) {
    throw new OperationError(
      'already_running',
      `${dir} belongs to ${await describeOwner(dir)} already. Commands on it go through that one; end it, or choose another --data directory.`,
    );
  }
  try {
    return await listen(options, effects, ownership.socketPath, () => ownership.release());
  } catch (cause) {
    await ownership.release();
    throw cause;
  }
}

async function listen(
  options: ServeOptions,
  effects: Effects,
  socketPath: string,
  release: () => Promise<void>,
): Promise<RunningServer> {
  const { config, dir, onProgress } = options;
  const { reportFault } = effects;
  const authority = new AuthorityPlace(dir, config.identity?.signer ?? null);
  await authority.refuseExposed();
  const tokens = new LiveTokens(dir);
  const binding = bindingOf(config, tokens.configured);
  const sinks = openSinks(config.outputs, effects);
  const progress = { what: 'Opening the journal', share: null as number | null };
  const live = new LiveSources(effects);
  /** From when the snapshot is loaded; what came since is being taken in until it is ready. */
  let answering: PostureReader | null = null;
  let isReady = false;
  let isStopping = false;
  let owned: FleetState | null = null;
  let outputs: Outputs | null = null;
  let site: SiteClient | null = null;
  const reader = onceAnswering(
    () => answering,
    () => progress.what,
  );
  const mcp = createMcpHttpHandler({
    createServer: (asker) => createMcpServer({ reader, asker, version: VERSION, reportFault }),
    reportFault,
  });
  const operations = controlOperations(
    () => started.then((running) => running.operations),
    () => answering,
  );
  const devices =
    config.identity === null
      ? null
      : deviceDoors(config.identity, { place: authority, site: firstSite(config) }, effects);
  const http = createHttpServer({
    version: VERSION,
    binding,
    tokens,
    health: (): Health => ({
      ready: isReady,
      answering: answering !== null,
      progress,
      outputs: outputs?.health() ?? [],
      fleet: site?.health() ?? null,
      setAside: owned?.setAside.all.length ?? 0,
      fault: owned?.fault ?? null,
    }),
    intake: live.intake,
    feeds: feedIntake(() => started.then((running) => running.operations)),
    mcp: mcp.handle,
    operations,
    ...(devices === null ? {} : { devices: devices.doors }),
    reportFault,
  });
  const url = await http.listen({ host: binding.host, port: binding.port }).catch((cause: unknown) => {
    throw portProblem(cause, binding);
  });
  const watch: OpeningWatch = {
    progress: (step) => {
      Object.assign(progress, step);
      onProgress(step);
    },
    isGivenUp: () => isStopping,
    standing: (standing) => {
      const standingReader = createPostureReader(viewsOf(standing), effects.now);
      answering = whileCatchingUp(standingReader, () => standing.remaining());
    },
  };
  const started = start(options, { authority, live, sinks }, effects, watch);
  const ready = started.then((running) => {
    owned = running.state;
    outputs = running.outputs;
    site = running.site;
    devices?.open(running.state);
    answering = running.operations.reader;
    isReady = true;
    return running.operations;
  });
  ready.catch(() => undefined);
  const control = await createControlServer({ operations, socketPath, reportFault });
  async function close(): Promise<void> {
    isStopping = true;
    await live.close();
    await http.close();
    await mcp.close();
    await control.close();
    const running = await started.catch(() => null);
    await running?.schedule.close();
    await running?.site?.close();
    await running?.outputs.close();
    running?.bounds.close();
    await running?.privacy.close();
    await running?.keeper.close();
    await running?.state.close();
    await release();
  }
  return { url, mcpUrl: `${url}/mcp`, ready, close };
}

interface Started {
  readonly state: FleetState;
  readonly keeper: SnapshotKeeper;
  readonly privacy: PrivacySchedule;
  readonly bounds: BoundWatch;
  readonly operations: OwnedOperations;
  readonly outputs: Outputs;
  readonly schedule: FeedSchedule;
  readonly site: SiteClient | null;
}

/** What is there before the state is. */
interface BeforeState {
  readonly authority: AuthorityPlace;
  readonly live: LiveSources;
  readonly sinks: readonly OpenSink[];
}

/** Replays the journal, or simulates into an empty one, and opens the live sources. */
async function start(
  { dir, config, simulate, journal, snapshots, outputs: pace, feeds }: ServeOptions,
  { authority, live, sinks }: BeforeState,
  effects: Effects,
  watch: OpeningWatch,
): Promise<Started> {
  const readers = await restingReaders(dir, config.outputs, effects);
  const state = await FleetState.open(dir, effects, watch, journal);
  state.past.readBy(() => readers);
  state.past.keepDays(config.retention.historyDays);
  const site = firstSite(config);
  let outputs: Outputs | null = null;
  let schedule: FeedSchedule | null = null;
  const keeping = {
    dir,
    retention: config.retention,
    ...(snapshots === undefined ? {} : { pace: snapshots }),
  };
  const keeper = new SnapshotKeeper(state, keeping, effects);
  const intel = await IntelIntake.open({ state, dir, effects });
  const fleet = await FleetDesk.open(config.fleet, { dir, state, now: effects.now });
  let client: SiteClient | null = null;
  const place = {
    dir,
    site,
    config,
    authority,
    outputs: async () => outputs?.reports() ?? [],
    sources: () => live.standings(),
    intel,
    keeper,
    fleet,
    fleetClient: () => client,
    nextLook: (id: string) => schedule?.nextLook(id) ?? null,
  };
  const operations = ownedOperations(state, place, effects);
  if (simulate !== null && state.journal.length === 0) await operations.simulate(simulate, watch.progress);
  else if (simulate === null && !isSimulated(state.engine))
    await bringUpToDate(state, config, intel, effects);
  live.open(state, state.engine.sites[0] ?? site, simulate === null ? config.sources : []);
  keeper.start();
  outputs = await Outputs.start(state, dir, sinks, effects, pace);
  const scheduled = simulate === null ? config.feeds : [];
  await intel.keepFetchesOf(new Set(scheduled.map(({ id }) => id)));
  schedule = new FeedSchedule(scheduled, intel, effects, feeds);
  // An invented fleet tells nobody anything.
  if (config.fleet !== null && simulate === null && !isSimulated(state.engine)) {
    await fleet.keys();
    client = new SiteClient(fleet, config.fleet, { state, effects }).start();
  }
  const privacy = new PrivacySchedule(state, config.retention, effects, keeper);
  const bounds = new BoundWatch(state, effects);
  return { state, keeper, privacy, bounds, operations, outputs, schedule, site: client };
}

export function firstSite({ sites }: StanceConfig): SiteId {
  const site = sites[0]?.id;
  if (site === undefined) throw new OperationError('invalid_configuration', 'sites: at least one is needed');
  return site;
}

/** While there is nothing to answer from, a question is told so. */
function onceAnswering(answering: () => PostureReader | null, doing: () => string): PostureReader {
  return {
    ask: async (tool, input, asker) => {
      const reader = answering();
      if (reader !== null) return reader.ask(tool, input, asker);
      const message = `Stance is still starting (${doing()}); ask again in some seconds`;
      return { ok: false, problem: { code: 'not_ready', message, nearest: [] } };
    },
  };
}

function bindingOf({ listen: request }: StanceConfig, tokensConfigured: boolean): Binding {
  const { host, port, tls, behindTlsProxy, allowedHosts } = request;
  const files = tls === null ? null : { cert: readFileSync(tls.cert), key: readFileSync(tls.key) };
  const decision = decideBinding({ host, port, tls: files, behindTlsProxy, tokensConfigured, allowedHosts });
  if (decision.ok) return decision.binding;
  throw new OperationError('unsafe_binding', decision.reasons.join('\n'));
}

function portProblem(cause: unknown, { host, port }: Binding): unknown {
  if (!(cause instanceof Error && 'code' in cause && cause.code === 'EADDRINUSE')) return cause;
  const message = `Port ${port} on ${host} is taken by another process; choose one with --port or STANCE_PORT.`;
  return new OperationError('port_taken', message, { cause });
}
