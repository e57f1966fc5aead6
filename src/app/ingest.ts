import type { IngestSummary, SensorId, SiteId } from '../model/index.ts';
import { ingestFiles, LogPathError } from '../sources/index.ts';
import type { Effects } from './effects.ts';
import { type FleetState, refuseMixing } from './fleet-state.ts';
import { intakePort } from './intake.ts';
import { type IngestArgs, OperationError, type Progress } from './operations.ts';

/** Reads logs into the journal. `-` is this process's own standard input. */
export async function ingest(
  state: FleetState,
  { paths, site, sensor, force }: IngestArgs,
  defaultSite: SiteId,
  effects: Effects,
  progress: Progress,
): Promise<IngestSummary> {
  const { engine } = state;
  refuseMixing(engine, force);
  const started = effects.now();
  const result = await ingestFiles(paths, {
    site: (site ?? defaultSite) as SiteId,
    ...(sensor === null ? {} : { sensor: sensor as SensorId }),
    now: started,
    port: intakePort(state),
    stdin: process.stdin,
    progress: ({ read, files, filesDone }) =>
      progress({ what: `Reading logs: ${read} records, ${filesDone} of ${files} files`, share: null }),
  }).catch((cause: unknown) => {
    if (cause instanceof LogPathError) throw new OperationError(cause.code, cause.message, { cause });
    throw cause;
  });
  const entities = [...engine.directory.entities()].length;
  return { ...result, entities, seconds: (effects.now() - started) / 1_000 };
}
