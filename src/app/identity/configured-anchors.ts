import { iso } from '../../model/index.ts';
import type { AnchorConfig } from '../config.ts';
import type { Effects } from '../effects.ts';
import type { FleetState } from '../fleet-state.ts';
import { OperationError } from '../operations.ts';
import { readAnchorFile } from './anchor-file.ts';
import { believe } from './anchors.ts';

/** What comes of time, or of what operators said meanwhile; who must mend it needs a Stance that runs. */
const OF_ITS_TIME: ReadonlySet<string> = new Set(['older_bundle', 'known_otherwise', 'too_many']);

const WHERE = 'trust anchors';

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
  for (const { file: path, ...said } of configured) {
    const at = now();
    const file = await readAnchorFile({ path, ...said, actor }, at);
    const withheld = new Set(state.engine.identities.anchors.withheld);
    const tell = (code: string, id: string, why: string) =>
      reportFault(WHERE, new OperationError(code, `${path}: the authority ${id} ${why}`));
    for (const { id, notAfter } of file.expired)
      tell(
        'expired_authority',
        id,
        `expired at ${iso(notAfter)}: replace it, or take it out of trust.anchors.`,
      );
    for (const { id } of file.anchors)
      if (withheld.has(id))
        tell(
          'removed_authority',
          id,
          'was removed and stays so: take it out of trust.anchors, or believe it again by stance trust anchors import.',
        );
    const anchors = file.anchors.filter(({ id }) => !withheld.has(id));
    await believe(state, { ...file, anchors }, actor, at).catch((cause: unknown) => {
      if (!(cause instanceof OperationError && OF_ITS_TIME.has(cause.code))) throw cause;
      reportFault(WHERE, cause);
    });
  }
}
