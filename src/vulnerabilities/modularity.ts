import type { InstalledComponent, ProductVersions } from '../model/index.ts';

/** Of a module, but nobody says of which. */
const SOME_MODULE = '*';
/** How builds of a module are marked in their release: `1.module+el8.1.0+5726`, `1.module_el8.4.0+2432`. */
const MODULAR_RELEASE = /\.module[+_]/;

/**
 * Whether a statement on an RPM package is about the build that is installed. One name stands for several lines of versions: the
 * plain package, and one for each stream of a module (`nodejs:10`, `nodejs:12`), each mended by itself.
 * @returns `null` where that cannot be told
 */
export function isSameModule(component: InstalledComponent, product: ProductVersions): boolean | null {
  if (product.order !== 'rpm') return true;
  const stated = moduleStated(product);
  if (stated === undefined) return true;
  const own = moduleInstalled(component);
  // What does not tell its release is plain far more often than not.
  if (stated === null) return own === undefined || own === null;
  if (own === undefined) return null;
  if (own === null) return false;
  // The very build that is named needs no stream.
  if (component.version !== null && product.versions?.includes(component.version) === true) return true;
  return own === SOME_MODULE || stated === SOME_MODULE ? null : own === stated;
}

/** Whether it is known to be built in a module. */
export function isModular(component: InstalledComponent): boolean {
  return typeof moduleInstalled(component) === 'string';
}

/** Name and stream in the qualifier of a package URL: `nodejs:10:8010020190612143724:cdc1202b`. */
export function moduleNamed(qualifier: string | undefined): string | null {
  const [name = '', stream = ''] = (qualifier ?? '').toLowerCase().split(':');
  return name === '' || stream === '' ? null : `${name}:${stream}`;
}

/** `null`: of none; `undefined`: not told, as without a release. */
function moduleInstalled({ module, version }: InstalledComponent): string | null | undefined {
  if (module !== undefined) return module;
  if (version === null || !version.includes('-')) return undefined;
  return MODULAR_RELEASE.test(version) ? SOME_MODULE : null;
}

/** The same of a statement, by the versions of which it speaks. */
function moduleStated(product: ProductVersions): string | null | undefined {
  if (product.module !== undefined) return product.module;
  const bounds = [product.intervals, product.excepted, product.unaffected, product.unknown]
    .flatMap((each) => each ?? [])
    .flatMap(({ from, before, upTo }) => [from, before, upTo]);
  const told = [...(product.versions ?? []), ...bounds].filter((each) => each !== null);
  if (told.some((each) => MODULAR_RELEASE.test(each))) return SOME_MODULE;
  return told.some((each) => each.includes('-')) ? null : undefined;
}
