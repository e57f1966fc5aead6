import { amongOneByOne, type VersionOrder } from './order.ts';
import { semverOrder } from './semver.ts';

const plain = semverOrder('github_actions');
const MOVED = /^v?\d+(\.\d+)?$/;
const MOST = '999999999';

/**
 * Tags of GitHub's actions: semantic versions. `v4` and `v4.2` are moved on to each newer release of theirs: they are before or after another version
 * only where all that they may stand for are.
 */
export const githubActionsOrder: VersionOrder = {
  ...plain,
  against,
  among: amongOneByOne({ compare: plain.compare, against }),
};

function against(version: string, stated: string): number | null {
  const first = plain.compare(version, stated);
  if (first === null || first > 0 || !MOVED.test(version)) return first;
  const newest = version.includes('.') ? `${version}.${MOST}` : `${version}.${MOST}.${MOST}`;
  const last = plain.compare(newest, stated) ?? 0;
  return last < 0 ? last : null;
}
