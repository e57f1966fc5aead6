import type { InstalledComponent, VersionOrderName } from '../model/index.ts';
import { isSameMaker, plainName, productKey } from './product-name.ts';

interface FirmwareProduct {
  readonly maker: string;
  readonly product: string;
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
  { maker: 'Juniper', product: 'Junos', order: 'firmware' },
  { maker: 'Cisco', product: 'IOS', order: 'cisco_ios', versions: /^\d+\.\d+\(\d/ },
  {
    maker: 'Cisco',
    product: 'IOS XE',
    order: 'firmware',
    models: /ios.?xe|catalyst 9|\b(asr|csr|isr ?4)/i,
    versions: /^\d+\.\d+\.\d/,
  },
  { maker: 'OpenWrt', product: 'OpenWrt', order: 'firmware' },
  { maker: 'Axis', product: 'AXIS OS', order: 'firmware' },
  { maker: 'F5', product: 'BIG-IP', order: 'firmware', models: /big-?ip/i },
];

/** How the versions of a maker's product are put in order, where advisories do not say it. */
export function orderOfProduct(maker: string | null, product: string): VersionOrderName | null {
  const plain = plainName(product);
  const known = PRODUCTS.find(
    (each) =>
      (plainName(each.product) === plain || plainName(each.maker + each.product) === plain) &&
      (maker === null || isSameMaker(each.maker, maker)),
  );
  return known?.order ?? (plain.endsWith('firmware') ? 'firmware' : null);
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
  // Names such as `FortiOS 7.2.4 build1396` carry the product before the version.
  const begin = firmware?.search(/(?<![A-Za-z0-9-])v?\d/i) ?? -1;
  if (firmware === null || begin === -1) return null;
  const [said, version] = [firmware.slice(0, begin).trim(), firmware.slice(begin).trim()];
  const known = productOf(manufacturer, [said, model ?? ''], version);
  const vendor = manufacturer ?? known?.maker;
  const names =
    known === null ? [said, model ?? ''] : [known.product, known.maker + known.product, model ?? ''];
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

function productOf(maker: string | null, names: readonly string[], version: string): FirmwareProduct | null {
  const isNamed = (product: string) => names.some((name) => plainName(name).includes(plainName(product)));
  const known = PRODUCTS.find((each) => {
    const isIts =
      maker === null ? isNamed(each.product) : isSameMaker(each.maker, maker) || isNamed(each.product);
    const { models, versions } = each;
    const runsIt = models === undefined || names.some((name) => models.test(name));
    return isIts && runsIt && (versions === undefined || versions.test(version));
  });
  return known ?? null;
}
