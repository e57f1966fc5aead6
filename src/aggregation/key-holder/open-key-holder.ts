import type { EpochMs, KeyHolder } from '../../model/index.ts';
import { openKeyFolder } from './key-folder.ts';
import { type OpenerSettings, SumOpener } from './opener.ts';
import { RoundLedger } from './round-ledger.ts';

/** @throws FolderError, AgreementError: which file is wrong, and what to do */
export async function openKeyHolder(
  dir: string,
  { now, tell }: { readonly now: () => EpochMs; readonly tell: OpenerSettings['tell'] },
): Promise<KeyHolder> {
  const { agreement, opening, releaseKey, roundsDir } = await openKeyFolder(dir);
  const ledger = await RoundLedger.open(roundsDir);
  return new SumOpener({ agreement, keys: opening, releaseKey, ledger, now, tell });
}
