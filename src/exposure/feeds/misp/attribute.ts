import { ownValue } from '../../../model/index.ts';
import {
  addressOrNetworkEntry,
  domainEntry,
  endpointEntry,
  type Entry,
  hashEntry,
  hostEntry,
  urlEntry,
} from '../entry.ts';

/** MISP's attribute types → how we read a value; of a composite its sides. The others are counted by name. */
const READERS: Readonly<Record<string, (value: string) => readonly Entry[]>> = {
  'ip-src': (value) => [addressOrNetworkEntry(value)],
  'ip-dst': (value) => [addressOrNetworkEntry(value)],
  'ip-src|port': (value) => [withPort(value)],
  'ip-dst|port': (value) => [withPort(value)],
  domain: (value) => [domainEntry(value)],
  hostname: (value) => [hostEntry(value)],
  'hostname|port': (value) => [withPort(value)],
  'domain|ip': (value) => {
    const [domain, address] = sides(value);
    return [domainEntry(domain), addressOrNetworkEntry(address)];
  },
  url: (value) => [urlEntry(value)],
  uri: (value) => [value.includes('://') ? urlEntry(value) : { kind: 'skipped', what: 'url_path' }],
  md5: (value) => [hashEntry(value)],
  sha1: (value) => [hashEntry(value)],
  sha256: (value) => [hashEntry(value)],
  'filename|md5': (value) => [hashEntry(sides(value)[1])],
  'filename|sha1': (value) => [hashEntry(sides(value)[1])],
  'filename|sha256': (value) => [hashEntry(sides(value)[1])],
};

export function attributeEntries(type: string, value: string): readonly Entry[] {
  const read = ownValue(READERS, type);
  if (read !== undefined) return read(value.trim());
  return [{ kind: 'skipped', what: /^[a-z0-9|_-]{1,40}$/.test(type) ? type : 'other_type' }];
}

/** Split at the last bar: a file's name may hold one. */
function sides(value: string): readonly [string, string] {
  const bar = value.lastIndexOf('|');
  return bar < 0 ? ['', value] : [value.slice(0, bar).trim(), value.slice(bar + 1).trim()];
}

function withPort(value: string): Entry {
  const [host, port] = sides(value);
  return host === ''
    ? endpointEntry(value)
    : endpointEntry(host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`);
}
