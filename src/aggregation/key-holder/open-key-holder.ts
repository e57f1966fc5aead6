import type { EpochMs, KeyHolder } from '../../model/index.ts';
import type { KeyFolder } from './key-folder.ts';
import { type OpenerSettings, SumOpener } from './opener.ts';
import { RoundLedger } from './round-ledger.ts';

/** @throws FolderError where the rounds before are missing */
export async function openKeyHolder(
  { agreement, opening, releaseKey, roundsDir }: KeyFolder,
  { now, tell }: { readonly now: () => EpochMs; readonly tell: OpenerSettings['tell'] },
): Promise<KeyHolder> {
  const ledger = await RoundLedger.open(roundsDir);
  return new SumOpener({ agreement, keys: opening, releaseKey, ledger, now, tell });
}
