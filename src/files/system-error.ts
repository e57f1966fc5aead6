/** Whether the system refused something, and for one of these reasons (errno(3)). */
export function isSystemError(cause: unknown, ...codes: readonly string[]): boolean {
  return cause instanceof Error && 'code' in cause && codes.some((code) => code === cause.code);
}
