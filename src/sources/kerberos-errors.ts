/**
 * Errors that say something against the client (RFC 4120 §7.5.9). The others are the protocol at work
 * (pre-authentication demanded, a ticket renewed) or a fault of servers, and no failed sign-in.
 */
const CREDENTIAL_ERRORS: ReadonlySet<string> = new Set([
  'KDC_ERR_C_PRINCIPAL_UNKNOWN',
  'KDC_ERR_CLIENT_REVOKED',
  'KDC_ERR_CLIENT_NOTYET',
  'KDC_ERR_CLIENT_NOT_TRUSTED',
  'KDC_ERR_INVALID_SIG',
  'KDC_ERR_KEY_EXPIRED',
  'KDC_ERR_NAME_EXP',
  'KDC_ERR_POLICY',
  'KDC_ERR_PREAUTH_FAILED',
  'KRB_AP_ERR_BAD_INTEGRITY',
]);

/** Whether a KDC's refusal is a failed sign-in. RFC 4120 writes the errors of PKINIT `KDC_ERROR_…`, RFC 4556 `KDC_ERR_…`. */
export function isCredentialError(error: string): boolean {
  return CREDENTIAL_ERRORS.has(error.replace(/^KDC_ERROR_/, 'KDC_ERR_'));
}
