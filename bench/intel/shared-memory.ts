// Counts shared memory that something still holds: the process's own figures leave it out.

let held = 0;
const gone = new FinalizationRegistry<number>((bytes) => {
  held -= bytes;
});

globalThis.SharedArrayBuffer = class extends SharedArrayBuffer {
  constructor(bytes: number) {
    super(bytes);
    held += bytes;
    gone.register(this, bytes);
  }
} as SharedArrayBufferConstructor;

/** After a full collection. */
export async function sharedBytes(): Promise<number> {
  for (let before = -1; before !== held; ) {
    before = held;
    globalThis.gc?.();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return held;
}
