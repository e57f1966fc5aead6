import { NO_ROW, SideRows, type Table } from '../../columns/index.ts';
import {
  type Detection,
  type EpochMs,
  HOUR_MS,
  type Role,
  sealedIn,
  type StateReader,
  type StateWriter,
} from '../../model/index.ts';
import { asksAs, type Inquiry } from '../inquiry.ts';
import type { Question } from '../question.ts';
import { combine } from '../surprise.ts';
import { confidenceOf, evidenceOf } from './detection.ts';
import type { QuestionDetector } from './detector.ts';
import { DistinctSums } from './distinct-sums.ts';
import { lookOfLabel } from './label-look.ts';
import { isOfMachines, markOfDomain } from './name-marks.ts';
import { upperTailOfNormal } from './normal.ts';
import { serviceWeight } from './service-weight.ts';

/** Below so many domains that do not exist, within an hour, there is nothing to speak of. */
const LEAST_DOMAINS = 12;
/** Domains of one program look alike: more than so many say no more about the look than these. */
const INDEPENDENT_LOOKS = 10;
/** An hour of an entity at most so probable is told. */
const TOLD_BELOW = 1e-5;
/** No family decides alone, however far it goes: at this, the others have to say something too. */
const LEAST_PROBABLE = 1e-6;
/** A domain that exists is of the same making where it looks at least so unlike words. */
const LIKE_GENERATED = 2;
/** They ask for others, or for whatever there is. */
const EXPECTED_ROLES: ReadonlySet<Role> = new Set<Role>(['nat', 'proxy', 'scanner', 'monitoring']);

/**
 * How probable it is that an ordinary entity misses so many domains of such a look within an hour. Two families: how
 * many (of benign hours 1 / n² miss n or more, at most), and how unlike words.
 * @param look the mean of {@link lookOfLabel} over them
 */
export function ordinariness(domains: number, look: number): number {
  const many = 1 / Math.max(1, domains) ** 2;
  const odd = upperTailOfNormal(look * Math.sqrt(Math.min(domains, INDEPENDENT_LOOKS)));
  return combine([many, odd].map((p) => Math.max(LEAST_PROBABLE, p)));
}

/**
 * Many registrable domains asked for that do not exist, and look generated: a program looks for its master. ATT&CK
 * T1568.002 (Domain Generation Algorithms).
 */
export class DgaDomains implements QuestionDetector<DgaDomains> {
  readonly #missed: SideRows;
  readonly #since;
  readonly #told;
  /** Their looks, and how much of them exists. Each weighs less the more of the fleet ask for it too. */
  readonly #domains;

  constructor(rows: Table) {
    this.#missed = new SideRows(rows, 'dga_domains');
    this.#since = this.#missed.table.f64('since');
    this.#told = this.#missed.table.f32('told');
    this.#domains = new DistinctSums(this.#missed.table, ['missing', 'look', 'existing']);
  }

  concerns(inquiry: Inquiry): boolean {
    const { row, question } = inquiry;
    const isMissing = question.outcome === 'nxdomain';
    // What exists matters only beside what does not.
    if (!isMissing && (question.outcome !== 'answered' || this.#missed.at(row) === NO_ROW)) return false;
    return isWholeDomain(question) && !question.forwards && !asksAs(inquiry, EXPECTED_ROLES);
  }

  observe({ row, question }: Inquiry): Detection | null {
    const { name, time, outcome, askers } = question;
    const look = lookOf(name.domain);
    const isMissing = outcome === 'nxdomain';
    if (!isMissing && (look < LIKE_GENERATED || isBelowAService(name.domain))) return null;
    const missed = this.#missed.make(row);
    if (Math.abs(time - this.#since.at(missed)) >= HOUR_MS) this.#startAnew(missed, time);
    const weight = 1 / serviceWeight(askers);
    const values = isMissing ? [weight, weight * look, 0] : [0, 0, weight];
    if (!this.#domains.add(missed, markOfDomain(name), values)) return null;
    const domains = this.#domains.sum(missed, 0);
    if (domains < LEAST_DOMAINS || domains < 2 * this.#told.at(missed)) return null;
    const probability = ordinariness(domains, this.#domains.sum(missed, 1) / domains);
    if (probability > TOLD_BELOW) return null;
    this.#told.set(missed, domains);
    return describe(question, domains, this.#domains.sum(missed, 2), probability);
  }

  forget(row: number, now: EpochMs): void {
    const missed = this.#missed.at(row);
    // An hour more than it counts: a clock that was ahead for a moment forgets nothing.
    if (missed !== NO_ROW && now - this.#since.at(missed) >= 2 * HOUR_MS) this.end(row);
  }

  end(row: number): void {
    const missed = this.#missed.at(row);
    if (missed === NO_ROW) return;
    this.#domains.clear(missed);
    this.#missed.end(row);
  }

  askAgain(row: number): void {
    const missed = this.#missed.at(row);
    if (missed !== NO_ROW) this.#told.set(missed, 0);
  }

  moveTo(other: DgaDomains, row: number, otherRow: number): void {
    const moved = this.#missed.moveTo(other.#missed, row, otherRow);
    if (moved !== null) this.#domains.moveTo(other.#domains, moved.from, moved.to);
  }

  save(to: StateWriter): void {
    this.#missed.save(to.part('missed'));
    this.#domains.save(to.part('domains'));
  }

  load(from: StateReader): void {
    this.#missed.load(from.part('missed'));
    this.#domains.load(from.part('domains'));
  }

  #startAnew(missed: number, time: EpochMs): void {
    this.#domains.clear(missed);
    this.#since.set(missed, time);
    this.#told.set(missed, 0);
  }
}

/**
 * The registrable domain itself, or its `www`: a name further below may be missing where the domain is not. A lone
 * label (a browser's probe, a machine's name) is no domain; nor is a search suffix, which stays the same one.
 */
function isWholeDomain({ name }: Question): boolean {
  return name.labels.count <= 1 && name.domain.includes('.') && !isOfMachines(name);
}

/** Customers of a service have generated names in it, and these exist. */
function isBelowAService(domain: string): boolean {
  return domain.indexOf('.') !== domain.lastIndexOf('.');
}

function describe(question: Question, missing: number, existing: number, probability: number): Detection {
  const count = Math.round(missing);
  const found = Math.round(existing);
  const beside = found === 0 ? '' : `, and about ${found} of the same look that do`;
  const observed = `about ${count} generated-looking domains that do not exist${beside}`;
  const text = `Device asked within an hour for ${observed}`;
  return {
    type: 'dga_domains',
    at: question.time,
    severity: 'high',
    confidence: confidenceOf(-Math.log10(probability), -Math.log10(TOLD_BELOW), 0.65),
    description: text,
    technique: 'T1568.002',
    expected: `fewer than ${LEAST_DOMAINS} domains an hour that do not exist, with names like words`,
    observed,
    evidence: [evidenceOf(question, text, count, null)],
  };
}

/** Of a label that was not kept nothing is known: it is as ordinary labels are. */
function lookOf(domain: string): number {
  return sealedIn(domain) === null ? lookOfLabel(domain.slice(0, domain.indexOf('.'))) : 0;
}
