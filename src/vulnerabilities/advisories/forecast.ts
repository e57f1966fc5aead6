import type { ExploitForecast } from '../../model/index.ts';
import { placeOfCve } from '../forecast-table.ts';

const HEADER = /^#model_version:([^,]{1,64}),score_date:([^,\s]{1,64})/;
const ROW = /^(CVE-\d{4}-\d{4,12}),([0-9.eE+-]{1,24})(?:,|$)/;

/** EPSS of one day, CSV: a comment with model and date, a header, a row for each CVE. `null` where it is none. */
export function readForecast(text: string): { forecast: ExploitForecast; refused: number } | null {
  const [first = '', ...lines] = text.split(/\r?\n/);
  const [, modelVersion, scoredAt] = HEADER.exec(first) ?? [];
  const scored = Date.parse(scoredAt ?? '');
  if (modelVersion === undefined || Number.isNaN(scored)) return null;
  const rows: (readonly [place: number, cve: string, probability: number])[] = [];
  let refused = 0;
  for (const line of lines) {
    if (line === '' || line.startsWith('cve,')) continue;
    const [, cve, value] = ROW.exec(line) ?? [];
    // JSON keeps no −0.
    const probability = Number(value) + 0;
    if (cve === undefined || !(probability >= 0 && probability <= 1)) refused++;
    else rows.push([placeOfCve(cve) ?? Infinity, cve, probability]);
  }
  // As its table wants them: to sort them there would hold the loop.
  rows.sort(([a], [b]) => (a === b ? 0 : a - b));
  const cves = rows.map(([, cve]) => cve);
  const probabilities = rows.map(([, , probability]) => probability);
  return { forecast: { modelVersion, scored, cves, probabilities }, refused };
}
