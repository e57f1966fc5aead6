import type { InstalledComponent, VersionOrderName } from '../model/index.ts';
import { isSameMaker, plainName, productKey } from './product-name.ts';

/** `12.4(3)M10`: several products of Cisco count so. */
const CISCO_RELEASE = /^\d+\.\d+\(\d/;

/** `22.4R1.10-EVO`. */
const EVOLVED = /^v?\d+\.\d+[a-z]\d.*-evo\b/i;

interface FirmwareProduct {
  readonly maker: string;
  readonly product: string;
  /** What advisories call it besides. */
  readonly alsoCalled?: readonly string[];
  readonly order: VersionOrderName;
  /** Models and names that run it; without it, all of the maker's. */
  readonly models?: RegExp;
  /** What its versions look like, where the maker has several. */
  readonly versions?: RegExp;
}

/** Which software runs on which makers' machines: advisories speak of that, inventories of the model. */
const PRODUCTS: readonly FirmwareProduct[] = [
  { maker: 'Fortinet', product: 'FortiOS', order: 'firmware', models: /forti(os|gate|wifi)|^fgt?-?\d/i },
  { maker: 'Palo Alto Networks', product: 'PAN-OS', order: 'firmware', models: /pan-?os|^(pa|vm)-/i },
  {
    maker: 'Juniper',
    product: 'Junos OS Evolved',
    alsoCalled: ['Junos Evolved'],
    order: 'junos',
    versions: EVOLVED,
  },
  {
    maker: 'Juniper',
    product: 'Junos',
    alsoCalled: ['Junos OS'],
    order: 'junos',
    // Other systems of Juniper's count with three numbers.
    versions: /^v?\d+\.\d+(?![.\d])/i,
  },
  {
    maker: 'Cisco',
    product: 'NX-OS',
    alsoCalled: ['NX-OS Software'],
    order: 'firmware',
    models: /nexus|^n[3579]k|\bmds\b/i,
    versions: CISCO_RELEASE,
  },
  {
    maker: 'Cisco',
    product: 'ASA',
    alsoCalled: ['Adaptive Security Appliance Software', 'Adaptive Security Appliance (ASA) Software'],
    order: 'cisco_asa',
    models: /\basa|adaptive security/i,
    versions: /^\d+\.\d+[.(]\d/,
  },
  {
    maker: 'Cisco',
    product: 'IOS XR',
    alsoCalled: ['IOS XR Software'],
    order: 'firmware',
    models: /\b(asr ?9|ncs)/i,
    versions: /^\d+\.\d+\.\d/,
  },
  {
    maker: 'Cisco',
    product: 'IOS XE',
    alsoCalled: ['IOS XE Software'],
    order: 'firmware',
    models: /ios.?xe|catalyst 9|\b(asr|csr|isr ?4)/i,
    versions: /^\d+\.\d+\.\d/,
  },
  {
    maker: 'Cisco',
    product: 'IOS',
    alsoCalled: ['IOS Software'],
    order: 'cisco_ios',
    versions: CISCO_RELEASE,
  },
  { maker: 'OpenWrt', product: 'OpenWrt', order: 'firmware' },
  { maker: 'Axis', product: 'AXIS OS', order: 'firmware' },
  { maker: 'F5', product: 'BIG-IP', order: 'firmware', models: /big-?ip/i },
];

const BY_NAME = Map.groupBy(
  PRODUCTS.flatMap((product) =>
    [...new Set(namesOf(product).map(plainName))].map((name) => ({ name, product })),
  ),
  ({ name }) => name,
);

/** How the versions of a maker's product are put in order, where advisories do not say it. */
export function orderOfProduct(maker: string | null, product: string): VersionOrderName | null {
  const plain = plainName(product);
  const known = BY_NAME.get(plain)?.find(
    ({ product: each }) => maker === null || isSameMaker(each.maker, maker),
  );
  return known?.product.order ?? (plain.endsWith('firmware') ? 'firmware' : null);
}

/** The firmware of a machine as something that is installed; `null` where no version is known. */
export function firmwareOf({
  manufacturer,
  model,
  firmware,
}: {
  readonly manufacturer: string | null;
  readonly model: string | null;
  readonly firmware: string | null;
}): InstalledComponent | null {
  const written = firmware === null ? null : partsOf(firmware);
  if (written === null) return null;
  const [said, version] = written;
  const named = productSaid(manufacturer, said, version);
  const known = named ?? productOf(manufacturer, [said, model ?? ''], version);
  // What a firmware is called tells whose it is, on whose machine it may run.
  const vendor = named?.maker ?? manufacturer ?? known?.maker;
  const names = known === null ? [said, model ?? ''] : [...namesOf(known), model ?? ''];
  const keys = names.filter((name) => plainName(name) !== '').map(productKey);
  if (model !== null && plainName(model) !== '') keys.push(productKey(`${model} firmware`));
  if (keys.length === 0) return null;
  return {
    name: known?.product ?? (said === '' ? (model ?? 'firmware') : said),
    version,
    ...(vendor === undefined ? {} : { vendor }),
    keys,
    order: known?.order ?? 'firmware',
  };
}

/** NetScaler's: `NetScaler NS13.1: Build 48.47.nc, Date: …` is the version 13.1-48.47. */
const NETSCALER = /\bNS(\d+\.\d+)[:,]? *Build *(\d+\.\d+).*$/i;

/** Names such as `FortiOS 7.2.4 build1396` carry the product before the version. */
function partsOf(firmware: string): readonly [said: string, version: string] | null {
  const text = firmware.replace(NETSCALER, '$1-$2');
  const begin = text.search(/(?<![A-Za-z0-9-])v?\d/i);
  if (begin === -1) return null;
  const [said, version] = [text.slice(0, begin).trim(), text.slice(begin).trim()];
  // What tells Juniper's two systems apart may be the end of the version alone.
  const isEvolved = EVOLVED.test(version) && says(said, 'Junos') && !says(said, 'Evolved');
  return [isEvolved ? `${said} OS Evolved`.replace(/OS OS/i, 'OS') : said, version];
}

/** The product that the firmware's own text names; of several the longest name, such as `IOS XE` of `IOS`. */
function productSaid(maker: string | null, said: string, version: string): FirmwareProduct | null {
  const named = PRODUCTS.filter((each) => {
    const isMakers = maker !== null && isSameMaker(each.maker, maker);
    return says(said, each.product) && (isMakers || each.versions?.test(version) !== false);
  });
  return named.reduce<FirmwareProduct | null>(
    (longest, each) => (longest === null || each.product.length > longest.product.length ? each : longest),
    null,
  );
}

/** What the maker's machines of that model run, where the text does not name it. */
function productOf(
  maker: string | null,
  names: readonly [said: string, model: string],
  version: string,
): FirmwareProduct | null {
  const known = PRODUCTS.find(({ maker: own, product, models, versions }) => {
    if (!isSameMaker(own, maker ?? '') && !names.some((name) => says(name, product))) return false;
    if (versions !== undefined && !versions.test(version)) return false;
    if (models !== undefined) return names.some((name) => models.test(name));
    // The look of a version alone tells nothing against a name.
    return versions === undefined || isPlain(names[0], own);
  });
  return known ?? null;
}

/** Whether a text says a name as words of its own: `BIOS` does not say `IOS`. */
function says(text: string, name: string): boolean {
  const said = wordsOf(text);
  return said.includes(wordsOf(name)) || said.includes(` ${plainName(name)} `);
}

function wordsOf(text: string): string {
  const words = text.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, ' ');
  return ` ${words.trim()} `;
}

/** No name of a product: words that any firmware may begin with, or a model or an image, such as `C2960-LANBASEK9-M`. */
function isPlain(said: string, maker: string): boolean {
  if (/\d/.test(said)) return true;
  return /^(software|firmware|version|release|v|ver)?$/.test(plainName(said).replace(plainName(maker), ''));
}

function namesOf({ maker, product, alsoCalled = [] }: FirmwareProduct): readonly string[] {
  return [product, ...alsoCalled].flatMap((name) => [name, maker + name]);
}
