import { compareNumerals, orderBy, type VersionOrder } from './order.ts';

interface DebianVersion {
  readonly epoch: string;
  readonly upstream: string;
  readonly revision: string;
}

/** Versions of Debian packages, `[epoch:]upstream[-revision]` (deb-version(7), Debian Policy §5.6.12). */
export const dpkgOrder: VersionOrder = orderBy(
  'dpkg',
  read,
  (a, b) =>
    compareNumerals(a.epoch, b.epoch) ||
    comparePart(a.upstream, b.upstream) ||
    comparePart(a.revision, b.revision),
  {
    open: {
      leaves: ({ revision }) => revision === '',
      without: (version) => ({ ...version, revision: '' }),
    },
  },
);

function read(version: string): DebianVersion | null {
  const parts = /^(?:(\d+):)?(\d[A-Za-z0-9.+~:-]*)$/.exec(version);
  if (parts === null) return null;
  const [, epoch = '0', rest = ''] = parts;
  const hyphen = rest.lastIndexOf('-');
  if (hyphen === -1) return { epoch, upstream: rest, revision: '' };
  return { epoch, upstream: rest.slice(0, hyphen), revision: rest.slice(hyphen + 1) };
}

/** Text and digits in turn: text by the weights of its characters, digits as numbers. */
function comparePart(a: string, b: string): number {
  const left = a.matchAll(/(\D*)(\d*)/g);
  const right = b.matchAll(/(\D*)(\d*)/g);
  for (;;) {
    const [, leftText = '', leftDigits = ''] = left.next().value ?? [];
    const [, rightText = '', rightDigits = ''] = right.next().value ?? [];
    if (leftText + leftDigits + rightText + rightDigits === '') return 0;
    const outcome = compareTextParts(leftText, rightText) || compareNumerals(leftDigits, rightDigits);
    if (outcome !== 0) return outcome;
  }
}

function compareTextParts(a: string, b: string): number {
  for (let at = 0; at < Math.max(a.length, b.length); at++) {
    const outcome = weight(a[at]) - weight(b[at]);
    if (outcome !== 0) return outcome;
  }
  return 0;
}

/** A tilde sorts before the end, the end before letters, letters before all else. */
function weight(character: string | undefined): number {
  if (character === undefined) return 0;
  if (character === '~') return -1;
  return /[A-Za-z]/.test(character) ? character.charCodeAt(0) : character.charCodeAt(0) + 256;
}
