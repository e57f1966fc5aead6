import type { Float32Column, Float64Column, Uint16Column, Uint32Column, Uint8Column } from './column.ts';
import { RowPages } from './row-pages.ts';

/** What is kept in rows of numbers: its columns by name, and rows overwritten with others. */
export abstract class RowColumns {
  protected readonly rows = new RowPages();

  f64(name: string): Float64Column {
    return this.rows.f64(name);
  }

  f32(name: string): Float32Column {
    return this.rows.f32(name);
  }

  u32(name: string): Uint32Column {
    return this.rows.u32(name);
  }

  u16(name: string): Uint16Column {
    return this.rows.u16(name);
  }

  u8(name: string): Uint8Column {
    return this.rows.u8(name);
  }

  /** Overwrites one row with another. */
  copy(from: number, to: number): void {
    this.rows.copy(from, to);
  }

  /** Overwrites a row of another one that has the same columns. */
  copyTo(other: this, from: number, to: number): void {
    this.rows.copyTo(other.rows, from, to);
  }
}
