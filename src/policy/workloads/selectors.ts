import type { Place } from './place.ts';

/** Labels that must all be there, as tags of the inventory: `app=web`. None: every workload. */
export type Labels = readonly string[];

/** By which tag a workload says its namespace. */
export const NAMESPACE = 'namespace';

/** Values of several expressions multiply. */
const MOST_ALTERNATIVES = 1_000;

/**
 * A label selector as alternatives of labels; `null` where it cannot be expressed, which is refused at its place.
 * @param tagOf how a label is written as a tag; `null` refuses it
 */
export function readSelector(
  selector: Place,
  tagOf: (key: string, at: Place) => string | null,
): readonly Labels[] | null {
  selector.only(['matchLabels', 'matchExpressions']);
  let alternatives: readonly Labels[] | null = [[]];
  const narrow = (by: readonly Labels[] | null): void => {
    const isMany = (alternatives?.length ?? 0) * (by?.length ?? 0) > MOST_ALTERNATIVES;
    if (isMany) selector.refuse(`comes to more than ${MOST_ALTERNATIVES} combinations of labels`);
    alternatives = isMany ? null : both(alternatives, by);
  };
  for (const [key, value] of selector.at('matchLabels').entries()) {
    narrow(oneOf(key, [value], tagOf, value));
  }
  for (const expression of selector.at('matchExpressions').items()) {
    narrow(readExpression(expression, tagOf));
  }
  return alternatives;
}

function readExpression(
  expression: Place,
  tagOf: (key: string, at: Place) => string | null,
): readonly Labels[] | null {
  const key = expression.at('key').text();
  const operator = expression.at('operator');
  if (operator.value !== 'In') {
    operator.refuse('must be In: what a workload lacks, or has with any value, is not known of its tags');
    return null;
  }
  const values = expression.at('values').items();
  if (values.length === 0) expression.at('values').refuse('must name values');
  return key === null || values.length === 0 ? null : oneOf(key, values, tagOf, expression.at('key'));
}

/** One label with one of several values. */
function oneOf(
  key: string,
  values: readonly Place[],
  tagOf: (key: string, at: Place) => string | null,
  at: Place,
): readonly Labels[] | null {
  const tag = tagOf(key, at);
  const texts = values.map((value) => value.text());
  return tag === null ? null : texts.flatMap((text) => (text === null ? [] : [[`${tag}=${text}`]]));
}

/** Both must hold. */
export function both(a: readonly Labels[] | null, b: readonly Labels[] | null): readonly Labels[] | null {
  if (a === null || b === null) return null;
  return a.flatMap((one) =>
    b.flatMap((other): Labels[] => {
      const joined = together(one, other);
      return joined === null ? [] : [joined];
    }),
  );
}

/** All labels of both; `null` where no workload can have them: a label has one value. */
export function together(a: Labels, b: Labels): Labels | null {
  const all = [...new Set([...a, ...b])].sort();
  const keys = new Set(all.map(keyOf));
  return keys.size === all.length ? all : null;
}

function keyOf(label: string): string {
  return label.slice(0, label.indexOf('='));
}
