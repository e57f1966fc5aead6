import { readFile } from 'node:fs/promises';
import type { FleetState } from '../data-directory/index.ts';
import { type EpochMs, LIMITS } from '../model/index.ts';
import { OperationError } from '../refusals/index.ts';
import { parseProfile, type ScoringProfile, ScoringProfileError } from '../scoring/index.ts';
import type { ProfileResult } from './operations.ts';

/**
 * Reads a scoring profile and puts it in force, whole or not at all. History names profiles by their version, so two
 * that differ never share one.
 */
export async function applyProfile(
  state: FleetState,
  { path, actor }: { path: string; actor: string },
  at: () => EpochMs,
): Promise<ProfileResult> {
  const text = (await readBounded(path, 'profile')).toString('utf8');
  const profile = readProfile(path, text);
  const { version } = profile;
  return await state.change<ProfileResult>(() => {
    const { scoring } = state.engine;
    if (JSON.stringify(profile) === JSON.stringify(scoring))
      return { record: null, answer: () => ({ version, changed: false }) };
    if (version === scoring.version) {
      throw new OperationError(
        'profile_version_in_use',
        `${path}: version ${version} is in force with other values; give the changed profile a version of its own. Nothing was changed.`,
      );
    }
    return {
      record: { kind: 'profile', at: at(), version, profile, actor },
      answer: () => ({ version, changed: true }),
    };
  });
}

function readProfile(path: string, text: string): ScoringProfile {
  try {
    return parseProfile(JSON.parse(text));
  } catch (cause) {
    const why = cause instanceof ScoringProfileError ? cause.message : 'it is not JSON';
    throw new OperationError('invalid_profile', `${path}: ${why}`, { cause });
  }
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
