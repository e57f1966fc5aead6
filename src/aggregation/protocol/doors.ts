/** What the aggregator answers at. */
export const REPORTS_PATH = '/v1/reports';
export const CLOSE_PATH = '/v1/close';
