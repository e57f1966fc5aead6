import type { StanceConfig } from '../config/index.ts';
import { FleetState, SnapshotKeeper, socketOfOwner, takeOwnership } from '../data-directory/index.ts';
import { type Effects, type Progress, VERSION } from '../effects/index.ts';
import { FleetDesk } from '../fleet-statistics/index.ts';
import { createControlServer, remoteReader } from '../http/index.ts';
import { AuthorityPlace } from '../identity/index.ts';
import { isSimulated } from '../intake/index.ts';
import { IntelIntake } from '../intel/index.ts';
import { createMcpServer, serveStdioOn, type StdioDoor } from '../mcp/index.ts';
import {
  clientOperations,
  controlOperations,
  type Operations,
  ownedOperations,
  restingOutputs,
  restingReaders,
} from '../operations/index.ts';
import { firstSite } from './serving.ts';
import { bringUpToDate } from './start.ts';

export interface OpenOperations {
  readonly operations: Operations;
  /** This process owns the directory for its run; otherwise it is a thin client of the owner. */
  readonly owned: boolean;
  readonly dir: string;
  readonly socketPath: string;
  close(): Promise<void>;
}

export interface OpenRequest {
  readonly dir: string;
  readonly config: StanceConfig;
  /** Leave the journal as it is: for a simulation, which brings its own configuration. */
  readonly unconfigured?: boolean;
  /** Somebody only looks: journal, snapshots and keys stay as they are, and what is left to do is left. */
  readonly isLookedAt?: boolean;
  readonly onProgress: Progress;
}

/** The operations on a data directory, whoever owns it. An owner serves thin clients for as long as it runs. */
export async function openOperations(request: OpenRequest, effects: Effects): Promise<OpenOperations> {
  const { dir, config, onProgress, isLookedAt = false } = request;
  const ownership = await takeOwnership(dir);
  const { socketPath } = ownership;
  if (!ownership.owned) {
    return {
      operations: clientOperations(async () => (await socketOfOwner(dir)) ?? socketPath),
      owned: false,
      dir,
      socketPath,
      close: async () => undefined,
    };
  }
  try {
    const readers = await restingReaders(dir, config.outputs, effects);
    const state = await FleetState.open(dir, effects, { progress: onProgress }, { isLookedAt });
    const { length } = state.journal;
    state.past.readBy(() => readers);
    state.past.keepDays(config.retention.historyDays);
    const intel = await IntelIntake.open({ state, dir, effects });
    if (!isLookedAt && request.unconfigured !== true && !isSimulated(state.engine))
      await bringUpToDate(state, config, intel, effects);
    const keeper = new SnapshotKeeper(state, { dir, retention: config.retention }, effects);
    if (!isLookedAt) keeper.start();
    const operations = ownedOperations(
      state,
      {
        dir,
        config,
        keeper,
        site: firstSite(config),
        authority: new AuthorityPlace(dir, config.identity?.signer ?? null),
        outputs: restingOutputs(state, dir, config.outputs),
        sources: () => config.sources.map(({ path }) => ({ path, report: null })),
        intel,
        fleet: await FleetDesk.open(config.fleet, { dir, state, now: effects.now }),
      },
      effects,
    );
    const control = await createControlServer({
      operations: controlOperations(async () => operations),
      socketPath,
      reportFault: effects.reportFault,
    });
    const close = async (): Promise<void> => {
      // Who came meanwhile goes on first: a one-shot command is the owner of others' work, too.
      await control.closeWhenIdle();
      // No timer of a short command gets far: what is too old would stay where only such ever run.
      if (!isLookedAt && state.journal.length > length) await state.past.forgetOld();
      if (!isLookedAt) await keeper.close();
      await state.close();
      await ownership.release();
    };
    return { operations, owned: true, dir, socketPath, close };
  } catch (cause) {
    await ownership.release();
    throw cause;
  }
}

/** MCP over standard input and output, on a directory that this process owns or that another does. */
export function serveMcpStdio({ dir, socketPath }: OpenOperations, effects: Effects): StdioDoor {
  const reader = remoteReader(socketPath, dir);
  const { reportFault } = effects;
  return serveStdioOn(
    () => createMcpServer({ reader, asker: 'stdio', version: VERSION, reportFault }),
    reportFault,
  );
}
