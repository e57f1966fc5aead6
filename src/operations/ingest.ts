import type { FleetState } from '../data-directory/index.ts';
import type { Effects, Progress } from '../effects/index.ts';
import {
  isWorthAThread,
  readingPort,
  type ReadingRequest,
  readInThread,
  refuseMixing,
} from '../intake/index.ts';
import type { IngestSummary, SensorId, SiteId } from '../model/index.ts';
import { OperationError } from '../refusals/index.ts';
import { ingestFiles, type IngestProgress, type IngestResult, LogPathError } from '../sources/index.ts';
import type { IngestArgs } from './operations.ts';

/** Reads logs into the journal. `-` is this process's own standard input. */
export async function ingest(
  state: FleetState,
  { paths, site, sensor, force, asNew }: IngestArgs,
  defaultSite: SiteId,
  effects: Effects,
  progress: Progress,
): Promise<IngestSummary> {
  const { engine } = state;
  refuseMixing(engine, force);
  const started = effects.now();
  const request: ReadingRequest = {
    paths,
    site: (site ?? defaultSite) as SiteId,
    sensor: sensor as SensorId | null,
    now: started,
    asNew,
  };
  const report = ({ read, files, filesDone }: IngestProgress): void =>
    progress({ what: `Reading logs: ${read} records, ${filesDone} of ${files} files`, share: null });
  const result = (await isWorthAThread(paths))
    ? await readInThread(request, readingPort(state), report)
    : await readHere(request, state, report);
  await state.knownLogs.keep();
  const entities = [...engine.directory.entities()].length;
  return { ...result, entities, seconds: (effects.now() - started) / 1_000 };
}

async function readHere(
  { paths, site, sensor, now, asNew }: ReadingRequest,
  state: FleetState,
  progress: (progress: IngestProgress) => void,
): Promise<IngestResult> {
  try {
    return await ingestFiles(paths, {
      site,
      ...(sensor === null ? {} : { sensor }),
      now,
      asNew,
      port: readingPort(state),
      stdin: process.stdin,
      progress,
    });
  } catch (cause) {
    if (cause instanceof LogPathError) throw new OperationError(cause.code, cause.message, { cause });
    throw cause;
  }
}
