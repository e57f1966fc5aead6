import type { FleetState } from '../../data-directory/index.ts';
import { type EpochMs, iso } from '../../model/index.ts';
import type { DoctorReport } from '../operations.ts';

/** Lines that name one each. */
const TOLD_AT_MOST = 5;

/** An authority whose next list is overdue may have revoked somebody since. */
export function examineRevocations({ engine }: FleetState, at: EpochMs): DoctorReport['checks'] {
  const lists = [...engine.identities.anchors.lists()];
  const due = lists.filter(({ nextUpdate }) => nextUpdate !== null && nextUpdate < at);
  const check = 'revocation lists';
  if (lists.length === 0) return [];
  if (due.length === 0) return [{ check, state: 'ok', detail: `${lists.length} in force` }];
  const told = due.slice(0, TOLD_AT_MOST).map(({ issuer, nextUpdate }) => {
    return `${issuer.slice(0, 16)} promised its next by ${iso(nextUpdate ?? at)}`;
  });
  const more = due.length > told.length ? [`and ${due.length - told.length} more`] : [];
  const detail = `out of date: ${[...told, ...more].join(', ')}; whom they revoked since is not known: stance trust crl import FILE`;
  return [{ check, state: 'warning', detail }];
}
