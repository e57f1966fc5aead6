import { Random } from './random.ts';

/** A service on the Internet. Addresses are from the documentation ranges (RFC 5737): nobody's. */
export interface Service {
  readonly name: string;
  readonly address: string;
}

/** Where people go, most visited first. */
const POPULAR = [
  'outlook.office365.com',
  'teams.microsoft.com',
  'login.microsoftonline.com',
  'www.google.com',
  'acmecorp.sharepoint.com',
  'www.wikipedia.org',
  'github.com',
  'www.linkedin.com',
  'acmecorp.my.salesforce.com',
  'app.slack.com',
  'www.heise.de',
  'www.bahn.de',
  'www.tagesschau.de',
  'docs.python.org',
  'stackoverflow.com',
  'fonts.gstatic.com',
  'www.dhl.de',
  'acmecorp.atlassian.net',
  'www.youtube.com',
  'www.spiegel.de',
  'web.whatsapp.com',
  'www.booking.com',
  'www.deepl.com',
  'zoom.us',
];
/** What phones of guests talk to. */
const PHONES = [
  'gateway.icloud.com',
  'mtalk.google.com',
  'g.whatsapp.net',
  'i.instagram.com',
  'play.googleapis.com',
];

/** Documentation blocks: services; 198.51.100.0/24 is left to those who scan. */
const SERVICE_BLOCKS = ['192.0.2', '203.0.113'];
const SCANNER_BLOCK = '198.51.100';

/** The site's own address on the Internet, as the gateway sees it. */
export const GATEWAY_PUBLIC_ADDRESS = '203.0.113.2';
/** The site's forwarder for names that are not its own. */
export const UPSTREAM_RESOLVER = '203.0.113.53';

/** The Internet as this site meets it: each name keeps its address for the whole simulation. */
export class Internet {
  readonly popular: readonly Service[];
  readonly phones: readonly Service[];
  readonly #known = new Map<string, Service>();
  readonly #free: string[];

  constructor(seed: number) {
    const random = new Random(seed, 'internet');
    const addresses = SERVICE_BLOCKS.flatMap((block) => hostsOf(block));
    this.#free = random.shuffled(
      addresses.filter((address) => address !== GATEWAY_PUBLIC_ADDRESS && address !== UPSTREAM_RESOLVER),
    );
    this.popular = POPULAR.map((name) => this.service(name));
    this.phones = PHONES.map((name) => this.service(name));
  }

  service(name: string): Service {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const address = this.#free.pop();
    if (address === undefined) throw new RangeError(`services: no documentation address is left for ${name}`);
    const made = { name, address };
    this.#known.set(name, made);
    return made;
  }
}

/** One of the many who knock at every door of the Internet. */
export function scannerAddress(random: Random): string {
  return `${SCANNER_BLOCK}.${random.between(1, 254)}`;
}

function hostsOf(block: string): string[] {
  return Array.from({ length: 250 }, (_, index) => `${block}.${index + 3}`).filter((a) => !a.endsWith('.0'));
}
