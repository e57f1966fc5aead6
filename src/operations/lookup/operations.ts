import type { Progress } from '../../effects/index.ts';
import type { IndicatorType, Reputation, ThreatCategory } from '../../model/index.ts';

/** What feeds list, sealed for others to ask about. */
export interface LookupOperations {
  /** Writes the list to a new file, or in the place of one; the path is absolute. */
  intel_seal(args: { readonly to: string }, progress: Progress): Promise<IntelSealed>;
  /** Evaluates blinded elements, in base 64; it learns nothing of what they were made of. */
  intel_evaluate(args: {
    readonly elements: readonly string[];
    readonly actor: string;
  }): Promise<IntelEvaluated>;
}

export interface IntelSealed {
  readonly path: string;
  readonly bytes: number;
  /** In the list. */
  readonly indicators: number;
  readonly made_at: string;
  /** From then on it says nothing any more. */
  readonly valid_until: string;
  /** Of the service: whoever asks should expect lists of this key. */
  readonly key: string;
  readonly seconds: number;
}

export interface IntelEvaluated {
  readonly public_key: string;
  readonly evaluations: readonly { readonly elements: readonly string[]; readonly proof: string }[];
}

export interface LookupArgs {
  /** A file or a URL. */
  readonly list: string;
  /** Where questions about it are evaluated: the URL of a Stance. */
  readonly service: string;
  readonly token: string | null;
  /** Whose list it must be, as `intel seal` tells it; `null` where anybody's will do. */
  readonly key: string | null;
  readonly allowHttp: boolean;
  readonly indicators: readonly string[];
}

export interface SharedAnswer {
  readonly indicator: string;
  readonly type: IndicatorType | null;
  readonly value: string | null;
  readonly reputation: Reputation;
  readonly categories: readonly ThreatCategory[];
  readonly confidence: number;
  readonly feed_sources: number;
  readonly last_seen: string | null;
  /** What of it is listed: itself, a parent domain or a network. */
  readonly matched: string | null;
  /** Why it was not asked about. */
  readonly problem: string | null;
}

export interface LookupAnswer {
  readonly list: {
    readonly made_at: string;
    readonly valid_until: string;
    readonly indicators: number;
    readonly key: string;
  };
  /** Random elements that the service got to see, and nothing else. */
  readonly elements_sent: number;
  readonly answers: readonly SharedAnswer[];
}
