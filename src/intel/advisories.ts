import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { FleetState } from '../data-directory/index.ts';
import { inTurns, type Progress } from '../effects/index.ts';
import { readingAdvisories, readWholeFile } from '../knowledge/index.ts';
import { type EpochMs, LIMITS, type VulnerabilityKnowledge } from '../model/index.ts';
import { OperationError } from '../refusals/index.ts';
import { ForecastTable, onlyTakesBack, refusingDatesAhead } from '../vulnerabilities/index.ts';
import type { AdvisoriesArgs, AdvisoriesResult, AdvisoryFileReport } from './advisory-operations.ts';

/**
 * Advisories of one record. Larger files are several: a record is written and applied whole, and others have their turn
 * between two of them.
 */
const PER_RECORD = 500;
/** After one that names products whoever has firmware is looked at: the fewer the better. */
const PER_RECORD_OF_PRODUCTS = 5_000;

/** When a record is of, and what time it is: telemetry of long ago may be read just now. */
interface Clocks {
  readonly at: () => EpochMs;
  readonly now: () => EpochMs;
}

/** Reads files of advisories, each whole or not at all; what is known already changes nothing. */
export async function importAdvisories(
  state: FleetState,
  { paths, actor }: AdvisoriesArgs,
  { at, now }: Clocks,
  progress: Progress,
): Promise<AdvisoriesResult> {
  const files: AdvisoryFileReport[] = [];
  const all = (await Promise.all(paths.map((path) => filesIn(path)))).flat();
  for (const [index, path] of all.entries()) {
    progress({ what: `Reading advisories: ${index} of ${all.length} files`, share: index / all.length });
    const started = now();
    const report = await importFile(state, path, actor, { at, now });
    files.push({ ...report, seconds: (now() - started) / 1_000 });
  }
  return { files, advisories: state.engine.weaknesses.book.size };
}

type Report = Omit<AdvisoryFileReport, 'seconds'>;

async function importFile(
  state: FleetState,
  path: string,
  actor: string,
  { at, now }: Clocks,
): Promise<Report> {
  let bytes: Buffer;
  try {
    bytes = await readWholeFile(path, 'advisory', LIMITS.advisoryBytes);
  } catch (error) {
    if (error instanceof OperationError) return refused(path, error.message);
    throw error;
  }
  const reading = refusingDatesAhead(await readingAdvisories(bytes), now());
  if (!reading.ok) return refused(path, reading.message);
  const { format, knowledge, records, refused: refusals, refusedTotal, uncompared } = reading;
  const news = await learn(state, knowledge, { source: basename(path), actor, at, now });
  return {
    path,
    format,
    records,
    // One that names no product only takes back what an earlier version of its document said.
    advisories: knowledge.advisories.filter((each) => !onlyTakesBack(each)).length,
    statements: knowledge.statements.length,
    news,
    refused: refusedTotal,
    refusals,
    uncompared,
    message: null,
  };
}

/** Writes down what is not known already; gives how much that is. */
export async function learn(
  state: FleetState,
  knowledge: VulnerabilityKnowledge,
  { source, actor, at, now }: Clocks & { readonly source: string; readonly actor: string },
): Promise<number> {
  let learnt = 0;
  for (const part of partsOf(knowledge)) {
    const news = state.engine.weaknesses.book.newsIn(part, now());
    learnt += sizeOf(news);
    if (sizeOf(news) > 0) {
      if (news.forecast !== null) await inTurns(ForecastTable.preparing(news.forecast));
      await state.append({ kind: 'advisories', at: at(), source, knowledge: news, actor });
    }
    await setImmediate();
  }
  return learnt;
}

function refused(path: string, message: string): Report {
  return {
    path,
    format: null,
    records: 0,
    advisories: 0,
    statements: 0,
    news: 0,
    refused: 1,
    refusals: [],
    uncompared: {},
    message,
  };
}

/** The first part carries all that is not cut up. */
function* partsOf(knowledge: VulnerabilityKnowledge): Generator<VulnerabilityKnowledge> {
  const { advisories } = knowledge;
  const namesProducts = advisories.some(({ products }) =>
    products.some(({ key }) => key.startsWith('product/')),
  );
  const size = namesProducts ? PER_RECORD_OF_PRODUCTS : PER_RECORD;
  yield { ...knowledge, advisories: advisories.slice(0, size) };
  for (let from = size; from < advisories.length; from += size) {
    const part = advisories.slice(from, from + size);
    yield { advisories: part, statements: [], exploited: null, forecast: null, lifecycles: [] };
  }
}

function sizeOf({ advisories, statements, exploited, forecast, lifecycles }: VulnerabilityKnowledge): number {
  return (
    advisories.length +
    statements.length +
    lifecycles.length +
    (exploited?.entries.length ?? 0) +
    (forecast?.cves.length ?? 0)
  );
}

const BESIDE = /\.(asc|sig|sha256|sha512)$/;

/** The files under a path, in the order of their names. */
async function filesIn(path: string): Promise<readonly string[]> {
  const place = await stat(path).catch(() => null);
  // What is not there is told of where it is read.
  if (place === null || !place.isDirectory()) return [path];
  const entries = await readdir(path, { withFileTypes: true, recursive: true });
  const found = entries.filter((each) => each.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  const all = new Set(found);
  // Signatures and digests of the others, as csaf_downloader puts beside each.
  const files = found.filter((file) => !BESIDE.test(file) || !all.has(file.replace(BESIDE, '')));
  if (files.length > LIMITS.advisoryFiles) {
    throw new OperationError('too_many_files', `${path} holds more than ${LIMITS.advisoryFiles} files`);
  }
  return files.sort();
}
