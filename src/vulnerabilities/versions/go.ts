import { compare } from 'semver';
import { orderBy, type VersionOrder } from './order.ts';
import { readSemver } from './semver.ts';

/** Pre-releases of the Go tool chain are written without a hyphen: `go1.21rc2`. */
const TOOL_CHAIN = /^(?:go)?(\d+\.\d+(?:\.\d+)?)((?:beta|rc)\d+)$/;

/** Go modules (https://go.dev/ref/mod#versions): semantic versions with a `v`; also those of the tool chain. */
export const goOrder: VersionOrder = orderBy(
  'go',
  (version) => readSemver(version.replace(TOOL_CHAIN, '$1-$2').replace(/^go(?=\d)/, '')),
  compare,
);
