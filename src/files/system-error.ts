/** Whether the system refused something, and for one of these reasons (errno(3)). */
export function isSystemError(cause: unknown, ...codes: readonly string[]): boolean {
  return cause instanceof Error && 'code' in cause && codes.some((code) => code === cause.code);
}

/** What the system says when there is no room left: no space, no quota, file size limit. */
export function isNoRoom(cause: unknown): boolean {
  return isSystemError(cause, 'ENOSPC', 'EDQUOT', 'EFBIG');
}

/** There was no room for a file; what is in its place stays. */
export class DiskFull extends Error {
  override readonly name = 'DiskFull';
  readonly code = 'disk_full';

  constructor(path: string, options?: ErrorOptions) {
    super(`no room left for ${path}: free space on its disk, then try again`, options);
  }
}
