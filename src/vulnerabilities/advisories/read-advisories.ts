import {
  type Advisory,
  LIMITS,
  type ProductVersions,
  type VulnerabilityKnowledge,
} from '../../model/index.ts';
import { childrenOf, type Fields, fieldsOf, textOf } from '../fields.ts';
import { unknownWordIn } from '../known-words.ts';
import { otherAdvisories } from '../other-forms.ts';
import { readCsaf, type VexDocument } from './csaf.ts';
import { readCve } from './cve.ts';
import { readCycloneDxVex } from './cyclonedx-vex.ts';
import { readExploited } from './exploited.ts';
import { readForecast } from './forecast.ts';
import { readLifecycleAnswer, readLifecyclePage } from './lifecycle.ts';
import { readNvd } from './nvd.ts';
import { readOpenVex } from './openvex.ts';
import { ecosystemsNotCompared, readOsv } from './osv.ts';

const ADVISORY_FORMATS = [
  'osv',
  'cve',
  'csaf',
  'nvd',
  'openvex',
  'cyclonedx_vex',
  'kev',
  'epss',
  'endoflife',
] as const;
export type AdvisoryFormat = (typeof ADVISORY_FORMATS)[number];

export type AdvisoryReading =
  | {
      readonly ok: true;
      readonly format: AdvisoryFormat;
      readonly knowledge: VulnerabilityKnowledge;
      /** Documents, rows or entries in it. */
      readonly records: number;
      readonly refused: readonly string[];
      readonly refusedTotal: number;
      /** How many advisories, by the reason, speak also of what cannot be compared with anything. */
      readonly uncompared: Readonly<Record<string, number>>;
    }
  | { readonly ok: false; readonly message: string };

const NOTHING: VulnerabilityKnowledge = {
  advisories: [],
  statements: [],
  exploited: null,
  forecast: null,
  lifecycles: [],
};

/** Reads a file of advisories; what it is, its content tells. Nothing of one that is none is taken. */
export function readAdvisories(text: string): AdvisoryReading {
  if (text.startsWith('#model_version')) return epss(text);
  if (text.startsWith('---')) return lifecycle(text);
  const reading = collected(documentsIn(text));
  const other = reading.ok ? null : otherAdvisories(text);
  return other === null ? reading : { ok: false, message: other };
}

function collected(documents: Documents): AdvisoryReading {
  if (!documents.ok) return documents;
  const all = new Collected(documents.refused);
  for (const [place, document] of documents.found) all.take(document, place);
  return all.reading();
}

function epss(text: string): AdvisoryReading {
  const reading = readForecast(text);
  if (reading === null) return { ok: false, message: 'its first line names no model_version and score_date' };
  const { forecast, refused } = reading;
  if (forecast.cves.length > LIMITS.forecastRows) {
    return { ok: false, message: `it has more than ${LIMITS.forecastRows} rows` };
  }
  return {
    ok: true,
    format: 'epss',
    knowledge: { ...NOTHING, forecast },
    records: forecast.cves.length + refused,
    refused: refused === 0 ? [] : [`${refused} rows without a CVE or a probability`],
    refusedTotal: refused,
    uncompared: {},
  };
}

function lifecycle(text: string): AdvisoryReading {
  let read: ReturnType<typeof readLifecyclePage> = null;
  try {
    read = readLifecyclePage(text);
  } catch {
    return { ok: false, message: 'its YAML cannot be read' };
  }
  if (read === null)
    return { ok: false, message: 'it is no page of endoflife.date: it has no title or no releases' };
  return whole('endoflife', { ...NOTHING, lifecycles: [read] });
}

function whole(format: AdvisoryFormat, knowledge: VulnerabilityKnowledge): AdvisoryReading {
  return { ok: true, format, knowledge, records: 1, refused: [], refusedTotal: 0, uncompared: {} };
}

type Documents =
  | {
      readonly ok: true;
      readonly found: readonly (readonly [string, Fields])[];
      readonly refused: readonly string[];
    }
  | { readonly ok: false; readonly message: string };

/** One JSON document, a list of them, or one on each line. */
function documentsIn(text: string): Documents {
  const all = listed(parsed(text));
  if (Array.isArray(all)) {
    return { ok: true, found: all.map((each, index) => [`entry ${index + 1}`, fieldsOf(each)]), refused: [] };
  }
  if (all !== undefined) return { ok: true, found: [['the document', fieldsOf(all)]], refused: [] };
  const lines = text.split('\n');
  const found: (readonly [string, Fields])[] = [];
  const refused: string[] = [];
  for (const [index, line] of lines.entries()) {
    if (line.trim() === '') continue;
    const one = parsed(line);
    if (typeof one === 'object' && one !== null) found.push([`line ${index + 1}`, fieldsOf(one)]);
    else refused.push(`line ${index + 1}: no JSON object`);
    if (found.length === 0 && refused.length > 0) break;
  }
  if (found.length > 0) return { ok: true, found, refused };
  return { ok: false, message: 'it is neither JSON nor one JSON object a line; it may have been cut short' };
}

/** Answers of OSV's and endoflife.date's APIs are lists in an object. */
function listed(document: unknown): unknown {
  const { vulns, result } = fieldsOf(document);
  if (Array.isArray(vulns)) return vulns;
  return Array.isArray(result) ? result.map((each: unknown) => ({ result: each })) : document;
}

/** `undefined` for what is no JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const BILL = 'it is a bill of materials: read it with stance inventory import';

/** There are some fifty ecosystems. */
const REASONS = 100;

/** Whether nothing of it can be told from anything; in CSAF it is words that leave it open. */
function isOpen(
  { otherwise, intervals, versions, excepted, unaffected }: ProductVersions,
  source: string,
): boolean {
  const isTold = (intervals ?? versions ?? excepted ?? unaffected) !== undefined;
  return otherwise === 'unknown' && (source === 'csaf' || !isTold);
}

/** What the documents of one file say, all of one format. */
class Collected {
  readonly #advisories: VulnerabilityKnowledge['advisories'][number][] = [];
  readonly #statements: VulnerabilityKnowledge['statements'][number][] = [];
  readonly #lifecycles: VulnerabilityKnowledge['lifecycles'][number][] = [];
  readonly #refused: string[];
  /** Lines that are no documents. */
  readonly #unread: number;
  readonly #uncompared = new Map<string, number>();
  #exploited: VulnerabilityKnowledge['exploited'] = null;
  #format: AdvisoryFormat | null = null;
  #records = 0;
  #isBill = false;

  constructor(refused: readonly string[]) {
    this.#refused = [...refused];
    this.#unread = refused.length;
  }

  take(document: Fields, place: string): void {
    const format = formatOf(document);
    this.#isBill ||= document['bomFormat'] === 'CycloneDX' || textOf(document['spdxVersion']) !== null;
    if (format === null || (this.#format !== null && format !== this.#format)) {
      this.#records++;
      this.#refused.push(
        `${place}: ${format === null ? 'no advisory of a known format' : `${format} among ${this.#format}`}`,
      );
      return;
    }
    this.#format = format;
    if (!this.#read(format, document, place))
      this.#refused.push(`${place}: it names no id, or one with characters that are not seen`);
  }

  reading(): AdvisoryReading {
    const [refused] = this.#refused;
    if (this.#format === null) {
      return { ok: false, message: this.#isBill ? BILL : (refused ?? 'it holds no document') };
    }
    if (this.#advisories.length + this.#statements.length > LIMITS.advisoriesPerFile) {
      return { ok: false, message: `it holds more than ${LIMITS.advisoriesPerFile} advisories` };
    }
    const unknown = unknownWordIn({ advisories: this.#advisories, statements: this.#statements });
    if (unknown !== null) return { ok: false, message: `it was read to what cannot be matched: ${unknown}` };
    const knowledge = {
      ...NOTHING,
      advisories: this.#advisories,
      statements: this.#statements,
      lifecycles: this.#lifecycles,
      exploited: this.#exploited,
    };
    return {
      ok: true,
      format: this.#format,
      knowledge,
      records: this.#records + this.#unread,
      refused: this.#refused.slice(0, LIMITS.refusalsPerFile),
      refusedTotal: this.#refused.length,
      uncompared: Object.fromEntries(this.#uncompared),
    };
  }

  /** Whether it could be read. */
  #read(format: AdvisoryFormat, document: Fields, place: string): boolean {
    switch (format) {
      case 'osv':
        for (const ecosystem of ecosystemsNotCompared(document)) this.#leaveOpen(`ecosystem ${ecosystem}`);
        return this.#add(readOsv(document));
      case 'cve':
        return this.#add(readCve(document));
      case 'nvd':
        return childrenOf(document['vulnerabilities'])
          .map(({ cve }) => this.#add(readNvd(fieldsOf(cve))))
          .every(Boolean);
      case 'csaf':
        return this.#addVex(readCsaf(document), place);
      case 'openvex':
        return this.#addVex(readOpenVex(document), place);
      case 'cyclonedx_vex':
        return this.#addVex(readCycloneDxVex(document), place);
      case 'kev':
        this.#exploited = readExploited(document);
        this.#records += this.#exploited?.entries.length ?? 1;
        return this.#exploited !== null;
      case 'endoflife':
        return this.#addLifecycle(document);
      case 'epss':
        return false;
    }
  }

  #add(advisory: VulnerabilityKnowledge['advisories'][number] | null): boolean {
    this.#records++;
    if (advisory !== null) this.#take(advisory);
    return advisory !== null;
  }

  #take(advisory: Advisory): void {
    this.#advisories.push(advisory);
    const { products, source } = advisory;
    if (products.some((each) => isOpen(each, source)))
      this.#leaveOpen('versions that are not told, or told in words');
  }

  #leaveOpen(reason: string): void {
    const isTooMany = !this.#uncompared.has(reason) && this.#uncompared.size >= REASONS;
    const counted = isTooMany ? 'others' : reason;
    this.#uncompared.set(counted, (this.#uncompared.get(counted) ?? 0) + 1);
  }

  #addVex(document: VexDocument | null, place: string): boolean {
    this.#records++;
    if (document === null) return false;
    for (const advisory of document.advisories) this.#take(advisory);
    for (const statement of document.statements) this.#statements.push(statement);
    for (const reason of document.refused) this.#refused.push(`${place}, ${reason}`);
    return true;
  }

  #addLifecycle(document: Fields): boolean {
    this.#records++;
    const read = readLifecycleAnswer(document);
    if (read !== null) this.#lifecycles.push(read);
    return read !== null;
  }
}

/** An object of STIX has an id and a date too; but its id names its type (STIX 2.1 §2.9). */
function isOsv({ id, affected, modified }: Fields): boolean {
  const name = textOf(id);
  if (name === null || name.includes('--')) return false;
  return Array.isArray(affected) || textOf(modified) !== null;
}

function formatOf(document: Fields): AdvisoryFormat | null {
  if (textOf(fieldsOf(document['cveMetadata'])['cveId']) !== null) return 'cve';
  if (document['format'] === 'NVD_CVE') return 'nvd';
  if (textOf(document['catalogVersion']) !== null) return 'kev';
  if (textOf(fieldsOf(document['document'])['csaf_version']) !== null) return 'csaf';
  if (textOf(document['@context'])?.includes('openvex') === true) return 'openvex';
  if (document['bomFormat'] === 'CycloneDX' && Array.isArray(document['vulnerabilities']))
    return 'cyclonedx_vex';
  if (isOsv(document)) return 'osv';
  return Array.isArray(fieldsOf(document['result'])['releases']) ? 'endoflife' : null;
}
