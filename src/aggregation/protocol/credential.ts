import { z } from 'zod';
import { jsonIn, NAME_PATTERN, type SiteId } from '../../model/index.ts';
import { FolderError } from '../private-folder.ts';
import type { CheckKeys } from './linear-check.ts';

const key = z.string().regex(/^[0-9a-f]{64}$/);
const CredentialForm = z.strictObject({
  format: z.literal(1),
  site: z.string().regex(NAME_PATTERN),
  paramsHash: key,
  shared: key,
  own: key,
});

/** What the key holder gives to a site when it enrols it; secret. */
export interface SiteCredential {
  readonly site: SiteId;
  /** Of the agreement that it is for: the site believes no other. */
  readonly paramsHash: string;
  readonly checkKeys: CheckKeys;
}

export function credentialText({ site, paramsHash, checkKeys }: SiteCredential): string {
  const [shared, own] = [checkKeys.shared, checkKeys.own].map((bytes) => Buffer.from(bytes).toString('hex'));
  return `${JSON.stringify({ format: 1, site, paramsHash, shared, own })}\n`;
}

/** @throws FolderError */
export function readCredential(text: string, path: string): SiteCredential {
  const form = CredentialForm.safeParse(jsonIn(text));
  if (!form.success)
    throw new FolderError(
      `${path} is no credential of a site: have the key holder write it again with stance keyholder enrol`,
    );
  const { site, paramsHash, shared, own } = form.data;
  const checkKeys = { shared: Buffer.from(shared, 'hex'), own: Buffer.from(own, 'hex') };
  return { site: site as SiteId, paramsHash, checkKeys };
}
