import { LIMITS } from '../../model/index.ts';

/** Why a document of VEX is not taken where it is about more than is taken; `null` where it is not. */
export function refusalAbove(count: number, most: number, what: string): string | null {
  return count <= most
    ? null
    : `its statements are about ${count} ${what}; at most ${most} are taken: split it`;
}

/** A document names its products once; written down, each stands wherever something is said of it, or of what is within it. */
export function refusalOfBytes(bytes: number): string | null {
  return refusalAbove(bytes, LIMITS.vexProductBytes, 'bytes of products, each as often as it is said');
}
