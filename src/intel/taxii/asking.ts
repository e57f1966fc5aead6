import { LIMITS } from '../../model/index.ts';
import { type Answer, get, type RequestSettings } from '../request.ts';
import { MEDIA_TYPE } from './envelope.ts';

/** One conversation with a TAXII server: its credentials belong to where it began. */
export interface Asking {
  /** A page of objects. */
  get(url: URL): Promise<Answer>;
  /** What it says of itself: small enough to be read at one stroke. */
  document(url: URL): Promise<Answer>;
}

export function askingAt(home: URL, settings: RequestSettings, deadline: AbortSignal): Asking {
  const headers = { accept: MEDIA_TYPE };
  const asked = (url: URL, mostBytes: number): Promise<Answer> =>
    get({ url, headers, mostBytes, deadline, home: home.origin }, settings);
  return {
    get: (url) => asked(url, LIMITS.feedDocumentBytes),
    document: (url) => asked(url, LIMITS.taxiiDocumentBytes),
  };
}
