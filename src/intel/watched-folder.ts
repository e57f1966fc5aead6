import { relative, sep } from 'node:path';
import { NO_FETCH, type WatchedFolderConfig } from '../config/index.ts';
import { MINUTE_MS, ownValue } from '../model/index.ts';
import { OperationError } from '../refusals/index.ts';
import { placeInFolder } from './feed-places.ts';
import { bytesOf, type IntelIntake } from './intake.ts';
import { isTaken } from './outcome.ts';
import { stateOf, type WatchedFile, type WatchedFiles, watchedFiles, writtenAt } from './watched-files.ts';

const ACTOR = 'watched folder';
const FILES = 10_000;
/** That all is well is written down so often; that something is not, at once. */
const NOTED_EVERY_MS = 10 * MINUTE_MS;

export interface WatchSettings {
  readonly intake: IntelIntake;
  readonly now: () => number;
  /** A file is whole when nothing about it changed for so long. */
  readonly settledMs: number;
}

/**
 * A folder whose files are feeds for as long as they are there: a new or changed one is taken when it has come to rest,
 * one that is gone takes its feed back. Where the whole folder is gone or empty nothing is taken back: so a share looks
 * that is not mounted.
 */
export class WatchedFolder {
  readonly #config: WatchedFolderConfig;
  readonly #settings: WatchSettings;
  /** Path → its state, and since when it is so. */
  readonly #seen = new Map<string, { readonly state: string; readonly since: number }>();
  /** Path → as what and in which state it was taken, or refused. */
  readonly #done = new Map<string, string>();
  readonly #broken = new Map<string, string>();
  /** Path → id, of what is active. */
  readonly #taken: Map<string, string>;

  constructor(config: WatchedFolderConfig, settings: WatchSettings) {
    this.#config = config;
    this.#settings = settings;
    this.#taken = new Map(Object.entries(settings.intake.fetches.of(config.id)?.taken ?? {}));
  }

  /** Looks once; what has come to rest since is taken. */
  async look(): Promise<void> {
    const { folder, id } = this.#config;
    const found = await watchedFiles(folder, id, this.#taken).catch(() => null);
    const trouble = this.#troubleOf(found);
    let news = 0;
    if (found !== null && trouble === null) {
      news += await this.#withdrawGone(found);
      for (const [path, file] of found.files) if (await this.#takeAtRest(path, file)) news++;
    }
    await this.#note(trouble ?? this.#unreadText(found) ?? this.#brokenText(), news > 0);
  }

  #troubleOf(found: WatchedFiles | null): string | null {
    if (found === null) return `the folder cannot be read; ${STAYS}`;
    const { size } = found.files;
    if (size === 0 && found.unread.length === 0 && this.#taken.size > 0)
      return `the folder is empty; ${STAYS}`;
    return size > FILES ? `the folder holds more than ${FILES} files; ${STAYS}` : null;
  }

  #unreadText(found: WatchedFiles | null): string | null {
    const [first, ...others] = found?.unread ?? [];
    if (first === undefined) return null;
    const more = others.length === 0 ? '' : `, and so it is with ${others.length} more of its folders`;
    return `${relative(this.#config.folder, first.path)}: ${first.fault}${more}; ${STAYS}`;
  }

  async #withdrawGone({ files, unread }: WatchedFiles): Promise<number> {
    const isGone = (path: string): boolean =>
      !files.has(path) && !unread.some((folder) => path.startsWith(`${folder.path}${sep}`));
    let news = 0;
    for (const [path, id] of this.#taken) {
      if (!isGone(path)) continue;
      await this.#settings.intake.withdraw(id, ACTOR, this.#placeOf(path));
      this.#taken.delete(path);
      news++;
    }
    for (const known of [this.#seen, this.#done, this.#broken])
      for (const path of known.keys()) if (isGone(path)) known.delete(path);
    return news;
  }

  /** Whether it was looked into. */
  async #takeAtRest(path: string, file: WatchedFile): Promise<boolean> {
    const state = await stateOf(file);
    const { id, origin } = file.source;
    const mark = `${id} ${state}`;
    if (state === null || this.#done.get(path) === mark || !this.#isAtRest(path, state)) return false;
    const { intake } = this.#settings;
    const place = this.#placeOf(path);
    if (intake.heldElsewhere({ id, place, configured: false }) !== null) {
      this.#broken.set(path, `feed ${id} ${HELD}`);
      return false;
    }
    const written = await writtenAt(file);
    const bytes = await bytesOf(origin).catch((cause: unknown) => {
      if (cause instanceof OperationError) return cause;
      throw cause;
    });
    // Written to while it was read: it is not whole after all.
    if ((await stateOf(file)) !== state) return false;
    if (bytes instanceof OperationError) {
      // A file is tried again: a share that comes back changes none of its dates. A feed of thousands waits for a change.
      if (origin.kind !== 'file') this.#done.set(path, mark);
      const problem = `feed ${id} ${unreadable(bytes)}`;
      const isNews = this.#broken.get(path) !== problem;
      this.#broken.set(path, problem);
      return isNews;
    }
    this.#done.set(path, mark);
    const dated = written === null ? {} : { written };
    const source = { ...file.source, origin: { kind: 'bytes', bytes, place }, ...dated } as const;
    const said = { words: this.#config.words, fetching: NO_FETCH, actor: ACTOR };
    const { files } = await intake.each([source], said).catch((cause: unknown) => {
      // What could not be journalled is tried again.
      this.#done.delete(path);
      throw cause;
    });
    const [outcome] = files;
    this.#broken.delete(path);
    if (outcome?.state === 'broken') this.#broken.set(path, outcome.message ?? 'it cannot be read');
    const isKept = outcome !== undefined && isTaken(outcome) && outcome.state !== 'nothing_listed';
    if (isKept && outcome.kind !== 'advisories') this.#taken.set(path, id);
    return true;
  }

  #placeOf(path: string): string {
    const { folder, id } = this.#config;
    return placeInFolder(id, relative(folder, path));
  }

  #isAtRest(path: string, state: string): boolean {
    const { now, settledMs } = this.#settings;
    const seen = this.#seen.get(path);
    if (seen?.state === state) return now() - seen.since >= settledMs;
    this.#seen.set(path, { state, since: now() });
    return settledMs === 0;
  }

  #brokenText(): string | null {
    const [first] = this.#broken.values();
    if (first === undefined) return null;
    const more = this.#broken.size - 1;
    return more === 0 ? first : `${first} So it is with ${more} more of its files.`;
  }

  async #note(problem: string | null, isNews: boolean): Promise<void> {
    const { intake, now } = this.#settings;
    const { id } = this.#config;
    const before = intake.fetches.of(id);
    const isSaid = before !== null && before.problem === problem && now() - before.tried < NOTED_EVERY_MS;
    if (isSaid && !isNews) return;
    const taken = Object.fromEntries(this.#taken);
    const look = { kind: 'folder', at: now(), as: '', taken } as const;
    if (problem === null) await intake.fetches.succeeded(id, look);
    else await intake.fetches.failed(id, look, problem);
  }
}

const STAYS = 'its feeds stay active';

/** Told until it is mended. */
const HELD =
  'is not taken: another source holds its id (stance intel list shows which). Take that one back by stance intel remove, or rename the file.';

const UNREADABLE: Readonly<Record<string, string>> = {
  file_too_large: 'is too large',
  incomplete_feed: 'is not whole: what its manifest names is missing or damaged',
};

/** Without a path of this machine: it is told to those who ask about indicators, too. */
function unreadable({ code }: OperationError): string {
  return `${ownValue(UNREADABLE, code) ?? 'cannot be read'}. The feed that was active stays.`;
}
