import type { AnchorConfig } from '../config/index.ts';
import type { FleetState } from '../data-directory/index.ts';
import type { Effects } from '../effects/index.ts';
import { type AnchorFile, believe, believing, readAnchorFile } from '../identity/index.ts';
import { type EpochMs, iso } from '../model/index.ts';
import { OperationError } from '../refusals/index.ts';
import type { DoctorReport } from './operations.ts';

/** What comes of time, or of what operators said meanwhile; who must mend it needs a Stance that runs. */
const OF_ITS_TIME: ReadonlySet<string> = new Set(['older_bundle', 'known_otherwise', 'too_many']);

const WHERE = 'trust anchors';
/** A bundle may have hundreds that expired. */
const TOLD_AT_MOST = 5;

/**
 * Believes what the configuration names, as far as it may be believed now: what is expired, older than what is known, or
 * was taken out by an operator, is told and passed over. A file that cannot be read at all stops the start.
 */
export async function believeConfigured(
  state: FleetState,
  configured: readonly AnchorConfig[],
  actor: string,
  { now, reportFault }: Pick<Effects, 'now' | 'reportFault'>,
): Promise<void> {
  for (const each of configured) {
    const at = now();
    const { file, passedOver } = await readConfigured(state, each, actor, at);
    for (const problem of passedOver) reportFault(WHERE, problem);
    await believe(state, file, actor, at).catch((cause: unknown) => {
      if (!(cause instanceof OperationError && OF_ITS_TIME.has(cause.code))) throw cause;
      reportFault(WHERE, cause);
    });
  }
}

/** For `stance doctor`: what of the configured authorities is passed over at this moment, and what stops a start. */
export async function examineConfigured(
  state: FleetState,
  configured: readonly AnchorConfig[],
  at: EpochMs,
): Promise<DoctorReport['checks']> {
  if (configured.length === 0) return [];
  const problems: OperationError[] = [];
  let isStopping = false;
  for (const each of configured) {
    try {
      const { file, passedOver } = await readConfigured(state, each, WHERE, at);
      problems.push(...passedOver);
      believing(state, file, WHERE, at);
    } catch (cause) {
      if (!(cause instanceof OperationError)) throw cause;
      isStopping ||= !OF_ITS_TIME.has(cause.code);
      problems.push(cause);
    }
  }
  const told = problems.slice(0, TOLD_AT_MOST).map(({ message }) => message);
  const more = problems.length > told.length ? [`and ${problems.length - told.length} more`] : [];
  const all = [...told, ...more].join(' ');
  if (isStopping) return [{ check: WHERE, state: 'failed', detail: `a start would refuse: ${all}` }];
  return [
    problems.length === 0
      ? { check: WHERE, state: 'ok', detail: 'all that trust.anchors names is believed' }
      : { check: WHERE, state: 'warning', detail: `passed over: ${all}` },
  ];
}

/** A configured file without what may not be believed now, and why not. */
interface Configured {
  readonly file: AnchorFile;
  readonly passedOver: readonly OperationError[];
}

async function readConfigured(
  state: FleetState,
  { file: path, ...said }: AnchorConfig,
  actor: string,
  at: EpochMs,
): Promise<Configured> {
  const file = await readAnchorFile({ path, ...said, actor }, at);
  const withheld = new Set(state.engine.identities.anchors.withheld);
  const problem = (code: string, id: string, why: string) =>
    new OperationError(code, `${path}: the authority ${id} ${why}`);
  const expired = file.expired.map(({ id, notAfter }) =>
    problem(
      'expired_authority',
      id,
      `expired at ${iso(notAfter)}: replace it, or take it out of trust.anchors.`,
    ),
  );
  const removed = file.anchors.filter(({ id }) => withheld.has(id));
  return {
    file: { ...file, anchors: file.anchors.filter((each) => !removed.includes(each)) },
    passedOver: [
      ...expired,
      ...removed.map(({ id }) =>
        problem(
          'removed_authority',
          id,
          'was removed and stays so: take it out of trust.anchors, or believe it again by stance trust anchors import.',
        ),
      ),
    ],
  };
}
