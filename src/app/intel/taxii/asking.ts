import { LIMITS } from '../../../model/index.ts';
import { type Answer, get, type RequestSettings } from '../request.ts';
import { MEDIA_TYPE } from './envelope.ts';

/** One conversation with a TAXII server: its credentials belong to where it began. */
export interface Asking {
  get(url: URL): Promise<Answer>;
}

export function askingAt(home: URL, settings: RequestSettings, deadline: AbortSignal): Asking {
  const headers = { accept: MEDIA_TYPE };
  const mostBytes = LIMITS.feedDocumentBytes;
  return { get: (url) => get({ url, headers, mostBytes, deadline, home: home.origin }, settings) };
}
