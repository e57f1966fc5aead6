import { access, constants, opendir, stat } from 'node:fs/promises';
import { refusalText, type SourceReport, type SourceStanding } from '../../intake/index.ts';
import { iso } from '../../model/index.ts';
import type { DoctorReport } from '../operations.ts';

type Check = DoctorReport['checks'][number];

/** A source that is not there may come; what of it is refused is nowhere in the posture. Both are warnings. */
export async function examineSources(sources: readonly SourceStanding[]): Promise<Check[]> {
  return await Promise.all(sources.map((each) => examineSource(each)));
}

async function examineSource({ path, report }: SourceStanding): Promise<Check> {
  const check = `source ${path}`;
  const missing = await lookedAt(path).then(
    () => null,
    (cause: NodeJS.ErrnoException) => cause.code ?? 'unknown',
  );
  if (missing === 'ENOENT') return { check, state: 'warning', detail: 'there is nothing at this path' };
  if (missing !== null) return { check, state: 'warning', detail: `it cannot be looked at (${missing})` };
  if (report === null) return { check, state: 'ok', detail: 'there; followed while stance serve runs' };
  const trouble = troubleOf(report);
  const detail = [standing(report), ...trouble].join('; ');
  return { check, state: trouble.length === 0 ? 'ok' : 'warning', detail };
}

/** Of a folder both must be allowed: that its names are read, and that these are looked at. */
async function lookedAt(path: string): Promise<void> {
  const isFolder = (await stat(path)).isDirectory();
  if (isFolder) await (await opendir(path)).close();
  await access(path, isFolder ? constants.X_OK : constants.R_OK);
}

function standing({ files, lastRead, accepted, refused }: SourceReport): string {
  const read = lastRead === null ? 'nothing read yet' : `last read ${iso(lastRead)}`;
  return `${files} ${files === 1 ? 'file' : 'files'}, ${read}; since Stance started ${accepted} accepted, ${refused} refused`;
}

function troubleOf({ files, lastRead, refusal, unreadable }: SourceReport): string[] {
  return [
    ...(files === 0 && lastRead !== null ? ['there were files, now there are none'] : []),
    ...(refusal === null
      ? []
      : [`last refused ${iso(refusal.seen)}: ${refusal.file} from ${refusalText(refusal)}`]),
    ...(unreadable === null ? [] : [`${unreadable.file} cannot be read: ${unreadable.fault}`]),
  ];
}
