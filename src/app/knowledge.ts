import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { readFeed } from '../exposure/index.ts';
import {
  type EpochMs,
  type FeedId,
  LIMITS,
  NAME_PATTERN,
  THREAT_CATEGORIES,
  type ThreatCategory,
} from '../model/index.ts';
import { readPolicies } from '../policy/index.ts';
import { parseProfile, type ScoringProfile, ScoringProfileError } from '../scoring/index.ts';
import type { FleetState } from './fleet-state.ts';
import { type FeedArgs, type FeedResult, OperationError, type ProfileResult } from './operations.ts';

/** A feed that states no confidence of its own. */
const DEFAULT_CONFIDENCE = 0.7;

/** Reads a threat feed and makes it active, whole or not at all; the last good one stays where it is broken. */
export async function importFeed(state: FleetState, args: FeedArgs, at: EpochMs): Promise<FeedResult> {
  const { path, format, confidence, actor } = args;
  const id = args.id ?? basename(path).replace(/(\.(gz|txt|intel|dat|list|csv))+$/i, '');
  if (!NAME_PATTERN.test(id)) {
    throw new OperationError(
      'invalid_feed_id',
      `"${id}" is no feed id: letters, digits, ".", "_" and "-", at most 64; give --id`,
    );
  }
  const bytes = await readBounded(path, 'feed');
  const reading = readFeed({
    bytes,
    format,
    id: id as FeedId,
    defaultConfidence: confidence ?? DEFAULT_CONFIDENCE,
    defaultCategory: categoryOf(args.category),
    now: at,
  });
  if (!reading.ok) throw new OperationError('invalid_feed', `${path}: ${reading.message}`);
  const { feed, refusedTotal, skipped } = reading;
  const before = state.engine.feeds.get(feed.id);
  if (JSON.stringify(before) !== JSON.stringify(feed)) await state.append({ kind: 'feed', at, feed, actor });
  return { feed: id, listed: feed.listings.length, refused: refusedTotal, skipped };
}

/** Reads a policy file and puts it in force, whole or not at all. */
export async function applyPolicies(
  state: FleetState,
  { path, actor }: { path: string; actor: string },
  at: EpochMs,
): Promise<{ policies: number }> {
  const text = (await readBounded(path, 'policy')).toString('utf8');
  const reading = readPolicies(text);
  if (!reading.ok) {
    const lines = reading.errors.map(
      (error) => `  ${path}:${error.line ?? '?'} ${error.path}: ${error.message}`,
    );
    throw new OperationError('invalid_policies', ['The policies were refused whole:', ...lines].join('\n'));
  }
  const { policies } = reading;
  const inForce = [...state.engine.decider.policies].sort(byId);
  if (JSON.stringify(inForce) !== JSON.stringify([...policies].sort(byId))) {
    await state.append({ kind: 'policies', at, policies, actor });
  }
  return { policies: policies.length };
}

/**
 * Reads a scoring profile and puts it in force, whole or not at all. History names profiles by their version, so two
 * that differ never share one.
 */
export async function applyProfile(
  state: FleetState,
  { path, actor }: { path: string; actor: string },
  at: EpochMs,
): Promise<ProfileResult> {
  const text = (await readBounded(path, 'profile')).toString('utf8');
  const profile = readProfile(path, text);
  const { version } = profile;
  const { scoring } = state.engine;
  if (JSON.stringify(profile) === JSON.stringify(scoring)) return { version, changed: false };
  if (version === scoring.version) {
    throw new OperationError(
      'profile_version_in_use',
      `${path}: version ${version} is in force with other values; give the changed profile a version of its own. Nothing was changed.`,
    );
  }
  await state.append({ kind: 'profile', at, version, profile, actor });
  return { version, changed: true };
}

function readProfile(path: string, text: string): ScoringProfile {
  try {
    return parseProfile(JSON.parse(text));
  } catch (cause) {
    const why = cause instanceof ScoringProfileError ? cause.message : 'it is not JSON';
    throw new OperationError('invalid_profile', `${path}: ${why}`, { cause });
  }
}

function byId(a: { id: string }, b: { id: string }): number {
  return a.id < b.id ? -1 : 1;
}

function categoryOf(text: string | null): ThreatCategory | null {
  if (text === null) return null;
  const category = THREAT_CATEGORIES.find((each) => each === text);
  if (category !== undefined) return category;
  throw new OperationError(
    'invalid_category',
    `"${text}" is no category; allowed are ${THREAT_CATEGORIES.join(', ')}`,
  );
}

async function readBounded(path: string, what: string): Promise<Buffer> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new OperationError('unreadable_file', `The ${what} file ${path} cannot be read`, { cause });
  });
  if (bytes.length <= LIMITS.feedBytes) return bytes;
  throw new OperationError(
    'file_too_large',
    `The ${what} file ${path} is larger than ${LIMITS.feedBytes} bytes`,
  );
}
