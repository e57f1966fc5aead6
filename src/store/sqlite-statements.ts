import type { DatabaseSync, SQLInputValue, SQLOutputValue, StatementSync } from 'node:sqlite';

/** Runs SQL on a database; each text is prepared once. */
export class Statements {
  readonly #db: DatabaseSync;
  readonly #prepared = new Map<string, StatementSync>();

  constructor(db: DatabaseSync) {
    this.#db = db;
  }

  run(sql: string, ...values: readonly SQLInputValue[]): void {
    this.#statement(sql).run(...values);
  }

  /** @returns the new row's number */
  insert(sql: string, ...values: readonly SQLInputValue[]): number {
    return Number(this.#statement(sql).run(...values).lastInsertRowid);
  }

  /** A row has the columns that the SQL names: whoever writes it says what the rows are. */
  all(sql: string, ...values: readonly SQLInputValue[]): readonly unknown[] {
    return this.#statement(sql).all(...values);
  }

  /** The first row; `null` where there is none. */
  one(sql: string, ...values: readonly SQLInputValue[]): unknown {
    return this.#statement(sql).get(...values) ?? null;
  }

  /** A row of a table that has these columns. */
  insertRow<C extends string>(
    table: string,
    columns: readonly C[],
    row: Readonly<Record<C, SQLInputValue>>,
  ): void {
    const places = columns.map(() => '?').join(', ');
    const values = columns.map((column) => row[column]);
    this.run(`INSERT INTO ${table} (${columns.join(', ')}) VALUES (${places})`, ...values);
  }

  /** The first value of the first row, where it is a number. */
  number(sql: string, ...values: readonly SQLInputValue[]): number | null {
    const value = this.#value(sql, values);
    return typeof value === 'number' ? value : null;
  }

  /** The first value of the first row, where it is a text. */
  text(sql: string, ...values: readonly SQLInputValue[]): string | null {
    const value = this.#value(sql, values);
    return typeof value === 'string' ? value : null;
  }

  #value(sql: string, values: readonly SQLInputValue[]): SQLOutputValue {
    const row = this.#statement(sql).get(...values);
    return row === undefined ? null : (Object.values(row)[0] ?? null);
  }

  #statement(sql: string): StatementSync {
    let statement = this.#prepared.get(sql);
    if (statement === undefined) this.#prepared.set(sql, (statement = this.#db.prepare(sql)));
    return statement;
  }
}
