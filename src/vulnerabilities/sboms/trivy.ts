import { childrenOf, textOf } from '../fields.ts';
import { withEpoch, withoutEpoch } from '../package-url.ts';

/** Trivy tells the source package beside the package URL; it is given as others tell it within, `upstream=foo@1:1.2-3`. */
export function upstreamInProperties(purl: string | null, properties: unknown): string | null {
  const all = childrenOf(properties);
  const told = (part: string) =>
    textOf(all.find(({ name }) => name === `aquasecurity:trivy:Src${part}`)?.['value']);
  const release = told('Release');
  const version = told('Version');
  const whole = version === null || release === null ? version : `${version}-${release}`;
  return upstream(purl, told('Name'), withEpoch(whole, told('Epoch')));
}

/** The same in SPDX: `built package from: foo 1:1.2-3`. */
export function upstreamInSourceInfo(purl: string | null, info: unknown): string | null {
  const [, name, version] = /^built package from: (\S+)(?: (\S+))?/.exec(textOf(info) ?? '') ?? [];
  return upstream(purl, name ?? null, version ?? null);
}

function upstream(purl: string | null, name: string | null, version: string | null): string | null {
  if (name === null || version === null) return name;
  // Nobody knows the epoch of an RPM source: Trivy writes that of the package.
  return `${name}@${purl?.startsWith('pkg:rpm/') === true ? withoutEpoch(version) : version}`;
}
