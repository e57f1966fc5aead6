import { readFile } from 'node:fs/promises';
import { joinFleet, newSite } from '../aggregation/index.ts';
import { OperationError } from '../refusals/index.ts';

/** Makes a site's signing key, or shows the one that it has; its public key is for the key holder. */
export async function makeSite(dir: string): Promise<{ readonly directory: string; readonly key: string }> {
  return { directory: dir, key: await newSite(dir) };
}

export interface JoinRequest {
  readonly dir: string;
  /** Files that the key holder gave. */
  readonly credential: string;
  readonly agreement: string;
}

/** @throws OperationError, FolderError, AgreementError */
export async function joinSite({ dir, credential, agreement }: JoinRequest) {
  const given = { credential: await readText(credential), agreement: await readText(agreement) };
  const joined = await joinFleet(dir, given);
  const { tenant, keyId } = joined.agreement;
  return { directory: dir, site: joined.site, tenant, key_id: keyId };
}

async function readText(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((cause: unknown) => {
    throw new OperationError('unreadable', `${path} cannot be read`, { cause });
  });
}
