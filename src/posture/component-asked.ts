/** What somebody asks for by a word: `name`, `name@version`, or a package URL as a bill of materials tells it. */
export interface ComponentAsked {
  /** Lower case. */
  readonly text: string;
  /** Without the version; of a package URL the name behind the type and the name space. */
  readonly name: string;
  readonly version: string | null;
  /** Of a package URL: the name as bills may write it, with the name space or without. */
  readonly names: ReadonlySet<string> | null;
}

interface Named {
  readonly name: string;
  readonly version: string | null;
}

export function componentAsked(word: string): ComponentAsked {
  const text = word.trim().toLowerCase();
  if (text.startsWith('pkg:')) return packageAsked(text);
  // The first letter may be one, of a scope: `@babel/core`.
  const at = text.lastIndexOf('@');
  if (at <= 0) return { text, name: text, version: null, names: null };
  return { text, name: text.slice(0, at), version: text.slice(at + 1), names: null };
}

/** Whether it is the component that was asked for, whatever its version. */
export function isNamed({ text, name, names }: ComponentAsked, component: Named): boolean {
  const own = component.name.toLowerCase();
  return names === null ? own.includes(name) || own.includes(text) : names.has(own);
}

export function isComponent(asked: ComponentAsked, component: Named): boolean {
  if (asked.names === null && component.name.toLowerCase().includes(asked.text)) return true;
  return isNamed(asked, component) && (asked.version === null || isVersion(asked.version, component.version));
}

/** The epoch of a distribution's version stands before it, beside it, or nowhere. */
function isVersion(asked: string, version: string | null): boolean {
  return version !== null && withoutEpoch(version.toLowerCase()) === withoutEpoch(asked);
}

function withoutEpoch(version: string): string {
  return version.replace(/^\d+:/, '');
}

/** `pkg:type/name/space/name@version?qualifiers#path`. */
function packageAsked(text: string): ComponentAsked {
  const bare = text.replace(/[?#].*$/, '');
  const at = bare.lastIndexOf('@');
  const isVersioned = at > bare.lastIndexOf('/');
  const path = (isVersioned ? bare.slice(0, at) : bare).split('/').slice(1).map(decoded);
  const name = path.at(-1) ?? '';
  const space = path.slice(0, -1).join('/');
  const names = new Set([name, ...(space === '' ? [] : [`${space}/${name}`, `${space}:${name}`])]);
  return { text, name, version: isVersioned ? decoded(bare.slice(at + 1)) : null, names };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
