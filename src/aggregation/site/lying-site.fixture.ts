import type { FeatureBlock, Round } from '../../model/index.ts';
import { bfv } from '../bfv/backend.ts';
import { type SiteIdentity, slotsOf } from './encryptor.ts';

/** Encrypts whatever it is given, with contributions and checks as they must be. */
export async function encryptUnchecked(
  { site, agreement, checkKeys }: SiteIdentity,
  block: FeatureBlock,
  round: Round,
): Promise<Uint8Array> {
  const slots = slotsOf(block, round, site, checkKeys);
  return (await bfv()).encrypt(slots, Buffer.from(agreement.publicKey, 'base64'));
}
