import type { Clear, FileTransfer, HttpRequest } from '../../model/index.ts';
import { digest, hostName, httpMethod, httpStatus } from '../wire-values.ts';
import { mimeClass } from '../mime-class.ts';
import { body, type EveMapping, exchange } from './eve-record.ts';

/** A request and its answer's size. Of the URL one fact enters: whether it is in the form that only proxies get. */
export const mapHttp: EveMapping = (record) => {
  const http = body(record, 'http');
  const common = exchange(record);
  if (http === null || common === null) return null;
  const method = httpMethod(http.text('http_method'));
  const name = hostName(http.text('hostname'));
  const request: HttpRequest<Clear> = {
    kind: 'http',
    ...common,
    ...(name === null ? {} : { name }),
    method,
    status: httpStatus(http.count('status')),
    bytesOut: null,
    bytesIn: http.count('length'),
    viaProxy: method === 'CONNECT' || isAbsolute(http.text('url')),
    // Counted from 0.
    ...((record.fields.count('tx_id') ?? 0) > 0 ? { isFurther: true } : {}),
  };
  return [request];
};

/** RFC 9112 §3.2.2: the absolute form of a request target is for proxies. */
function isAbsolute(target: string | null): boolean {
  return target !== null && /^https?:\/\//i.test(target);
}

/** A file from sender to receiver. Its name never enters; its class is what HTTP declared it to be. */
export const mapFile: EveMapping = (record) => {
  const info = body(record, 'fileinfo');
  const common = exchange(record);
  if (info === null || common === null) return null;
  const declared = record.fields.child('http')?.text('http_content_type') ?? null;
  const file: FileTransfer<Clear> = {
    kind: 'file',
    ...common,
    sha256: digest(info.text('sha256'), 256),
    sha1: digest(info.text('sha1'), 160),
    md5: digest(info.text('md5'), 128),
    sizeBytes: info.count('size'),
    mimeClass: mimeClass(declared === null ? null : (declared.split(';', 1)[0] ?? '').trim()),
  };
  return [file];
};
