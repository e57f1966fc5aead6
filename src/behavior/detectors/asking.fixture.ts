import { ALWAYS_WORKING } from '../clock.fixture.ts';
import { Table } from '../../columns/index.ts';
import type { Detection, Role, Stateful, StateReader, StateWriter } from '../../model/index.ts';
import type { Question } from '../question.ts';
import type { QuestionDetector } from './detector.ts';

/** One detector of questions for a few entities, with all that it remembers. For tests. */
export class Asking<D extends QuestionDetector<D>> implements Stateful {
  readonly rows = new Table();
  readonly detector: D;

  constructor(make: (rows: Table) => D, entities = 1) {
    this.detector = make(this.rows);
    for (let i = 0; i < entities; i++) this.rows.add();
  }

  /** @param contacts that the entity had with each destination */
  ask(question: Question, { row = 0, roles = [] as readonly Role[], contacts = 0 } = {}): Detection | null {
    const circumstances = {
      enrolledAt: null,
      kind: null,
      roles,
      now: Number.POSITIVE_INFINITY,
      clock: ALWAYS_WORKING,
    };
    const inquiry = { row, question, circumstances, contactsWith: () => contacts };
    return this.detector.concerns(inquiry) ? this.detector.observe(inquiry) : null;
  }

  askAll(questions: Iterable<Question>, of: Parameters<this['ask']>[1] = {}): Detection[] {
    return Array.from(questions, (each) => this.ask(each, of)).filter((each) => each !== null);
  }

  /** An entity goes to another part of the engine, and ends here. */
  move(other: Asking<D>, row: number): void {
    const to = other.rows.add();
    this.rows.copyTo(other.rows, row, to);
    this.detector.moveTo(other.detector, row, to);
    this.detector.end(row);
  }

  save(to: StateWriter): void {
    this.rows.save(to.part('rows'));
    this.detector.save(to.part('detector'));
  }

  load(from: StateReader): void {
    this.rows.load(from.part('rows'));
    this.detector.load(from.part('detector'));
  }
}
