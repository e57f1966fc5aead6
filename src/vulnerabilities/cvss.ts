import calculator from 'ae-cvss-calculator';

/** What of the calculator is used. */
interface Scored {
  calculateScores(normalize: boolean): { readonly base?: number };
}

interface CvssVersion {
  readonly prefix: RegExp;
  /** The base metrics, all of which must be there, with their values. */
  readonly metrics: Readonly<Record<string, string>>;
}

/** FIRST: CVSS v4.0 §2, v3.1 §2, v2.0 §2.1. */
const VERSIONS: readonly CvssVersion[] = [
  {
    prefix: /^CVSS:4\.0\//,
    metrics: {
      AV: 'NALP',
      AC: 'LH',
      AT: 'NP',
      PR: 'NLH',
      UI: 'NPA',
      VC: 'HLN',
      VI: 'HLN',
      VA: 'HLN',
      SC: 'HLN',
      SI: 'HLN',
      SA: 'HLN',
    },
  },
  {
    prefix: /^CVSS:3\.[01]\//,
    metrics: { AV: 'NALP', AC: 'LH', PR: 'NLH', UI: 'NR', S: 'UC', C: 'HLN', I: 'HLN', A: 'HLN' },
  },
  { prefix: /^(?=AV:)/, metrics: { AV: 'NAL', AC: 'LMH', Au: 'MSN', C: 'NPC', I: 'NPC', A: 'NPC' } },
];

/** The base score of a CVSS vector, 2 to 4; `null` for what is none. */
export function cvssOf(vector: string): number | null {
  if (vector.length > 256) return null;
  const version = VERSIONS.find(({ prefix }) => prefix.test(vector));
  const base = version === undefined ? null : baseOf(vector, version);
  if (base === null) return null;
  const score = (calculator.fromVector(base) as Scored | null)?.calculateScores(false).base;
  return typeof score === 'number' && score >= 0 && score <= 10 ? score : null;
}

/** The base metrics alone: the calculator writes to the console what it does not know. */
function baseOf(vector: string, { prefix, metrics }: CvssVersion): string | null {
  const [head = ''] = prefix.exec(vector) ?? [];
  const parts = vector.slice(head.length).split('/');
  const base = Object.entries(metrics).flatMap(([name, values]) => {
    const part = parts.find((each) => each.startsWith(`${name}:`));
    const value = part?.slice(name.length + 1) ?? '';
    return value.length === 1 && values.includes(value) ? [`${name}:${value}`] : [];
  });
  return base.length === Object.keys(metrics).length ? head + base.join('/') : null;
}
