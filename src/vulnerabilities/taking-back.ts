import type { Advisory } from '../model/index.ts';

/** It names no product any more: all that it does is to take back what an earlier version of its document said. */
export function onlyTakesBack({ withdrawn, products }: Pick<Advisory, 'withdrawn' | 'products'>): boolean {
  return withdrawn && products.length === 0;
}
