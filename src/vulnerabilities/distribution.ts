import { ownValue } from '../model/index.ts';
import type { PlatformName } from './cpe.ts';

/** The distributions whose packages advisories speak of: as OSV names them, and as package URLs do. */
const PACKAGES_OF: Readonly<Record<string, string>> = {
  debian: 'deb/debian',
  ubuntu: 'deb/ubuntu',
  alpine: 'apk/alpine',
  wolfi: 'apk/wolfi',
  chainguard: 'apk/chainguard',
  'red hat': 'rpm/redhat',
  'rocky linux': 'rpm/rocky',
  almalinux: 'rpm/almalinux',
  suse: 'rpm/suse',
  opensuse: 'rpm/opensuse',
  openeuler: 'rpm/openeuler',
  mageia: 'rpm/mageia',
  'azure linux': 'rpm/azurelinux',
  'photon os': 'rpm/photon',
  minimos: 'apk/minimos',
};

const CODE_NAMES: Readonly<Record<string, string>> = {
  buster: '10',
  bullseye: '11',
  bookworm: '12',
  trixie: '13',
  bionic: '18.04',
  focal: '20.04',
  jammy: '22.04',
  noble: '24.04',
};

/** Distributions whose minor releases have the same packages. */
const BY_MAJOR = new Set(['deb/debian', 'rpm/redhat', 'rpm/rocky', 'rpm/almalinux', 'rpm/azurelinux']);

/** What an OSV ecosystem's packages are looked up under, e.g. `deb/debian`; `null` for no distribution. */
export function packagesOfDistribution(ecosystem: string): string | null {
  return ownValue(PACKAGES_OF, ecosystem.toLowerCase()) ?? null;
}

/** Names under which package URLs know the same distribution. */
const ALSO_CALLED: Readonly<Record<string, string>> = {
  mariner: 'azurelinux',
  rockylinux: 'rocky',
  'rocky-linux': 'rocky',
  // Trivy's.
  alma: 'almalinux',
  sles: 'suse',
};

export function distributionNamed(namespace: string): string {
  return ownValue(ALSO_CALLED, namespace.toLowerCase()) ?? namespace;
}

/**
 * The release in whatever names it (`debian-12.5`, `bookworm`, `22.04:LTS`, `v3.18`, `15 SP4`); `null` for none. What a paid extension mends
 * (`Pro:18.04:LTS`) are packages of the release itself; of other builds (`Pro:FIPS:18.04`) it has its own.
 */
export function releaseIn(packages: string, text: string): string | null {
  const lower = text.toLowerCase();
  const known = Object.entries(CODE_NAMES).find(([name]) => lower.includes(name))?.[1];
  const [, major, minor] = /(\d+)(?:(?:\.| sp)(\d+))?/.exec(lower) ?? [];
  const numbered = major === undefined ? null : minor === undefined ? major : `${major}.${minor}`;
  const release = known ?? (BY_MAJOR.has(packages) ? (major ?? null) : numbered);
  const [, build] = /^pro:([a-z-]+)/.exec(lower) ?? [];
  return release !== null && build !== undefined ? `${build} ${release}` : release;
}

/** A release of a distribution, as one of the products that its maker offers. */
export interface Stream {
  /** What its packages are looked up under, e.g. `rpm/redhat`. */
  readonly packages: string;
  readonly release: string;
  /** Not one that is paid for longer support: those have packages of their own. */
  readonly isMain: boolean;
}

interface Offer {
  readonly packages: string;
  readonly main: RegExp;
  readonly others: RegExp;
}

/** By the vendor of a CPE. Modules of SUSE are the parts that its releases are made of. */
const OFFERS: Readonly<Record<string, Offer>> = {
  redhat: {
    packages: 'rpm/redhat',
    main: /^enterprise_linux$/,
    others: /^rhel_(eus|aus|tus|e4s|els|mission_critical)/,
  },
  suse: { packages: 'rpm/suse', main: /^(sles|sled|sle-module-.*)$/, others: /^sle/ },
  opensuse: { packages: 'rpm/opensuse', main: /^leap$/, others: /^leap/ },
};

/** What follows Red Hat's name in an ecosystem of OSV is the end of a CPE: `enterprise_linux:8::baseos`, `ceph_storage:8::el9`. */
const RED_HAT = /^([a-z][a-z0-9_.+-]*):([^:]*)(?::[^:]*)?(?::(.*))?$/;

/** The release that an ecosystem of OSV names. Of what is not the distribution itself, the edition tells for which of its releases it is. */
export function releaseOfEcosystem(packages: string, suffix: string): string | null {
  const parts = packages === 'rpm/redhat' ? RED_HAT.exec(suffix.toLowerCase()) : null;
  if (parts === null) return releaseIn(packages, suffix);
  const [, product = '', version = '', edition = ''] = parts;
  const isDistribution = product === 'enterprise_linux' || supportIn(packages, suffix) !== null;
  return /^\d+/.exec(isDistribution ? version : (/\bel(\d+)/.exec(edition)?.[1] ?? ''))?.[0] ?? null;
}

/** What OSV names a stream of longer support by, whose packages are its own: `rhel_eus:9.2::appstream`; `null` for any other. */
export function supportIn(packages: string, suffix: string): string | null {
  const [, product = ''] = packages === 'rpm/redhat' ? (RED_HAT.exec(suffix.toLowerCase()) ?? []) : [];
  return OFFERS['redhat']?.others.test(product) === true ? product : null;
}

/** `null` for what is another product, though it may come as packages of a distribution too. */
export function streamNamed({ vendor, product, version }: PlatformName): Stream | null {
  const offer = ownValue(OFFERS, vendor);
  if (offer === undefined || version === null) return null;
  const isMain = offer.main.test(product);
  // A service pack is told beside: `15-sp4`.
  const release = releaseIn(offer.packages, version.replace('-', ' '));
  if (release === null || !(isMain || offer.others.test(product))) return null;
  return { packages: offer.packages, release, isMain };
}
