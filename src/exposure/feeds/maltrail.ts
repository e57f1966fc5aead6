import type { ThreatCategory } from '../../model/index.ts';
import { anyEntry, type Entry } from './entry.ts';
import type { FeedContext, LineReader, TextFormat } from './format.ts';
import { givenName } from './found.ts';
import { withoutComment } from './plain.ts';

/**
 * Maltrail's trails: domains, `address:port`, URLs without scheme, paths and addresses, all in one file. Comments
 * name the malware; a file `apt_…` is about the actor in its name.
 */
export const maltrail: TextFormat = {
  kind: 'text',
  name: 'maltrail',
  recognises: ({ lines }) => lines.some((line) => /^#.*\bmaltrail\b/i.test(line)),
  reader: trails,
};

function trails({ id, head }: FeedContext): LineReader {
  const aliases = head.lines.flatMap((line) => /^# Alias(?:es)?:\s*(.+)$/i.exec(line)?.[1] ?? []);
  const actor = givenName(/(?:^|\.)apt_([a-z0-9_-]+)/i.exec(id)?.[1]?.replaceAll('_', ' '));
  const isMalware = aliases.length > 0 || actor !== null;
  const words = [id, ...aliases];
  const actors = actor === null ? [] : [actor];
  return (line) => {
    const text = withoutComment(line);
    if (text === '') return null;
    const entry = anyEntry(text);
    return { entry, words, actors, category: isMalware ? use(entry) : null };
  };
}

/** A port is what malware calls home to. */
function use(entry: Entry): ThreatCategory | null {
  if (entry.kind !== 'indicator') return null;
  return entry.type === 'ip' ? 'c2_server' : 'malware_distribution';
}
