import { MOST_DEVICES } from '../../model/index.ts';
import type { KnownAgreement } from './agreement.ts';
import { Refused } from './refused.ts';
import type { SignedHeader } from './report.ts';
import { isSigned } from './signing.ts';

/**
 * Whether a report is of this agreement and signed by the site that it names. Aggregator and key holder ask both, so
 * that neither has to believe the other.
 * @throws Refused
 */
export function refuseForeign({ header, headerBytes, signature }: SignedHeader, terms: KnownAgreement): void {
  if (header.tenant !== terms.tenant) throw new Refused('tenant');
  if (header.keyId !== terms.keyId) throw new Refused('key');
  if (header.paramsHash !== terms.paramsHash) throw new Refused('parameters');
  if (header.cohortVersion !== terms.cohorts.version) throw new Refused('cohorts');
  // Nobody's sum may depend on a site that is too small to leave it again: such a site is a reader.
  const isFew = header.count > 0 && header.count < terms.minimumGroup;
  if (isFew || header.count > MOST_DEVICES) throw new Refused('count');
  const key = terms.siteKey(header.site);
  if (key === undefined) throw new Refused('site');
  if (!isSigned('report', headerBytes, signature, key)) throw new Refused('signature');
}
