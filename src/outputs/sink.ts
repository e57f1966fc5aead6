import type { EpochMs, Origin, Severity } from '../model/index.ts';

/** A finding as it is sent. */
export interface Message {
  /** The same for the same change, whenever and however often it is sent. */
  readonly uid: string;
  readonly level: Severity;
  /** In the time of the data. */
  readonly at: EpochMs;
  /** What kind of thing, as syslog's MSGID. */
  readonly kind: string;
  /** JSON on one line. */
  readonly body: string;
}

/** A published change, with what it says to receivers. */
export interface OutboxEntry {
  readonly origin: Origin;
  readonly messages: readonly Message[];
}

/** What is there to be sent: kept elsewhere, in the order in which it was told; a cursor into it is all that a sink has. */
export interface Outbox {
  after(cursor: Origin, limit: number): Promise<readonly OutboxEntry[]>;
  /** Counted up to `limit`. */
  waiting(cursor: Origin, limit: number): { readonly count: number; readonly oldest: EpochMs | null };
}

/** Where findings go. What it throws says what is wrong without naming secrets. */
export interface Sink {
  /** Changes after which the cursor moves. One where the receiver answers for each; more where it never answers. */
  readonly changesAtOnce: number;
  /** Resolves when the receiver has it, as far as its protocol says. */
  send(message: Message, signal: AbortSignal): Promise<void>;
  /** After the last of some: resolves when nothing speaks against their arrival. */
  confirm(signal: AbortSignal): Promise<void>;
  close(): void;
}

/** A receiver did not take a finding. The message is for the operator. */
export class SinkError extends Error {
  override readonly name = 'SinkError';
  /** How long the receiver asked to be left alone; 0 where it did not. */
  readonly retryAfterMs: number;

  constructor(message: string, options: ErrorOptions & { readonly retryAfterMs?: number } = {}) {
    super(message, options);
    this.retryAfterMs = options.retryAfterMs ?? 0;
  }
}
