import type { Micros } from './calendar.ts';
import { HOUR } from './calendar.ts';
import { Random } from './random.ts';

/**
 * The address of the story. Listed neighbours come from the same /24: documentation ranges would not
 * do, because no feed's word counts there.
 */
export const C2_ADDRESS = '185.234.47.21';
const C2_NETWORK = '185.234.47';

/** A feed in the format of Zeek's intel framework, as of a few hours before the end. */
export function feedText(seed: number, until: Micros): string {
  const random = new Random(seed, 'feed');
  const asOf = new Date(until / 1_000 - (3 * HOUR) / 1_000).toISOString();
  const hosts = random
    .shuffled(Array.from({ length: 250 }, (_, index) => index + 2))
    .filter((host) => host !== 21);
  const addresses = hosts.slice(0, random.between(18, 40)).map((host) => `${C2_NETWORK}.${host}`);
  const rows = [
    row(C2_ADDRESS, 'ADDR', 'C2 server'),
    ...addresses.map((address) =>
      row(address, 'ADDR', random.pick(['C2 server', 'botnet controller', 'malware drop'])),
    ),
    // Nobody registers sixteen random digits: harmless, and yet names of the real kind.
    ...Array.from({ length: random.between(10, 20) }, () =>
      row(`cdn-${random.hex(16)}.net`, 'DOMAIN', 'C2 server'),
    ),
    ...Array.from({ length: 5 }, () => row(random.hex(64), 'FILE_HASH', 'malware loader')),
  ];
  return [
    `# Last updated: ${asOf}`,
    `#fields\tindicator\tindicator_type\tmeta.source\tmeta.desc`,
    ...rows,
    '',
  ].join('\n');
}

function row(indicator: string, type: string, description: string): string {
  return [indicator, `Intel::${type}`, 'sector-exchange', description].join('\t');
}
