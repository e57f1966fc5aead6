import { DAY_MS, MINUTE_MS } from './time.ts';

/**
 * Every bound of the product, with its reason. What an attacker sends must cost bounded memory.
 */
export const LIMITS = {
  /** No answer of a tool exceeds 20,000 tokens (contract §2), at four bytes of JSON to a token. */
  answerBytes: 80_000,
  /** A log line; Zeek's and Suricata's longest honest lines are some 100 kB (certificate chains, HTTP bodies off). */
  lineBytes: 1_048_576,
  /** An HTTP batch: some 10,000 OCSF events. */
  batchBytes: 16 * 1_048_576,
  /** Events of an HTTP batch, or lines of one that is NDJSON. */
  batchRecords: 30_000,
  /** Objects and arrays in an HTTP batch; an honest event has some 20. Each costs memory beyond its bytes. */
  batchObjects: 300_000,
  /** Vulnerabilities of one finding, which enter as one record. */
  vulnerabilitiesPerFinding: 5_000,
  /** Of a list that is sealed for others: each costs some 2 ms, and 44 bytes. */
  sealedIndicators: 250_000,
  /** Elements that are evaluated for one token in an hour: some hundred machines ask so much, and nobody tries out a list. */
  lookupsPerHour: 10_000,
  /** Events per journal record: one fdatasync each, and one slice of work for the engine (some 5 ms). */
  eventsPerRecord: 2_048,
  /** One journal record on disk; the largest is a feed of `feedListings` indicators. A longer length on disk is damage. */
  journalRecordBytes: 128 * 1_048_576,
  /** Observations held while files are merged by time; beyond it a straggler is late. */
  reorderEvents: 200_000,
  /** How far behind the watermark a record may be before it counts as late: Zeek closes UDP flows after 1, TCP after 5 minutes. */
  latenessMs: 15 * MINUTE_MS,
  /** A record this far ahead of the intake's clock has a broken clock. */
  futureMs: DAY_MS,
  /**
   * The same for what is sent over the network, where one faulty sender must not move the fleet's time so far that the
   * others become late: with Zeek's five minutes less than `latenessMs`.
   */
  liveFutureMs: 10 * MINUTE_MS,
  /** A machine's clock that leapt is believed after so long: time servers and people who set it wrong mend it sooner. */
  clockDoubtMs: 5 * MINUTE_MS,
  /** Records needed beyond an instant before the watermark moves there: one broken clock never moves it. */
  watermarkSupport: 8,
  /** Sensors whose time is remembered; a site has a handful. */
  sensors: 1_024,
  /** Addresses remembered per device, to show which it holds; more are resolved all the same. */
  addressesPerDevice: 32,
  /** Destinations remembered per entity. */
  destinationsPerEntity: 128,
  /** Distinct anomalies open per entity. */
  anomaliesPerEntity: 64,
  /** What operators said of one anomaly; the oldest give way. */
  wordsPerAnomaly: 20,
  /** An operator's reason: a sentence or two. */
  reasonChars: 500,
  /** Suppressions in force at once; more is a policy, or a detector to be mended. */
  suppressions: 1_000,
  /** Maintenance windows that are planned or under way. */
  maintenanceWindows: 1_000,
  /** Attestations and exceptions of compliance in force; all controls of all frameworks are some 250. */
  complianceWords: 2_000,
  /** The longest attestation or exception: a year, then somebody looks again. */
  complianceWordMs: 366 * DAY_MS,
  /** Suppressions, or maintenance windows, that ended and are still listed. */
  endedWords: 200,
  /** The longest suppression: a year, then somebody looks again. */
  suppressionMs: 366 * DAY_MS,
  /** The longest maintenance window; what takes longer is the new normal, or a suppression. */
  maintenanceMs: 31 * DAY_MS,
  /** What suppressions and maintenance hold back, to be asked for again at their end. */
  heldBack: 20_000,
  /** Destinations and machines that the evidence of a day's anomalies pointed at. */
  storyLinks: 20_000,
  /** Anomalies remembered per such a destination or machine. */
  anomaliesPerLink: 16,
  /** Erasures of which it is remembered that they were done. */
  erasures: 1_000,
  /** Evidence entries kept per factor or anomaly. */
  evidencePerFactor: 5,
  /** Discovered entities; beyond it new addresses are counted, not made entities. */
  discoveredEntities: 1_000_000,
  /** Profiles kept at hand, so that an event costs no new one: of the entities that are active within minutes. */
  rememberedProfiles: 16_384,
  /** Users at first sight; a guessing attack invents account names by the million. */
  discoveredUsers: 100_000,
  /** Who an address was, remembered per address: a guest network turns an address over a few times a day. */
  bindingsPerAddress: 16,
  /** MACs and host names remembered per device: interfaces, docks, and the last few randomised MACs. */
  namesPerDevice: 8,
  /** Devices remembered per user; the contract weighs a user by those of the last 14 days. */
  devicesPerUser: 64,
  /** An inventory file: some 100,000 entries. */
  inventoryBytes: 32 * 1_048_576,
  /** Errors shown of a refused inventory file; the rest are counted. */
  inventoryErrors: 50,
  /** Addresses taken from one DNS answer; 512 bytes of UDP hold some 30, the rest would be padding by an attacker. */
  addressesPerAnswer: 64,
  /** Kinds passed over that a file's summary names; further ones count together. */
  skippedKindsPerFile: 64,
  /** Refusals that a file's summary shows; all are counted. */
  refusalsPerFile: 10,
  /** Log files read at once while they are merged; 20 kinds of one hour are open together in an hourly rotation. */
  openFiles: 64,
  /** Logs of which it is known what their bytes were: three weeks of 20 kinds that are rotated hourly. */
  knownLogs: 10_000,
  /** Addresses of which is remembered who they are, so that the next event about them need not ask. */
  rememberedParties: 65_536,
  /** Address → name pairs learnt from DNS, TLS and HTTP, fleet-wide. */
  learntNames: 200_000,
  /** Destinations of the fleet-wide reverse index. */
  fleetDestinations: 500_000,
  /** Registrable domains of which is remembered who asked for names in them. */
  askedDomains: 65_536,
  /** Machines of ours that answer DNS. */
  askedServers: 4_096,
  /** Outsiders who tried our machines; a machine on the Internet meets some 5,000 a day. */
  rememberedProbers: 65_536,
  /** Entities that one hypothetical change is tried on: a tenth of a second. */
  entitiesSupposed: 2_000,
  /** Members of a fleet up to which two of its instants are compared entity by entity: half a second of work. */
  entitiesCompared: 20_000,
  /** Entities remembered per destination of the reverse index. */
  entitiesPerDestination: 32,
  /** Names between a destination and its registrable domain by which it is remembered too; honest names have one. */
  namesAboveDestination: 3,
  /** Hashes of files of which is remembered who received them: some days of a thousand machines. */
  fleetFiles: 100_000,
  /** How far back a feed is held against what was met: of an older contact less than a fiftieth would count. */
  lookBackMs: 90 * DAY_MS,
  /** `Stance-Producer` names of one token; how far each has come is remembered for good. */
  producersPerSender: 1_000,
  /** Records on which the engine fails that one start passes over: where there are more, it is the engine that is broken. */
  setAsideAtAStart: 8,
  /** Source record ids (OCSF metadata.uid) remembered for duplicates. */
  rememberedUids: 200_000,
  /** A feed file, unpacked; the largest public lists are some 60 MB. */
  feedBytes: 128 * 1_048_576,
  /** A feed that is one JSON document: it is read whole, and costs some ten times its bytes while it is. */
  feedDocumentBytes: 64 * 1_048_576,
  /** Objects and arrays of such a document: honest ones spend a hundred bytes on each; one costs some hundreds of bytes of memory, however small it is. */
  feedDocumentObjects: 1_000_000,
  /** What a TAXII server says of itself: a kilobyte for each of a thousand collections. */
  taxiiDocumentBytes: 1_048_576,
  /** Objects of a TAXII collection that are kept between two fetches; each costs some 500 bytes while it is fetched. */
  collectionObjects: 500_000,
  /** What one fetch of a collection takes in; the next goes on from there. */
  collectionFetchBytes: 512 * 1_048_576,
  /** Pages of one fetch: a server that never ends is left after them. */
  collectionPages: 20_000,
  /** Events of a MISP feed by URL: the first time each is a request of its own, and a few a second come in the ten minutes of a fetch. */
  mispEvents: 5_000,
  /** One event; it is parsed in one piece, to see that it is whole. */
  mispEventBytes: 16 * 1_048_576,
  /** The manifest, parsed in one piece: some 500 bytes for each event, three times as many as are taken. */
  mispManifestBytes: 8 * 1_048_576,
  /** Objects and arrays of either: 16 MiB of honest ones, of a hundred bytes each, have fewer. */
  mispDocumentObjects: 200_000,
  /** States of one warning list's regular expressions: each character of a name costs a look at all of them, some 5 ms a name. */
  warningPatternStates: 10_000,
  /** Distinct indicators of one feed. */
  feedListings: 2_000_000,
  /** Groups of attackers of one catalogue; MISP's knows some 1,000. */
  actorsPerCatalogue: 10_000,
  /** Names of one group; the busiest has some 50. */
  namesPerActor: 128,
  /** A file of advisories, unpacked: a year of CVE records as NDJSON is some 300 MB. */
  advisoryBytes: 448 * 1_048_576,
  /** Advisories of one file, which enter as one record. */
  advisoriesPerFile: 250_000,
  /** Advisories in force; OSV has some 200,000 that are no distribution's, NVD as many CVEs since 2010. */
  advisories: 1_000_000,
  /** Products of one OpenVEX document, a component counted in each product that it is said to be in; references of one of CycloneDX. */
  vexProducts: 100_000,
  /** What these take, each written as often as it is said; an advisory says it again, and both have to go into one record. */
  vexProductBytes: 32 * 1_048_576,
  /** Of those, in OpenVEX 0.0, the ones that a list of components and a list of products make together: 10 KB may name 100,000. */
  vexProductsMultiplied: 10_000,
  /** CVEs of one advisory that are told one by one; a distribution's update of its kernel mends some hundreds. */
  cvesPerAdvisory: 1_024,
  /** Versions of one product that an advisory lists one by one; the longest honest list is of some 10,000. */
  versionsPerProduct: 100_000,
  /** Rows of one day's EPSS; there are some 300,000 CVEs. */
  forecastRows: 1_000_000,
  /** A bill of materials, unpacked; the largest honest ones are some 50 MB. */
  billBytes: 128 * 1_048_576,
  /** Components of one bill, packages of one device's inventory or of one event of it; a full desktop distribution has some 5,000. */
  componentsPerBill: 20_000,
  /** Components of all bills together: some 300 bytes each. */
  components: 2_000_000,
  /** Files of one folder of advisories: OSV's are one for each. */
  advisoryFiles: 500_000,
  /** Bills of materials of one device: its system, and what was installed on it. */
  billsPerDevice: 16,
  /** Weaknesses that are matched of one entity; the worst of them are its factors. */
  weaknessesPerEntity: 5_000,
  /** Distinct violations remembered per entity: a forbidden scan of a /22. */
  violationsPerEntity: 1_024,
  /** Policies in force at once: a large firewall has some thousand rules. */
  policies: 10_000,
  /** A policy file, or all that are applied together: some 200 bytes a policy. It is read at once, in half a second. */
  policyBytes: 4 * 1_048_576,
  /** Members of groups in all rules, each as often as a rule names the group: it stands in every one of them. */
  policyGroupMembers: 200_000,
  /** What the tables of policies may take: a bit for every rule at each place where some rule begins or ends. */
  policyTableBytes: 128 * 1_048_576,
  /** Devices of which a dry run counts what one policy would have decided. */
  devicesPerTrial: 100_000,
  /** Subject classes (kind, tags, site) whose policies are kept at hand. */
  subjectClasses: 10_000,
  /** Sealed names (and accounts, MACs, …) kept in memory so that a repeated one costs no HMAC; twice that at most. */
  rememberedSeals: 50_000,
  /** Names not yet stable whose days and clients are counted; twice that at most. */
  unstableNames: 100_000,
  /** Fingerprints of a name's parents, those next to the registrable domain; honest names have two or three. */
  nameParents: 16,
  /** Addresses taken of one DNS answer; honest answers have some dozen. */
  answerAddresses: 64,
  /** Spellings of addresses (or services, or MACs) that the rows of connections are numbered by before numbers begin anew. */
  wordSpellings: 65_536,
  /** Authorities that are believed; a customer's PKI has some, a fleet's makers some dozen. */
  trustAnchors: 256,
  /** Authorities remembered that an operator took out; the oldest gives way. */
  withheldAnchors: 1_024,
  /** A file of anchors, or of revocation lists. */
  anchorBytes: 1_048_576,
  revocationBytes: 32 * 1_048_576,
  /** Certificates that all authorities together revoked; the oldest list gives way. */
  revokedSerials: 500_000,
  /** SPIFFE IDs that are revoked until somebody lets them in again. */
  revokedWorkloads: 10_000,
  /** One-time tokens that were not used yet. */
  enrolmentTokens: 10_000,
  /** Requests that wait for an operator. */
  enrolmentRequests: 10_000,
  /** Certificates remembered per device: the newest, and those before it. */
  certificatesPerDevice: 8,
  /** Certificates of TLS clients of which is remembered when their use was recorded last. */
  rememberedPeers: 100_000,
  /** Places remembered per identity from which it was used of late. */
  placesPerIdentity: 8,
  /** A sensor's rule name, a software product, a service name. */
  identifierChars: 96,
} as const;
