/** Work that comes in small steps, so that others may have their turn between them; here all of it is done at once. */
export function atOnce<T>(steps: Generator<unknown, T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}
