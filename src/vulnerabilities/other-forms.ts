type Form = readonly [sign: RegExp, said: string];

/** Enough to tell what a text is; of some the end tells it. */
const TOLD_BY = 4_096;

const BILLS: readonly Form[] = [
  [/^\s*<[\s\S]*cyclonedx\.org\/schema\/bom/, 'it is CycloneDX in XML, which is not read: export it as JSON'],
  [/^\s*<[\s\S]*spdx\.org\/rdf/, 'it is SPDX in RDF, which is not read: export it as JSON or as tag-value'],
  [/^spdxVersion: *["']?SPDX-/m, 'it is SPDX in YAML, which is not read: export it as JSON or as tag-value'],
  [
    /anchore\/syft\/main\/schema\/json/,
    "it is syft's own form, which is not read: write it with -o cyclonedx-json",
  ],
  [
    /"payloadType"\s*:\s*"application\/vnd\.in-toto/,
    'it is a signed envelope, which is not opened: give its payload, decoded',
  ],
  [
    /^\s*\{\s*"SchemaVersion"\s*:[\s\S]*"ArtifactName"\s*:/,
    "it is Trivy's own form, which is not read: write it with --format cyclonedx",
  ],
];

const ADVISORIES: readonly Form[] = [
  [
    /^"?cveID"?,"?vendorProject/,
    "it is CISA's catalogue as CSV, which tells neither its version nor its date: take known_exploited_vulnerabilities.json",
  ],
  [
    /^"?cve"?,"?epss\b/,
    'it is EPSS without its first line, #model_version:…,score_date:…, and a forecast of no day cannot be told from an older one: take epss_scores-YYYY-MM-DD.csv.gz',
  ],
  [
    /^\s*\{[\s\S]*"epss"\s*:[\s\S]*"percentile"/,
    "it is an answer of EPSS's API, of some CVEs alone: take epss_scores-YYYY-MM-DD.csv.gz",
  ],
  [
    /^\s*\[\s*\{[^{}]*"cycle"\s*:/,
    "it is an answer of endoflife.date's API v0, which does not name its product: take https://endoflife.date/api/v1/products/NAME",
  ],
  [
    /"ghsa_id"\s*:/,
    "it is an answer of GitHub's REST API: take the advisory as OSV, from github.com/advisory-database",
  ],
  [/"CVE_Items"\s*:/, 'it is a feed of NVD 1.1, which NVD has ended: take the API 2.0'],
  [/^\s*</, 'it is XML, which is not read: take the same as JSON'],
];

/** What a text is that is a bill of materials in a form that is not read, and what to do; `null` for anything else. */
export function otherBill(text: string): string | null {
  return saidOf(BILLS, text);
}

/** The same of advisories, catalogues, forecasts and lifecycles. */
export function otherAdvisories(text: string): string | null {
  return saidOf(ADVISORIES, text);
}

function saidOf(forms: readonly Form[], text: string): string | null {
  const told = `${text.slice(0, TOLD_BY)}\n${text.slice(TOLD_BY).slice(-TOLD_BY)}`;
  return forms.find(([sign]) => sign.test(told))?.[1] ?? null;
}
