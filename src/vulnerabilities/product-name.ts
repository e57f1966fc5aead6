/** Names of makers and products are written in many ways: what is compared are their letters and digits. */
export function plainName(name: string): string {
  return name.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');
}

/** What a product is looked up by that has no package URL. */
export function productKey(product: string): string {
  return `product/${plainName(product)}`;
}

/** The fewest letters that tell a maker when the rest of its name is left out: `Axis` of `Axis Communications AB`. */
const TELLING_LETTERS = 4;

export function isSameMaker(a: string, b: string): boolean {
  const [left, right] = [plainName(a), plainName(b)];
  if (left === right) return left !== '';
  const [short, long] = left.length < right.length ? [left, right] : [right, left];
  return short.length >= TELLING_LETTERS && long.startsWith(short);
}
