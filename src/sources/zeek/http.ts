import { hostName, httpMethod, httpStatus } from '../wire-values.ts';
import { flow, type Mapping } from './fields.ts';

/** Host, method, status, sizes. That there are proxy headers is read, what they say is not. */
export const http: Mapping = (record, { time, provenance }) => {
  const ends = flow(record);
  if (ends === null) return null;
  const name = hostName(record.text('host'));
  const method = httpMethod(record.text('method'));
  return {
    kind: 'http',
    time,
    provenance,
    ...ends,
    ...(name === null ? {} : { name }),
    method,
    status: httpStatus(record.count('status_code')),
    bytesOut: record.count('request_body_len'),
    bytesIn: record.count('response_body_len'),
    viaProxy: method === 'CONNECT' || record.texts('proxied').length > 0,
    // Counted from 1.
    ...((record.count('trans_depth') ?? 1) > 1 ? { isFurther: true } : {}),
  };
};
