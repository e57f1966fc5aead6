/** An anomaly of the real data, as far as a judgement is found by it. */
export interface Judged {
  readonly set: string;
  readonly entity: string;
  readonly type: string;
}

/**
 * Where a page of judgements (docs/detectors/judged.md) and what is raised now part: one line each, none where every anomaly is judged and
 * every judgement is of one that is raised.
 * @param page Markdown; in a row of its table stand the set, by how its name begins, the entity, and the type in backticks
 */
export function differences(raised: readonly Judged[], page: string): readonly string[] {
  const open = [...raised];
  const gone = judgements(page).filter((judged) => {
    const at = open.findIndex((each) => isSame(each, judged));
    if (at >= 0) open.splice(at, 1);
    return at < 0;
  });
  return [
    ...open.map((each) => `not judged: ${told(each)}`),
    ...gone.map((each) => `judged, and not raised any more: ${told(each)}`),
  ];
}

function judgements(page: string): readonly Judged[] {
  return page.split('\n').flatMap((line) => {
    const [, set, entity, type] = /^\| ([^|]+) \| ([^|]+) \| `(\w+)`/.exec(line) ?? [];
    return set === undefined || entity === undefined || type === undefined ? [] : [{ set, entity, type }];
  });
}

function isSame(raised: Judged, judged: Judged): boolean {
  return raised.set.startsWith(judged.set) && raised.entity === judged.entity && raised.type === judged.type;
}

function told({ set, entity, type }: Judged): string {
  return `${type} of ${entity} in ${set}`;
}
