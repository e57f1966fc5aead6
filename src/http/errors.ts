/**
 * Every error that the HTTP door answers with: code → status and message. Each stands in docs/errors.md.
 * A body is `{"error": {"code", "message"}}`; messages name the field and what is allowed, never what was sent.
 */
export const HTTP_ERRORS = {
  bad_request: [400, 'This is not a request that Stance can read.'],
  invalid_arguments: [400, 'An argument is missing or cannot be; the message names it and what is allowed.'],
  bad_certificate_request: [
    400,
    'The body is no certificate request (PKCS#10) that can be granted; the message says why.',
  ],
  empty_body: [400, 'The body is empty; send OCSF events, one JSON object per line or one JSON array.'],
  invalid_header: [
    400,
    'Stance-Producer must be a name (letters, digits, ".", "_", "-"; at most 64) and Stance-Sequence a whole number from 0, both together.',
  ],
  token_required: [401, 'Send a token as "Authorization: Bearer …"; "stance token create" makes one.'],
  invalid_token: [401, 'The token is not known or has been revoked.'],
  enrolment_token_required: [
    401,
    'Send the one-time token as the password of HTTP Basic; "stance enrol token" makes one, and each serves once.',
  ],
  certificate_required: [401, 'Show the certificate that is to be renewed in the TLS handshake.'],
  certificate_refused: [
    403,
    'The certificate is not trusted, expired, revoked or of no known device; "stance enrol list" says more.',
  ],
  token_used: [403, 'The one-time token was used for another key; ask for a new one.'],
  svid_refused: [
    401,
    'The JWT-SVID is not believed, or is of no workload that the inventory names by its SPIFFE ID; WWW-Authenticate says why.',
  ],
  insufficient_scope: [403, 'The token lacks the scope that this address needs; see WWW-Authenticate.'],
  host_not_allowed: [403, 'The Host header names none of the allowed hosts; the setting is allowed_hosts.'],
  origin_not_allowed: [
    403,
    'The Origin header names none of the allowed hosts; the setting is allowed_hosts.',
  ],
  not_found: [
    404,
    'There is nothing at this address. There are /, /healthz, /mcp, /v1/events, /v1/feeds, /v1/intel, /v1/anomalies, /v1/suppressions, /v1/maintenance, /v1/policies, /v1/baseline/accept, /v1/baseline/revert, /v1/sensors, /v1/privacy and /v1/compliance/FRAMEWORK.',
  ],
  no_authority: [404, 'This Stance issues no certificates: "stance enrol authority" makes its authority.'],
  unknown_anomaly: [404, 'There is no anomaly with this id; GET /v1/anomalies lists them.'],
  unknown_entity: [404, 'There is no entity with this id.'],
  unknown_incident: [404, 'There is no incident with this id; GET /v1/anomalies names them.'],
  unknown_tag: [404, 'No entity has this tag.'],
  unknown_suppression: [404, 'There is no suppression with this id; GET /v1/suppressions lists them.'],
  unknown_window: [404, 'There is no maintenance window with this id; GET /v1/maintenance lists them.'],
  unknown_sensor: [404, 'There is no sensor of this name; GET /v1/sensors lists them.'],
  unknown_word: [
    404,
    'There is no attestation or exception with this id; GET /v1/compliance/words lists them.',
  ],
  method_not_allowed: [405, 'This address does not take that method; the Allow header says which it takes.'],
  body_too_slow: [408, 'The body came at less than 1 Mbit/s; send smaller batches, or over a faster line.'],
  simulated_fleet: [
    409,
    'This Stance serves a simulated fleet; real events would be mixed into it. Send them to one with its own data.',
  ],
  sequence_too_old: [
    409,
    'The Stance-Sequence is more than 256 behind the highest of this Stance-Producer, so that nobody knows any more whether its batch was taken. Nothing was taken: go on counting from the highest, or take another Stance-Producer where the count begins anew.',
  ],
  already_ended: [409, 'It has ended already; there is nothing to remove.'],
  no_baseline: [409, 'Nothing was learnt of this entity yet; there is nothing to accept.'],
  not_accepted: [409, 'Nothing was accepted for this entity; there is nothing to revert.'],
  still_heard: [409, 'The sensor is still heard; stop it first.'],
  too_many: [409, 'There are as many as there can be; remove some first.'],
  too_many_certificates: [
    409,
    'This device holds as many certificates in force as it may; revoke those that it does not use.',
  ],
  not_done: [409, 'It was not done; the message says why.'],
  body_too_large: [
    413,
    'The batch has more than 30,000 events or 300,000 JSON objects and arrays. Nothing was taken; send smaller batches.',
  ],
  unsupported_media_type: [
    415,
    'The Content-Type must be application/x-ndjson or application/json, without Content-Encoding.',
  ],
  busy: [429, 'Stance is at its limit; send the same request again after Retry-After seconds.'],
  lookup_quota: [429, 'No more elements are evaluated for this token in this hour; ask again in the next.'],
  internal: [500, 'An internal fault; the log has the details under the incident reference.'],
  disk_full: [
    503,
    'The disk of this Stance is full and nothing was taken; send the same request again after Retry-After seconds.',
  ],
  journal_failed: [
    503,
    'This Stance takes no events until it is restarted; send the same request again then.',
  ],
  stopping: [
    503,
    'Stance is ending; what it was sent before is being taken in. Send this again when it runs.',
  ],
  starting: [
    503,
    'Stance is still reading its history; /healthz says how far it is. Send the same request again after Retry-After seconds.',
  ],
} as const satisfies Record<string, readonly [status: number, message: string]>;

const KIB = 1_024;
const MIB = KIB * KIB;

export type HttpErrorCode = keyof typeof HTTP_ERRORS;

export interface ErrorBody {
  readonly error: { readonly code: HttpErrorCode; readonly message: string; readonly incident?: string };
}

export function isHttpError(code: string): code is HttpErrorCode {
  return Object.hasOwn(HTTP_ERRORS, code);
}

export function statusOf(code: HttpErrorCode): number {
  return HTTP_ERRORS[code][0];
}

/** Each address has its own bound. */
export function tooLarge(bytes: number): ErrorBody {
  const [unit, size] = bytes < MIB ? ['KiB', bytes / KIB] : ['MiB', bytes / MIB];
  const message = `The body is larger than ${size} ${unit}, the most that this address takes at once. Nothing was taken; send less.`;
  return { error: { code: 'body_too_large', message } };
}

export function errorBody(code: HttpErrorCode, incident?: string): ErrorBody {
  const message = HTTP_ERRORS[code][1];
  return { error: incident === undefined ? { code, message } : { code, message, incident } };
}
