/**
 * What Stance promises: id → promise, one sentence each.
 *
 * An id is capital words and a number: 'START-1', 'SCORE-HISTORY-2'. A test keeps a promise by carrying the id in
 * its title, `it('[START-1] …')`, in any *.test.ts file; one title may carry several ids. The gate, requirements-gate.ts,
 * fails a run of all tests for a promise that no passed test kept, and any run for a cited id that stands not here.
 */
export const requirements = {
  // Starting and checking
  'START-1': 'The launcher runs Stance under Node 24 or later, even when an older Node starts it.',
  'START-2': 'Without a Node it can use, the launcher says which file it looked for.',
  'START-3': 'The launcher passes signals and exit codes through as if it were not there.',
  'START-4':
    'A start answers from its snapshot at once, each answer saying what it lacks, while the rest of the journal is taken in.',
  'GATE-1':
    'Every promise in this list is kept by a test that passed, and every cited id stands in this list.',

  // Reading lines and files
  'SRC-LINES-1': 'Lines ending in LF or CRLF know where they stand.',
  'SRC-LINES-2': 'How bytes were cut into chunks does not matter.',
  'SRC-LINES-3': 'A line of 10 MB is refused without being held, and its neighbours are read.',
  'SRC-LINES-9': 'A record behind the NULs of a cut or a failure of power is read.',
  'SRC-LINES-4': 'NUL bytes and broken UTF-8 are refused.',
  'SRC-VALUES-1': 'Values of JSON are told apart in any layout, however their bytes were cut into chunks.',
  'SRC-VALUES-2': 'A vast value of JSON is refused without being held, and its neighbours are read.',
  'SRC-GZIP-1': 'Gzip is recognised by its bytes and gives the offsets of the plain file.',
  'SRC-GZIP-2': 'All members of a gzip file are read.',
  'SRC-GZIP-3': 'A truncated gzip file gives its good lines, then a fault.',
  'SRC-FINGERPRINT-1': 'A file keeps its fingerprint however it grows.',
  'SRC-FINGERPRINT-2': 'Files whose headers are equal are told apart.',
  'SRC-FINGERPRINT-3':
    'Files of indented events, or of arrays of them, are told apart, and keep their fingerprint however they grow.',
  'SRC-TIME-1': 'A time more than a day ahead of the intake is refused.',
  'SRC-TIME-2': 'A capture with a relative clock is taken; a time of 1970 among modern ones is refused.',
  'SRC-DETECT-1': 'A log format is told by content.',
  'SRC-DETECT-2': 'Files that are no logs are none of ours.',
  'SRC-DETECT-3':
    'A log format is told also where records are elements of an array, or go over several lines.',
  'SRC-CANARY-1': 'Nothing outside the allow-list passes the Zeek adapter, and no refusal quotes content.',

  // Zeek
  'SRC-ZEEK-1': 'The order of columns does not matter.',
  'SRC-ZEEK-2': 'Unknown columns are ignored.',
  'SRC-ZEEK-3': 'An unset or empty field is unknown.',
  'SRC-ZEEK-4': 'A schema change in mid-file is followed.',
  'SRC-ZEEK-5': 'Data without a header is refused line by line.',
  'SRC-ZEEK-6': 'CRLF reads like LF.',
  'SRC-ZEEK-7': 'A half-written last line loses only itself.',
  'SRC-ZEEK-8': 'Long, broken or wrongly wide lines cost only themselves.',
  'SRC-ZEEK-9': 'A wrong type is refused and its field named.',
  'SRC-ZEEK-10': 'Unsound times are refused.',
  'SRC-ZEEK-11': 'Separators and markers come from the header.',
  'SRC-ZEEK-12': 'Log kinds that are not read are passed over by name, bounded.',
  'SRC-ZEEK-13': "Times are exact to the microsecond, and a flow's time is its end.",
  'SRC-ZEEK-20': 'Zeek JSON says the same as Zeek TSV.',
  'SRC-ZEEK-21': 'All three spellings of the connection id are read.',
  'SRC-ZEEK-22': 'Epoch seconds, milliseconds and ISO 8601 are times.',
  'SRC-ZEEK-23': 'The kind of a log comes from the record, the file name or the shape.',
  'SRC-ZEEK-24': 'Lines that are no objects, and wrong types in them, are refused.',
  'SRC-ZEEK-30': 'Each log kind gives exactly its observation, from TSV and from JSON.',
  'SRC-ZEEK-31': 'Each connection state has its outcome.',
  'SRC-ZEEK-32': 'ICMP has no ports, and an answer is an answer.',
  'SRC-ZEEK-33': 'Names from mDNS, LLMNR and NetBIOS are not kept.',
  'SRC-ZEEK-34': 'A name that is none becomes a query without a name.',
  'SRC-ZEEK-35': 'A certificate keeps the key by which its sessions refer to it.',
  'SRC-ZEEK-36': 'A sign-in whose outcome is not stated is unknown, not failed.',
  'SRC-ZEEK-37': "A Kerberos failure is one only when it is the client's.",
  'SRC-ZEEK-38': 'A lease needs an acknowledgement.',
  'SRC-ZEEK-46': 'Of a user agent only the names of known programs enter, with numbers for a version.',
  'SRC-ZEEK-47': 'A number that Zeek writes with an exponent is the number it means.',
  'SRC-ZEEK-48':
    'What ends without an answer is an attempt only where one was seen: the tail of a connection is none.',
  'SRC-ZEEK-45': 'What the fields of a JSON record show it to be goes before the name of its file.',
  'SRC-ZEEK-40': 'Any bytes give a defined reading.',
  'SRC-ZEEK-41': 'Any text in any field gives a defined reading.',
  'SRC-ZEEK-42': 'Any JSON value in any field gives a defined reading.',
  'SRC-ZEEK-44':
    'A certificate without an end (year 9999) is read as such, in whatever form times are written.',

  'SRC-SCAN-1': 'Addresses, services and MACs are numbered by their canonical form, boundedly.',
  'SRC-SCAN-2': 'A Zeek record read from bytes has the fields, or the refusal, that JSON.parse gives it.',
  'SRC-SCAN-3':
    'Connections read into rows are what the reader makes of each line, in both forms of the log.',
  'SRC-SCAN-4': 'Rows and lines of one file obey one clock.',

  // Suricata and OCSF
  'SRC-EVE-1': "A flow's time is its end, with the bytes of both sides.",
  'SRC-EVE-2': 'A flow_id keeps all its digits.',
  'SRC-EVE-3': 'DNS records of versions 1, 2 and 3 give the same lookup.',
  'SRC-EVE-4': 'A TLS record gives the session and its certificate.',
  'SRC-EVE-5': 'An alert enters by number only; a block names its policy.',
  'SRC-EVE-6': 'Every bad EVE record has a defined outcome.',
  'SRC-EVE-8': 'An RDP session counts once, however many records tell of it.',
  'SRC-EVE-9': "A Kerberos error is a failed sign-in only where it is the client's, as in Zeek's log.",
  'SRC-EVE-10': 'What a certificate or the metadata of a rule say oddly never costs the record.',
  'SRC-EVE-7': 'Nothing outside the allow-list passes the Suricata adapter.',
  'SRC-OCSF-1': "A connection's time is its end; metadata.uid is kept to know duplicates.",
  'SRC-OCSF-2': 'A denial names its policy.',
  'SRC-OCSF-3': 'A sign-in keeps account, outcome and second factor.',
  'SRC-OCSF-4': 'A device inventory event is a report and never enrols.',
  'SRC-OCSF-5': "A detection finding enters by its analytic's id.",
  'SRC-OCSF-6': 'A vulnerability finding gives one report per CVE.',
  'SRC-OCSF-7': 'Every bad OCSF event has a defined outcome.',
  'SRC-OCSF-8': 'Nothing outside the allow-list passes the OCSF adapter.',
  'SRC-OCSF-9': 'A bad record never stops the good ones of its batch.',
  'SRC-OCSF-10': 'A body that cannot be read at all is refused whole.',
  'SRC-OCSF-11': 'A body that is small in bytes but vast in JSON is refused before it is parsed.',
  'SRC-OCSF-14': 'An array is read element by element, and is one exactly where all of it is JSON.',
  'SRC-OCSF-19': 'A connection that is told as it begins and as it ends counts once.',
  'SRC-OCSF-15': 'DNS activity that names no server is taken with its client alone.',
  'SRC-OCSF-16': 'A connection whose destination is known by name only is the use of the name.',
  'SRC-OCSF-17': 'A placeholder is no value, and refuses no record.',
  'SRC-OCSF-18': 'A finding with the id of the event in which it was found is no second delivery of it.',
  'SRC-OCSF-12': 'Of what an asset system calls a machine only names enter, no sentences.',
  'SRC-OCSF-13':
    'A software inventory event says what is installed, by name, version, maker, package URL and CPE.',

  // Many files, live folders, HTTP batches
  'SRC-INGEST-1': 'Several logs are read in order of time.',
  'SRC-INGEST-2': "A flow's place is its end, also in logs sorted by start.",
  'SRC-INGEST-3': 'The same logs always give the same order.',
  'SRC-INGEST-4': 'Journal records hold a bounded number of events.',
  'SRC-INGEST-5': 'Standard input is a log like any other.',
  'SRC-INGEST-6': 'The same content gzipped, renamed or twice at once is duplicates.',
  'SRC-INGEST-7': 'Of a grown log only the new lines are taken.',
  'SRC-INGEST-8': 'An OCSF event seen again is known by its own id.',
  'SRC-INGEST-9': 'After a crash the same call takes exactly what is missing.',
  'SRC-INGEST-10': 'A file that is no log is passed over by name and counted.',
  'SRC-INGEST-11': 'A missing path is an error before anything is read.',
  'SRC-INGEST-12': 'A refusal says file, line and reason, never the content.',
  'SRC-INGEST-13': 'Symlink loops and dangling links are safe.',
  'SRC-INGEST-14': 'A bounded number of records waits for reordering.',
  'SRC-INGEST-15': 'Neither a record from the future nor a long flow holds a log back.',
  'SRC-INGEST-16':
    'What POST /v1/events reads is read of a file too: an event over several lines, an array, one event a line.',
  'SRC-INGEST-17': 'A file that seems to hold events in a form that is not read says so.',
  'SRC-ALIKE-1':
    'Of a log that begins like one that was taken in, and is another, nothing is taken, and it is said.',
  'SRC-ALIKE-2': 'Such a log can be taken as one of its own: all of it, once however often it is read.',
  'SRC-ALIKE-3': 'Whatever differs, no record is lost unsaid; copies, beginnings and growth are as ever.',
  'SRC-ALIKE-4': 'A followed log of this kind is not taken, which is told once.',
  'SRC-ALIKE-5': 'What logs were is known after a restart, from checksums alone.',
  'SRC-ALIKE-6': 'Where a file was not taken for what it begins like, the command fails and says what to do.',
  'SRC-FOLLOW-1': 'A followed folder gives what it holds, then what is written.',
  'SRC-FOLLOW-2': 'A half-written last line waits for its line break.',
  'SRC-FOLLOW-3': 'A renamed log is read to its end, the new one from its start.',
  'SRC-FOLLOW-4': 'The compressed copy of a rotated log changes nothing.',
  'SRC-FOLLOW-5': 'An emptied log is begun anew.',
  'SRC-FOLLOW-6': 'After a restart each log goes on exactly where it was.',
  'SRC-FOLLOW-7': 'What a failed journal did not take is read again.',
  'SRC-FOLLOW-9': 'A followed array gives each element once, however it is written or closed anew.',
  'SRC-FOLLOW-8': 'Each whole line once under any mix of writing, rotating, compressing and restarting.',
  'SRC-FOLLOW-10':
    'The log is told of the first refusal of a followed file, with line and reason, then at most hourly how many.',
  'SRC-FOLLOW-11': 'doctor tells how each followed source does: there, last read, accepted, refused and why.',
  'SRC-FOLLOW-12': 'A log that is emptied while it waits or is read loses nothing and counts nothing twice.',
  'SRC-FOLLOW-13': 'What of a source cannot be read is told of, and the rest goes on.',
  'SRC-HTTP-1': 'A numbered batch sent twice is taken once, also after a restart.',
  'SRC-HTTP-2': 'Of two copies in flight at once only one passes.',
  'SRC-HTTP-3': "Without a number, the event's own id is the guard.",
  'SRC-HTTP-4': 'A batch overtaken by the next is taken; one far behind is not.',
  'SRC-HTTP-5': 'A batch is one journal record.',
  'SRC-HTTP-6': 'A batch that the journal did not take may come again.',
  'SRC-HTTP-7': 'Bad records of a batch are told by line and reason, never by content.',
  'SRC-HTTP-8': 'Batch numbers of one token cannot make those of another pass for duplicates.',
  'SRC-HTTP-10': 'A batch of more than is allowed is told so, and nothing of it is taken.',
  'SRC-HTTP-9':
    'An event sent from more than ten minutes ahead is refused, so that none makes the others late.',

  // Journal, privacy door, ownership
  'JRN-1': 'An acknowledged record survives kill -9, in order and without gaps.',
  'JRN-2': 'A torn tail is cut cleanly and reported.',
  'JRN-3': 'Any changed byte of a closed segment is found, with segment and place.',
  'JRN-4': 'A full disk refuses with its code and loses nothing acknowledged.',
  'JRN-5': 'A failed sync stops the journal for good.',
  'JRN-6': 'Journals of format 1 stay readable.',
  'JRN-7': 'Formats 1 and 2 are read, and give the same state.',
  'JRN-8': 'What is decoded is exactly what was encoded, whatever the events.',
  'PRV-1': 'The key file is made once, for its owner only, and refused when others can read it.',
  'PRV-2': 'No clear name, MAC, host name, account or subject passes the privacy door.',
  'PRV-3': 'A full name appears once, only when stable, never that of a tunnel or of an own machine.',
  'PRV-5':
    'Under a private suffix the label of a domain that may name a home or a machine, or be data, is kept as a fingerprint alone, and feeds find it.',
  'PRV-4': "All forms of one person's account give one fingerprint.",
  'PRIV-CANARY-1':
    'Of a canary in every forbidden or sealed field of every source, nothing reaches the disk.',
  'PRIV-CANARY-2': 'Nothing of it reaches a log line, a summary or an error.',
  'PRIV-CANARY-3': 'Nothing of it reaches an answer, whatever is asked.',
  'PRIV-CANARY-4':
    'The search finds packed, encoded and hashed canaries, and those that a deny-list lets through.',
  'PRIV-SCHEMA-1':
    'What is written of an event is, field by field, what the report says, and text fits nowhere.',
  'PRIV-SCHEMA-2': 'Keys that are not known change no byte of what is written.',
  'PRIV-ERROR-1': 'What is said of broken input does not quote it, in no format that is read.',
  'PRIV-ERASE-1':
    'An erased user is found in no byte of the directory, and the fleet of every instant is as it would have been without them.',
  'PRIV-ERASE-2': 'An erased user comes back by no restart, replay or snapshot: the state is the same.',
  'PRIV-ERASE-3': 'Who was erased and signs in again is somebody new.',
  'PRIV-ERASE-4':
    'An erasure that a crash cut short is finished by the next start; one that cannot be done now does nothing.',
  'PRIV-ERASE-5':
    'A note of an unfinished erasure that cannot be read is told, and stays until an erasure makes up for it.',
  'PRIV-KEYS-1':
    'A new key for accounts keeps who a person is, and the old one is destroyed when nobody needs it, or when a disk that refused lets it.',
  'PRIV-KEYS-2': 'Keys change by the schedule of the configuration.',
  'PRIV-RETAIN-1': 'A user whom nobody has seen for longer than retention allows is forgotten.',
  'PRIV-RETAIN-2':
    'Who was forgotten by retention is in no byte of the history, and comes back by no replay or crash.',
  'PRIV-REPORT-1': 'The report names the sources from which the readers make each kind of event.',
  'PRIV-REPORT-2':
    'The report tells every field, every class of data and every file of a directory, and never who was erased.',

  // Crashes
  'JRN-13': 'Where a journal was and is not, nothing is begun in its place.',
  'JRN-14': 'Nothing is written over what another process has written to the journal.',
  'JRN-11':
    'Nothing at the end of a journal is thrown away: what others know of is damage, the rest is kept aside and told, and who only looks changes nothing.',
  'JRN-9': 'Whatever the disk fails at, nothing acknowledged is lost and nothing is there twice.',
  'CRASH-1':
    'An owner killed in any phase, also while somebody is forgotten, loses nothing acknowledged, takes nothing twice, and ends in the state of one that was not.',
  'CRASH-2': 'A full or failing disk, in any phase, loses nothing acknowledged, and what is refused is told.',
  'CRASH-3': 'A sender is told that the disk is full; the same batch is taken when there is room.',
  'REPLAY-1':
    'A recorded day gives the same state hash on one core and on two, and when another process replays it.',
  'OWN-1': 'A data directory has one owner; the others learn where it listens.',
  'OWN-2': 'A killed owner frees the directory at once.',

  // Who it was
  'ENT-1': 'An unknown local address becomes one discovered device, an external address none.',
  'ENT-2': 'Equal addresses at two sites are two devices.',
  'ENT-3': 'Devices that swap an address keep their own histories.',
  'ENT-4': 'A late event is the device that had the address then.',
  'ENT-5': 'A device known only by its address stays itself when a lease shows its MAC.',
  'ENT-6': 'The order in which leases of different devices arrive does not matter.',
  'ENT-7': "A router's MAC joins no addresses.",
  'ENT-8': 'A randomised MAC alone never makes an enrolled device.',
  'ENT-9': 'A declared NAT or VPN address is an entity of its own.',
  'ENT-10': 'Sharing is suspected from many people signing in, never from volume.',
  'ENT-11': 'A user gets an opaque id at first sight, a machine account none.',
  'ENT-12': 'The same calls give the same plain snapshot.',
  'ENT-13': 'Beyond the bound, machines are counted and known ones stay known.',
  'ENT-14': 'A certificate that the inventory lists outweighs a lease, as long as it is shown.',
  'ENT-15': 'A certificate that an entry no longer lists proves nothing.',
  'ENT-20': 'An inventory entry enrols and takes over the discovered devices that it describes.',
  'ENT-21': 'A missing entry is reported and stays enrolled; importing again changes nothing.',
  'ENT-22': 'A server is one entity with two ids.',
  'ENT-23': 'A split after a merge restores both exactly.',
  'ENT-24': 'The operator adopts discovered entities; repeated or unknown ids are reported.',
  'ENT-25': 'A dry run says what is added, changed and missing.',
  'ENT-40': 'Who is at an address may be remembered, and is exactly what asking gives.',
  'ENT-41': 'The revision moves with every answer that changes, and stays where a lease is renewed.',
  'ENT-42': 'A profile is kept until something of it changes, and says what a new one would.',
  'ENT-30': 'The example inventory is read whole.',
  'ENT-31': 'YAML, JSON and CSV say the same.',
  'ENT-32': 'An unknown key is refused with its line and a suggestion.',
  'ENT-33': 'One bad entry refuses the whole file, and every error is told.',
  'ENT-34': 'An owner that looks like a mail address is refused and not repeated.',
  'ENT-35': 'CSV follows RFC 4180.',

  // Vulnerabilities
  'VULN-ORDER-1': 'Versions stand in the order of their ecosystem, by its own published vectors.',
  'VULN-ORDER-2': 'What stands in no order is not compared, and never taken for not affected.',
  'VULN-ORDER-3': 'Every version order is antisymmetric and transitive.',
  'VULN-ORDER-4':
    'A version that states no build, revision or local part stands for all that have one, as its ecosystem says.',
  'VULN-ORDER-5':
    'Releases of Junos, ASA and NetScaler are matched as their makers number them, however a device shows them.',
  'VULN-WORK-1':
    'What a document of advisories takes to read and to match grows with its size, not with its square.',
  'VULN-WORK-2':
    'What names that many advisories or makers’ words share take to learn and to match grows with their number.',
  'VULN-ORDER-7':
    'Packages of Composer, NuGet, Pub and Julia are matched in their own order, also those of older records.',
  'VULN-RELEASE-1':
    'A product of Red Hat’s in OSV is of the release that it is for, not of the one that its own version looks like.',
  'VULN-SOURCE-1':
    'An advisory on a source package says nothing of a package of that name that is built from another source.',
  'VULN-CVSS-1':
    'Of several scores in an advisory that of the newest version of CVSS counts, and each package’s own for it.',
  'VULN-BILL-OLD-1':
    'A bill of materials that is older than the one in its place is left, and said so, unless it is asked for.',
  'VULN-BILL-BOUND-1':
    'A bill of materials beyond the bound of a device is refused; none goes without a word.',
  'VULN-CVE-1':
    'Of a CVE record the first entry that a version matches decides, and a version that it calls unknown is never taken for not affected.',
  'VULN-READ-1': 'Each format of advisories gives exactly what its publisher wrote.',
  'VULN-READ-2': 'What cannot be read of a file of advisories is refused with its place and the reason.',
  'VULN-READ-3': 'Any document is read or refused; nothing breaks.',
  'VULN-READ-4': 'A CVSS vector of any version has the base score that its standard gives it.',
  'VULN-READ-5':
    'A large file of advisories is read in a thread of its own, and says the same as read in place.',
  'VULN-READ-6':
    'Words that name what every object has are words like any other, in every place of a document.',
  'VULN-READ-7':
    'Knowledge that an older release wrote down with unknown words stops no start: what cannot be compared is indeterminate.',
  'VULN-READ-8':
    'Versions in CSAF are read as its specification says, also as constraints alone; what nobody can compare is indeterminate.',
  'VULN-READ-9': 'How many advisories speak of what cannot be compared is counted by the reason, and told.',
  'VULN-READ-10':
    'A small document that names thousands of components in thousands of products is refused, with the figure, before it is read.',
  'VULN-READ-11':
    'No id, and no name, of an advisory or a bill holds what is not seen: controls, breaks of lines, changes of direction.',
  'VULN-READ-12':
    'What a document of VEX says again and again of many products is counted once, or refused with the figure before it is more than one record holds.',
  'VULN-BILL-1': 'A bill of materials says what is installed, and names no person.',
  'VULN-BILL-3': 'SPDX 3 and the software inventory of OCSF say what is installed, and name no person.',
  'VULN-BILL-4':
    'Software inventory is the same sent as telemetry or imported as a file, in whatever order it comes; the newest word on a package counts.',
  'VULN-BILL-5':
    'Software inventory that is sent changes the next answer: a weakness comes with a package and goes with its mend.',
  'VULN-BILL-6':
    'What Trivy tells beside package URLs, in its own words, counts as what others tell within them.',
  'VULN-BILL-2': 'Bills of materials are told from other files, and refused whole where they are broken.',
  'VULN-MATCH-1':
    'A package is matched by package URL, release and the order of its ecosystem, never by a likeness of names.',
  'VULN-MATCH-2': 'Firmware is matched by maker, model and version; a CPE alone makes it potential.',
  'VULN-MATCH-4':
    'An advisory on a module does not match the plain package of the same name, nor another stream.',
  'VULN-MATCH-5':
    'An advisory of several CVEs is one finding for each, with the word, the catalogue and the forecast on that one.',
  'VULN-MATCH-6':
    'A range of commits says nothing of a version where others are comparable, and never that it is not affected.',
  'VULN-MATCH-7':
    'Names that advisories join, directly or over others, are of one vulnerability, in whatever order the advisories came.',
  'VULN-MATCH-8': 'A vulnerability that several components have names them all, where all is asked for.',
  'VULN-MATCH-3': 'Matching part by part after changes gives what matching everything anew gives.',
  'VULN-VEX-1':
    "A maker's word goes before a match, for the version and product that it speaks of, and is shown.",
  'VULN-VEX-2':
    "A distribution's word on its packages holds in the release that it is told of; where streams differ, it comforts nobody.",
  'VULN-VEX-3':
    'What a maker says of a component within a product holds in the versions of the product that it means, and nowhere else.',
  'VULN-VEX-4': 'Of two revisions of one document of VEX the later counts, whichever was read first.',
  'VULN-RANK-1':
    'Exploitation comes from the newest catalogue and forecast; what nobody foretells is not taken for nothing.',
  'VULN-FIRMWARE-1': 'Firmware is current, outdated, past its end or unknown, by its release cycle.',
  'VULN-FIRMWARE-2': 'The standing of firmware weighs, says its source, and changes by time alone.',
  'VULN-RANK-2':
    'What is dated beyond tomorrow is refused with its field and date, and what an older release took of it gives way.',
  'VULN-FIRMWARE-3': 'Products that share a name have the same release cycles live and after a start.',
  'VULN-SCORE-1':
    'What is installed and weak costs points with the evidence of the match, until it is mended.',
  'VULN-SCORE-2': 'An exploited weakness weighs most, an unlikely one less, one without a forecast in full.',
  'VULN-SCORE-3': 'Where weaknesses are cut off, the least urgent go.',
  'VULN-IMPORT-1': 'Files of advisories are taken whole or not at all, and the same again changes nothing.',
  'VULN-IMPORT-2': 'A bill of materials belongs to the device that the operator or the bill names.',
  'VULN-REMOVE-1':
    'Advisories, documents of VEX, whole formats and bills of materials can be taken back, and what followed from them goes with them, also after a start.',
  'VULN-REMOVE-2':
    'A document of VEX or a format that is taken back is meant exactly: all that is of it goes, and nothing of another.',
  'VULN-IMPORT-3': 'Advisories and bills are there after a start.',
  'VULN-IMPORT-5':
    'A new bill of the same thing takes the place of the old one and says so; on request, of all bills of its device.',
  'VULN-IMPORT-6':
    'A byte order mark is no part of an inventory, a bill of materials or a file of advisories.',
  'VULN-IMPORT-4':
    'The commands of import give a summary for each file, and 1 where a named file was refused.',

  // Threat exposure
  'THREAT-NORM-1': 'Every spelling of an indicator finds one value.',
  'THREAT-NORM-2': 'Ambiguous text is refused, with what is allowed.',
  'THREAT-SPECIAL-1': 'Private and reserved addresses and the empty file have no reputation.',
  'THREAT-MATCH-1': 'Network look-up agrees with an independent oracle, most specific first.',
  'THREAT-MATCH-2': 'Parent matching never crosses a public suffix; sealed and clear names agree.',
  'THREAT-MATCH-3': 'Every spelling finds its listing.',
  'THREAT-MATCH-4':
    'An IPv6 address that leads to an IPv4 one, by NAT64 or 6to4, is found by what is listed of that.',
  'THREAT-TABLE-1':
    'The indicator table answers as asking every listing one by one would, in every spelling.',
  'THREAT-TABLE-2':
    'An indicator table comes back from its snapshot as it was; a damaged one is refused whole.',
  'THREAT-TABLE-3': 'A table is built in small steps beside the running one; no look-up mixes two versions.',
  'THREAT-TABLE-4': 'A table is handed to another thread without being copied.',
  'THREAT-TABLE-5': 'What is not listed is told by a filter that never hides what is.',
  'THREAT-FEEDS-1':
    'Active feeds are kept as numbers and bytes, lose nothing of what came, and a change is made beside what counts.',
  'LOOKUP-1': 'Private look-ups are the verifiable function of RFC 9497, by its vectors.',
  'LOOKUP-2': 'What a service evaluates is proven with its key; anything else is refused.',
  'LOOKUP-3':
    'A sealed list tells whoever has the output of an indicator what is said of it, and nobody else.',
  'LOOKUP-4': 'A shared service is asked without learning what is asked, and without giving its list away.',
  'THREAT-VERDICT-1': 'A verdict is computed when asked; unknown is never benign.',
  'THREAT-SAME-1': 'Feeds that list the same, or nearly, are found, whatever they are called.',
  'THREAT-SAME-2': 'Feeds of the same content count once in a verdict, which says so.',
  'THREAT-SIGHT-1': 'A sighting says what was met, how far it came, and how sure the feeds are.',
  'THREAT-SIGHT-2': 'What was reached and what was stopped age apart, each from its newest contact.',
  'THREAT-SIGHT-3': 'Revoked indicators stop counting at once.',
  'THREAT-SIGHT-4': 'A flood never evicts a reached destination.',
  'THREAT-SIGHT-5':
    'Of several sightings the one that weighs most now counts; a factor steps down at a known instant.',
  'THREAT-BACK-1':
    'What is listed today and was contacted before is a factor of those devices at once, of the time at which it was.',
  'THREAT-BACK-2':
    'Addresses, blocks, names, what was only asked for and files are recognised; warning lists count.',
  'THREAT-BACK-4':
    'What a change of feeds will find is looked for beforehand in small steps, and it finds the same as without.',
  'THREAT-BACK-3': 'A look-back finds what holding every contact against every listing finds.',
  'THREAT-SEEN-2': 'What several sensors say of one connection counts once, as blocked if one says so.',
  'THREAT-SEEN-3':
    'Who met a destination is told under the ids of now, each once, wherever it is asked; who was forgotten is not named.',
  'THREAT-SEEN-1': 'Who talked to a destination is known, also when nobody lists it.',
  'FEED-ZEEK-1': 'Zeek intel files are read in any column order.',
  'FEED-PLAIN-1': 'Plain lists, hosts files and counted lists are read.',
  'FEED-SAFE-1': 'A feed cannot list the world or our own networks.',
  'FEED-FORMATS-1': 'A list is recognised by its own form, and read with the traps of that form.',
  'FEED-CSV-1': 'A table is read by the names of its columns; abuse.ch exports by what they mean.',
  'FEED-JSON-1': 'An export of abuse.ch says as JSON what it says as CSV.',
  'FEED-MAPPED-1': 'An IPv4-mapped block is the IPv4 block that it holds.',
  'FEED-URL-1': 'A URL on a shared host never lists the host.',
  'FEED-AGE-1': "A feed's age is its own date, not that of the import.",
  'FEED-AGE-2': 'A date of the future makes no listing newer, and one that is not valid yet lists nothing.',
  'FEED-STIX-1':
    'A STIX pattern lists what it names by itself; what needs several things at once is refused.',
  'FEED-STIX-2': 'A STIX bundle says confidence, validity, revocation and whose an indicator is.',
  'FEED-MISP-1': 'Of MISP events only what is meant for detection is listed.',
  'INTEL-IMPORT-1':
    'Each feed is taken whole or not at all; a broken one leaves the last good one and says so.',
  'INTEL-IMPORT-2': 'An import of many feeds names each, and what is no feed stops none.',
  'INTEL-IMPORT-3': 'While a feed is read, others have their turn.',
  'INTEL-IMPORT-4': 'While a feed of many listings becomes active, or is taken back, others have their turn.',
  'INTEL-LOOKUP-1': 'What is no indicator hides no answer about the others, and the exit code tells of it.',
  'INTEL-KIND-1':
    'What makes feeds or advisories count less is taken only where the operator says so; what a source was it stays.',
  'INTEL-PLACE-1':
    'A feed keeps the place that it came from; another place takes its id only where that is said.',
  'INTEL-PLACE-2': 'A place is told without any secret, and is the same however it is written.',
  'INTEL-DOORS-1': 'Every door takes the same kinds of documents, and refuses the same.',
  'WARN-READ-1': 'Warning lists are read in each of their forms; a pattern that could run long is refused.',
  'WARN-MATCH-1': 'Each kind of warning list matches what it means, and nothing beside it.',
  'WARN-VERDICT-1': 'A warning list caps or voids a verdict by its effect, and never makes one graver.',
  'WARN-FLEET-1': 'A warning list that comes later changes what was met before.',
  'FEED-FUZZ-1': 'Whatever a feed holds, it is read or refused; what is listed is sound.',
  'FUZZ-1':
    'Whatever strangers write, each reader reads or refuses it within a second; what it accepts is sound.',
  'INTEL-FETCH-1': 'A feed from a URL is fetched whole, and only when it changed.',
  'INTEL-FETCH-2': 'No private address is reached, by a redirect neither; size and redirects are bounded.',
  'INTEL-FETCH-3':
    'What a URL gave the first time, or its format says, is all that it can give under its id.',
  'INTEL-MISP-1': 'Of a MISP feed by URL only the events are fetched that are new or changed.',
  'INTEL-MISP-2':
    'An event of a MISP feed that cannot be fetched keeps its last good version, and the fetch says so.',
  'INTEL-MISP-3': 'A manifest leads only to events beside it, the newest of them, and no more than a bound.',
  'INTEL-SCHEDULE-1': 'Feeds are fetched again and again by themselves, as often as they say.',
  'INTEL-SCHEDULE-2':
    'A feed that cannot be fetched is tried later and later; the last good one stays, and the list says why.',
  'INTEL-WATCH-1': 'Files of a watched folder are taken when they are new or changed, and whole.',
  'INTEL-WATCH-2':
    'A file that leaves a watched folder takes its feed back; a folder that is gone takes none.',
  'INTEL-WATCH-3':
    'What of a watched folder cannot be read is told, keeps its feeds, and is taken once it can be.',
  'INTEL-WATCH-4': 'What comes beside the files of a watched folder takes no feed of theirs back.',
  'INTEL-POST-1': 'A feed that is sent over HTTP is taken as one that is imported, by whom its token names.',
  'JRN-12': 'A batch that is packed in small steps is the same bytes.',
  'JRN-10': 'A feed is packed in the journal, and to the letter what it was when it is read back.',
  'TAXII-1':
    'A TAXII collection is fetched in pages, then only what is new; versions replace, revocations last.',
  'TAXII-2': 'A fetch that breaks off changes nothing, and the next goes on from there.',
  'TAXII-3': 'A TAXII server that lies, loops or sends too much is left, and changes nothing.',
  'TAXII-4': 'A collection is found from discovery, API root or its own address.',
  'TAXII-5': "A feed server's credentials go to that server only, and stand nowhere.",
  'TAXII-6': 'What is kept of a collection between two fetches may be lost without harm.',
  'THREAT-VALID-1': 'Past the time for which its feed stands by it a listing says nothing more.',
  'THREAT-STORE-1': 'That nothing is listed is marked where all feeds are old.',
  'THREAT-ACTOR-2':
    'Of malware and campaigns all are named who come into question by the relationships of a bundle.',
  'THREAT-ACTOR-3':
    'Names of attackers are held against catalogues; one that is of several groups stays of several.',
  'FEED-PORT-1': 'Where a feed names one or two ports of a host, its listing says which.',
  'THREAT-ACTOR-1': 'Whom an indicator is of is shown with the feed that claims it.',
  'FEED-BROKEN-1': 'A broken feed is refused whole.',

  // Policy
  'POLICY-FILE-1': 'The example policy file is read.',
  'POLICY-FILE-2': 'One mistake refuses the file, with line and field.',
  'POLICY-DECIDE-1': 'The highest priority decides, then deny before alert before allow, then the id.',
  'POLICY-DECIDE-2': 'A destination matches by network, domain, category, kind and port.',
  'POLICY-DECIDE-3': 'A subject matches by id, kind, tag and site.',
  'POLICY-DECIDE-4': 'What a rule excepts is covered and not denied.',
  'POLICY-ENFORCED-1': 'A rule is enforced where a denial was seen and not contradicted since.',
  'POLICY-BLOCK-1': 'Which rule blocks a destination is answered with its sites.',
  'POLICY-VIOLATION-1': 'The same violation again counts once.',
  'POLICY-VIOLATION-2': 'The window of 24 hours is exact.',
  'POLICY-VIOLATION-3': 'Memory per entity is bounded, and the answer says when it is capped.',
  'POLICY-ASSESSED-1': 'Policies assess an entity once enough of its connections were held against them.',
  'POLICY-COVERAGE-1': 'The covered share moves in steps.',
  'POLICY-FILE-3': 'Groups, services and times are read, and refused with line and field.',
  'POLICY-FILE-4': 'Files that are applied together hold each id once.',
  'POLICY-TIMES-1': 'A rule that holds at times holds by the clock of the site, daylight saving included.',
  'POLICY-TIMES-2': 'A rule that holds at times decides a connection by when it was opened.',
  'POLICY-TABLE-1': 'Tables of a thousand policies decide each connection as the rules read one by one.',
  'POLICY-TABLE-2': 'A set of rules says which of its words are not empty.',
  'POLICY-K8S-1': "Kubernetes' NetworkPolicies decide as in their cluster: both ends must allow.",
  'POLICY-K8S-2': 'What a manifest says that cannot be expressed is refused with its place.',
  'POLICY-CILIUM-1': "Cilium's policies decide as in their cluster, what they deny before what they allow.",
  'POLICY-DRYRUN-1':
    'A dry run decides every connection that is kept, beside the policies in force, and writes nothing.',
  'POLICY-PROPOSE-1':
    'A proposal allows what a kind commonly does, denies all else, in mode monitor, and tells what it leaves out.',
  'POLICY-PROPOSE-2': 'A proposal is a policy file that reads back to itself.',
  'POLICY-PROPOSE-3': 'A proposal rests on established baselines, and on how their destinations are used.',
  'POLICY-RECOMMEND-1':
    'An entity whose baseline is established and that no enforced policy holds to it has that recommendation.',
  'POLICY-WRITE-1': 'What is in force is written as it can be put in force again.',
  'POLICY-APPLY-2': 'A set of policies may come over HTTP, up to its own bound.',
  'POLICY-STRAY-1':
    'Names in policies that mean nobody, and policies about nobody, are told and not refused.',
  'POLICY-APPLY-1':
    'Policies are put in force whole, on record with actor and reason; the same again is no record.',

  // Scores
  'SCORE-1': 'A score is the same bits on every machine and does not depend on the order of its factors.',
  'SCORE-2': 'Bands are those of the whole score; three unassessed dimensions leave a healthy 74.5.',
  'SCORE-3': 'Contributions are integers that sum to exactly what is lost, each its logarithmic share.',
  'SCORE-4': 'A score stays within 0 and 100, and a worse or added factor never raises it.',
  'SCORE-5': 'What mending a factor regains is what the assessment without it gains.',
  'SCORE-6': 'Terms of a comparison sum to exactly the difference; the way back is the exact negative.',
  'SCORE-7': 'A published severity is a step, never falls when the measurement rises, and is idempotent.',
  'SCORE-8': 'A measurement trembling around a step publishes nothing new.',
  'SCORE-9': "The default profile has the page's weights, gaps of 0.30, end of life high and silence medium.",
  'SCORE-10': 'A wrong scoring profile is refused whole with its field named.',
  'SCORE-11': 'Gaps never raise the risk level.',
  'SCORE-12': "A finding's severity follows p, unless the profile fixes it.",
  'SCORE-13': "The page's reasons come out with the page's levels.",
  'SCORE-14': 'An open anomaly counts at its severity, one lower under confidence 0.5.',
  'SCORE-15': 'Gates open and hold as the contract says.',
  'SCORE-16': "The band's level worsens at once and improves only a whole point inside.",
  'SCORE-17': 'The fleet score is the exact weighted mean, rounded half up, at any allowed weight.',
  'SCORE-18': 'Fleet contributions sum to exactly what is lost.',
  'SCORE-19': 'Fleet values are the same incrementally, from scratch and merged in any split.',
  'SCORE-20': 'A fading sighting steps down at exactly the foretold millisecond.',

  // The engine
  'ENGINE-1': 'The same events in any batches give the same state hash.',
  'ENGINE-2': 'Replaying the records gives the same bits.',
  'ENGINE-3': 'The number of partitions changes no answer.',
  'ENGINE-4': 'The factors of every entity sum exactly to its loss.',
  'ENGINE-5': 'Fleet values equal a recomputation from the entities.',
  'ENGINE-6': 'The same life with something worse in it never scores higher.',
  'ENGINE-7': 'A late event changes sightings and times, never rates.',
  'ENGINE-8': 'One event of the far future moves neither the watermark past honest events nor a baseline.',
  'ENGINE-9': 'The ledger knows what was taken in, before the mark and singly beyond it.',
  'ENGINE-10': 'A user weighs the devices of 14 days, a service account 1.',
  'ENGINE-11': 'A merge loses no evidence.',
  'ENGINE-12': 'A split takes a merge back.',
  'ENGINE-13': 'A flood of names by one client makes nobody else forget.',
  'ENGINE-14': 'A merge taken back at once leaves both as they were, whatever they lived.',
  'ENGINE-17': 'What is published follows from what was seen and when it is, not from when somebody looked.',
  'ENGINE-15': 'One sensor with a wrong clock never makes the others late.',
  'ENGINE-30': 'Whoever a sensor only remarks upon is known by that.',
  'ENGINE-24': 'One odd record never moves time, also at the end of a history.',
  'EVIDENCE-1':
    'A published factor has evidence at any instant, also while what it rested on has just ended.',
  'FLEET-AT-RISK-1':
    'Devices at risk stand in order however many come and go, and the worst are read without visiting the others.',
  'ENGINE-23':
    'Between two steps of a batch the state is that of the events so far; what holds for the whole fleet moves at its end.',
  'FLEET-AT-RISK-2':
    'A stranger that is gone leaves the devices at risk, but not with something grave open, and not where strangers are the fleet.',
  'ENGINE-22': 'Connections side by side give the same state as one by one.',
  'CHANGE-1':
    'Every published change of a posture and of an anomaly is told, and nothing where nothing changed.',
  'CHANGE-2': 'The same changes are told in the same order, however the events were batched.',
  'CHANGE-3': 'A change says by which kind of record it came and by whom, or that it came by time alone.',
  'CHANGE-4': 'Confidence is published in whole per cent: a smaller move is no published change.',
  'TYPICAL-1': 'Typical devices have the level and the reason that a security team expects.',

  // Behaviour, anomalies, trust
  'BEHAV-1': 'The negative binomial tail agrees with exact arithmetic.',
  'BEHAV-2': "The contract's example is established exactly at 2025-11-18T00:00Z.",
  'BEHAV-3': 'Ordinary life deviates seldom.',
  'BEHAV-4': 'Deviation grows with the departure, up to 1.',
  'BEHAV-5': 'A flood of one-off destinations displaces no old one.',
  'BEHAV-6': 'Work hours are local, also across daylight saving changes.',
  'BEHAV-7': 'What others do to a machine that serves nobody is not its own departure.',
  'BEHAV-8': 'Behaviours kept as columns are those of plain objects, bit for bit, also after a move.',
  'BEHAV-9': 'A behaviour that ends leaves nothing behind.',
  'BEHAV-10': "A behaviour is one entity's at a time, through merges and splits.",
  'BEHAV-13':
    "A sign-in has the hour of the site's own clock to the quarter, also where its zone is not whole hours off; an hour of counts has that of which there is more.",
  'BEHAV-11': 'An hour is passed over unweighed only where weighing it would find nothing.',
  'DETECT-1': '14 new internal hosts by administration ports are critical with confidence 0.9 or more.',
  'DETECT-10':
    'That a machine turns to many more inside than it ever does makes a movement surer; half as many silent ones are a scan.',
  'DETECT-11':
    'Two internal hosts that nobody else knows, by a port of administration that a machine never used, are told.',
  'DETECT-2': 'Scanner, backup and monitoring may do that.',
  'DETECT-40': 'Requests within a connection that stays open are calls, and no connections.',
  'DETECT-3': 'Horizontal and vertical scans are found at their thresholds.',
  'DETECT-4': 'A scan is told once per doubling.',
  'DETECT-5': 'Silence counts after three of its own usual gaps, and three hours at least.',
  'DETECT-6': 'Lateral movement gives one anomaly, one incident and the advice to isolate.',
  'DETECT-7': 'A silent device is told while its sensor hears others, and is back when heard.',
  'DETECT-9':
    'A sweep of ten hosts inside within half a minute is a scan; the same hosts tried every day, or hosts outside, are not.',
  'DETECT-8': 'Nobody is offline while the sensor is silent, nor right after.',
  'DNS-DET-1': 'A tunnel in DNS is found by its names, in whatever record types; one by short TXT names too.',
  'DNS-DET-2': 'A tunnel without a domain of its own is found, and told by the server it talks to.',
  'DNS-DET-3':
    'Browsing, block lists, directories, reverse look-ups and what many machines look up are no tunnels.',
  'DNS-DET-4': 'A tunnel and made-up domains are told once per doubling.',
  'DNS-DET-5': 'Many domains that do not exist and look generated are found.',
  'DNS-DET-6': "Search suffixes, browsers' probes, repeated names and misspelt words are no made-up domains.",
  'DNS-DET-7': 'Of what an entity asks a bounded amount is remembered, whatever it asks.',
  'DNS-DET-8': 'A state of DNS detection that was written down and read back, or moved, goes on alike.',
  'DNS-DET-9': 'Who passes questions on for others is not taken for their asker.',
  'DNS-DET-10': 'Distinct names are counted once however often they come, to about a tenth.',
  'DNS-DET-11': 'A long name of odd bytes below a plain domain is counted, sealed and never revealed.',
  'DNS-DET-12': 'Of a log that names no DNS server the same is told, and nobody is met for a server.',
  'ANOMALY-1': 'An anomaly is opened once and only grows.',
  'ANOMALY-2': 'A sure act at high or critical is an incident.',
  'ANOMALY-3': 'Severity follows criticality; what is vital is never isolated, and the reason is said.',
  'ANOMALY-4': 'A state closes when it ends; within 7 days it re-opens under the same id.',
  'ANOMALY-5': 'Acts close by 30 quiet days at medium or low only.',
  'ANOMALY-6': 'What happens again after a verdict is judged anew.',
  'ANOMALY-7': 'A true positive holds critical until remediated.',
  'ANOMALY-8':
    'A further act under an anomaly that names acts is news and an alert, opens it again, and never pushes out what it was opened for.',
  'ANOM-DOOR-1': 'What operators say of an anomaly is on record, and kept with it: who, when, what and why.',
  'ANOM-DOOR-2':
    'False or expected closes and needs a reason; a true positive closes nothing, and holds until it is remediated.',
  'ANOM-DOOR-3': "Who looks after an anomaly is an operator's own short name, and no news of the anomaly.",
  'ANOM-DOOR-4':
    'Anomalies of one story, by entity, time and graph, share an incident, whose id is never taken back.',
  'ANOM-DOOR-5': 'Incidents do not depend on the number of partitions, nor on a restart.',
  'ANOM-DOOR-6': 'An incident lives while any of its anomalies is open, and counts once.',
  'ANOM-DOOR-7': 'Two weaker anomalies of independent families within an hour weigh a step more.',
  'ANOM-DOOR-8':
    "An accepted baseline closes what is open of the entity's changed ways, and can be taken back.",
  'ANOM-DOOR-9':
    "HTTP's doors take the same arguments, need read or operate, and put the token's name on record.",
  'ANOM-DOOR-10': 'The commands work on a directory at rest and through its owner alike.',
  'ANOM-DOOR-11': 'A refused word names the field, what came and what is allowed, and leaves no record.',
  'ANOM-DOOR-12': 'A command names its own flags in a refusal, HTTP its fields.',
  'ANOM-DOOR-13':
    'What nobody is known by (an entity, an incident, a tag, a page, a baseline) is refused, never answered with nothing.',
  'ANOM-DOOR-17':
    'A true positive is closed as long as it is remediated, and holds again once it is opened again.',
  'ANOM-DOOR-18':
    'What operators say is dated by the data and by the clock on the wall, and shown with both.',
  'ANOM-DOOR-16':
    'Of two words at once each is judged by what was said before it, and neither takes back the other.',
  'ANOM-DOOR-15':
    'A reason is one line of text that is seen, without a mail address, and what an earlier release took is shown as text.',
  'ANOM-DOOR-19': 'Who may say something and not read is told what came of the word, and no more.',
  'INSTANT-1': 'An instant is one of the calendar, with its zone, by one check at every door.',
  'ANOM-DOOR-14': 'The tags that somebody has are known without asking everybody.',
  'SUPPRESS-1': 'What is suppressed neither opens nor grows, and is counted.',
  'SUPPRESS-2': "A suppression ends by the engine's time, within a year, or by a word.",
  'SUPPRESS-3': 'What is open of a suppression closes as expected, but for what was confirmed.',
  'SUPPRESS-4': 'A suppression names an entity, a tag or a destination.',
  'SUPPRESS-5': 'A dry run tells which anomalies of the last days it would have matched, and writes nothing.',
  'SUPPRESS-6': 'A destination or a port matches only what points at nothing else.',
  'SUPPRESS-9':
    'A network holds all that an anomaly is about exactly where it holds the smallest network of it.',
  'SUPPRESS-8':
    'What is ours is suppressed for all at once by single segments at most, and how many a suppression is about is said.',
  'SUPPRESS-7':
    'What began under a suppression or within maintenance, and goes on after it, is told then, once, by its next sign.',
  'MAINT-1': 'During maintenance no anomaly of a state opens; acts do, and say so.',
  'MAINT-2': 'Maintenance freezes the waiting for a word: it begins anew with its end.',
  'MAINT-3':
    'Windows are bounded, listed with their state, and removed by a word; they stay listed with what they held back.',
  'MAINT-5': 'Whose windows they are is looked up once, however many hours are asked for.',
  'MAINT-4': 'What happens during maintenance teaches the baseline nothing, neither rates nor silence.',
  'TRUST-1': 'Certificate facts count before or after the session.',
  'TRUST-2': 'A certificate presses harder through its last third and expires to the millisecond.',
  'TRUST-4': 'A certificate that a day passed without, and whose port showed another since, is replaced.',
  'TRUST-3': 'A certificate that is seen before its time is not trusted until then.',

  // The answers
  'POSTURE-1': 'Every answer keeps its published shape.',
  'POSTURE-2': 'An empty fleet scores 0 with basis none.',
  'POSTURE-3': 'An unknown device gets the nearest ids; other people are never offered.',
  'POSTURE-4': 'Paging shows everything exactly once.',
  'POSTURE-5': 'A server answers to both of its ids with one posture.',
  'POSTURE-6': 'A UPN finds its person, and no list reveals it.',
  'POSTURE-8': 'A machine is found by the address that it holds.',
  'POSTURE-9': 'A known id that belongs to another tool is sent there.',
  'POSTURE-10':
    'However long the lists of the state are, every answer keeps its size and says what it left out.',
  'POSTURE-11': 'Groups of a search are by what was asked for.',
  'POSTURE-12': 'Where more met something, or used an account, than is remembered, the answer says so.',
  'POSTURE-20': 'Of a device that met more destinations than are remembered the answer says so.',
  'POSTURE-13': 'A word of a search that nobody has is refused, and the nearest are offered.',
  'POSTURE-16':
    'A search finds a person by the account, a machine by its MAC, and a component by name and version or package URL.',
  'POSTURE-17': 'What a detail leaves out of a list is told, and full gives it.',
  'POSTURE-18': 'What is new since an instant is also what was there before and has news.',
  'POSTURE-19': 'A page longer than any is answered with the longest.',
  'POSTURE-14': 'A mistyped control is offered those that are written most like it.',
  'POSTURE-15': 'A change that cannot be tried is refused with what came and what is allowed.',
  'POSTURE-7': 'Threat context joins listing, sightings and blocks.',

  // The past
  'HIST-1': 'as_of is an instant up to now; any other is refused with what came and what is allowed.',
  'HIST-2': 'Every instant is given back as it was, also after a restart, whatever the batches.',
  'HIST-3': 'A batch is kept whole with its mark, or not at all.',
  'HIST-4': 'What is older than the horizon is forgotten in steps; everything since is answered as before.',
  'HIST-5': 'A clock that goes back takes what it had told of later instants with it.',
  'HIST-6': 'In the past an identity answers under the ids that it had then.',
  'HIST-7': 'The file of history says its format; one of a later release is refused.',
  'HIST-8': 'Of any instant the answer is the one that was given then, also after a restart and a rebuild.',
  'HIST-9': 'An instant before the oldest is refused, and the oldest is named.',
  'HIST-10': 'What is not kept of the past is said, and a condition on it is refused.',
  'HIST-11': 'What a replay tells again is kept exactly once.',
  'HIST-13': 'Of every change it is told what it moved and by what it came.',
  'HIST-14': 'An anomaly has the same evidence of any instant, in an explanation as in a list.',
  'HIST-15': 'A word has an instant of its own, so that the one before it is answered as it was.',
  'HIST-16':
    "Another directory's history is refused; one that does not say whose it is, is taken and signed.",
  'HIST-17': 'Of a baseline of the past is told whether it was established; what is not kept of it is null.',
  'HIST-18': 'A span that ends before it begins, or after as_of, is refused.',
  'HIST-19': 'A snapshot stands at no record whose changes the history has not put on the disk.',
  'HIST-20':
    'What a record and all after it published can be taken back, where it is known where that begins.',
  'HIST-21':
    'Damage inside the history stops nothing that comes in; it is said, and the next start makes up for it.',
  'HIST-22': 'What is older than history is kept goes also where only short commands ever run.',
  'HIST-12': 'A disk that refuses history stops nothing else; what waits is bounded, and it is said.',

  // Whose time is believed
  'LIVE-4': 'A journal that refuses the time again and again is told to the log once an hour.',
  'LIVE-1':
    "A machine's clock that leaps moves the fleet's time when the leap has lasted, or the sensors agree.",
  'LIVE-2': 'Nothing is forgotten by a time that only the data say, or only the clock.',
  'LIVE-3': "A fleet that is ahead of the machine's clock is told, with what to do.",

  // What an operator looks at first
  'CONF-1':
    'A host is read as it is bound, an allowed host as a Host header names it; what can be neither is refused.',
  'DISK-1':
    'A full disk is told as such of every file that is replaced, and leaves it as it was, without a draft.',
  'DOCTOR-1': 'doctor reads what the next start reads, and fails where that would refuse.',

  // MCP
  'TOOL-EXPLAIN-1':
    '100 points are the exact score and the exact points of every factor, of an entity and of the fleet.',
  'TOOL-EXPLAIN-2':
    'What is foretold of time alone comes true at that instant, with those factors and points, and not before.',
  'TOOL-EXPLAIN-3': 'Evidence leads back to the sensor by its own ids.',
  'TOOL-EXPLAIN-5': 'Of the fleet a factor counts those over whom the mean is taken.',
  'TOOL-EXPLAIN-4': 'A risk level that two kinds of evidence bring about says so in a sentence.',
  'TOOL-COMPARE-1':
    'The terms of a comparison are exactly the difference of the two scores, of an entity and of the fleet.',
  'TOOL-COMPARE-2':
    'Who came to the fleet, who left it, who counts for more or less, and another scoring profile are terms of their own.',
  'TOOL-COMPARE-3': 'A term names the record, its actor, or time alone, by which it last moved.',
  'TOOL-COMPARE-6':
    'A term of the fleet names those who moved it most, the commonest cause among them, and their evidence.',
  'TOOL-COMPARE-7':
    'Of a fleet that is too large to be compared one by one the answer says so, and how many came and left.',
  'TOOL-COMPARE-8': 'A term of the fleet counts those over whom the mean is taken.',
  'TOOL-COMPARE-5':
    'Who was another identity then is compared with what that one was, and the merge is the cause.',
  'TOOL-COMPARE-4':
    'An instant that is not answered of, or a pair in the wrong order, is refused by the name of its field.',
  'TOOL-SIMULATE-1': 'What a simulation foretells is what the same change gives when it is made.',
  'TOOL-SIMULATE-2':
    'A simulation writes nothing, whatever is asked: the state hash before and after is the same.',
  'TOOL-SIMULATE-3': 'The points per factor sum to the points of the entities touched.',
  'TOOL-SIMULATE-4':
    'The next actions are those that regain most per device touched, and do so when they are simulated.',
  'TOOL-SIMULATE-7': 'Next actions tell people apart from devices.',
  'TOOL-SIMULATE-6': 'A vulnerability that nobody has is named, instead of a silent nothing.',
  'TOOL-SIMULATE-5':
    'A change that says too little, too much or two things, names what is not known, or cannot happen to whom it names, is refused by its key.',
  'TOOL-SIMULATE-8':
    'Newer firmware, and a component with all that is weak in it, are next actions, also where each weakness alone hides behind another.',
  'TOOL-SIMULATE-9':
    'Next actions are looked for among the enrolled and the worst first, and the best of each kind is tried, however large the fleet.',
  'TOOL-SIMULATE-10':
    'What next actions were not looked for, not tried or tried on a part is told, with how many they are.',
  'MCP-1': 'Both protocol revisions are spoken over stdio and HTTP, with instructions for the assistant.',
  'MCP-2': 'The tools are listed in one frozen order, read-only, each with both schemas.',
  'MCP-3': 'Each tool answers structured content that its schema allows, and the same JSON as text.',
  'MCP-4': 'An unknown id is a tool error that offers the nearest ids.',
  'MCP-5': 'A wrong or misspelt argument is refused with the field, what came and what is allowed.',
  'MCP-6': 'What a fault throws reaches the log, never the client.',
  'MCP-7': 'An undeclared key never reaches a client.',
  'MCP-8': 'An answer that is too large, or never comes, becomes a fault.',
  'MCP-9': 'An unknown tool is a protocol error that names it.',
  'MCP-10': "The asker is the token's name, or local.",
  'MCP-11': 'tools/list is the published contract, word for word.',
  'MCP-12': 'tools/list has at most 24 kB with output schemas and 8 kB without.',
  'MCP-13': 'On standard output there is nothing but protocol.',
  'MCP-14': 'Hostile or broken HTTP requests get an error and the door stays open.',
  'MCP-15': 'The conformance suite passes 37 of 37 on 2026-07-28 and 26 of 30 on 2025-11-25.',
  'MCP-16': 'Without fixtures, the scenarios that need none pass.',

  // HTTP
  'HTTP-1': 'Loopback is the default and needs nothing.',
  'HTTP-2': 'Any other address needs TLS or a declared proxy, tokens, and names.',
  'HTTP-3': 'A foreign Host or Origin is refused on every route.',
  'HTTP-4': 'Tokens are named, scoped, and kept as hashes in a file for its owner only.',
  'HTTP-5': 'Revoking takes effect at once; once a token exists every question and batch needs one.',
  'HTTP-6': '/healthz is 503 with progress until ready, then 200.',
  'HTTP-7': '/v1/events says what became of each batch.',
  'HTTP-8': 'Bodies and concurrency are bounded, and every error is in one documented table.',
  'HTTP-11':
    'A full disk is 503 disk_full with Retry-After, a failed one 503 journal_failed; neither says more, and what was acknowledged stays.',
  'HTTP-9': "The control socket is the owner's only, and streams progress and one result.",
  'HTTP-10': "A remote reader gives the owner's own outcomes.",
  'HTTP-12': 'Where the owner is gone, a remote reader says so and what to do.',

  // Command line and configuration
  'APP-1': 'A journal is opened only with the keys that sealed it.',
  'CLI-1':
    'ingest --json ends with one summary; the same file again is all duplicates; standard input is read.',
  'CLI-2': 'A missing data directory is made, for its owner only.',
  'CLI-3': 'A failure is one JSON object with --json, and one line without a stack.',
  'CLI-4': 'Refusals name file, line and reason, never content; only when all are refused does it fail.',
  'CLI-5': 'doctor says what is known and what is missing.',
  'CLI-20': 'status says how far the data is, and the same state hash whoever owns the directory.',
  'CLI-6':
    'start answers 503 and then 200, and prints the posture and the lines that connect each assistant.',
  'CLI-7': "A second start names the owner's process; a taken port is told with the way to another.",
  'CLI-8': 'start, two stdio assistants and an ingest work on one directory at once.',
  'CLI-9': 'Real data is not mixed into a simulated fleet unless forced.',
  'CLI-33': 'A start that still reads its journal ends when it is told to, and the next one begins again.',
  'CLI-10': 'SIGTERM ends cleanly, and the data stays usable.',
  'CLI-11': "The first token closes a running server's door at once, and revoking it does not reopen it.",
  'CLI-12': 'A flag wins over the environment, the environment over the file, the file over the default.',
  'CLI-13': 'A configuration mistake names field, value, what is allowed, and where it came from.',
  'CLI-14': "Each command's help is the agreed one.",
  'CLI-15': 'A wrong command line ends with 2 and the nearest suggestion.',
  'CLI-16': 'No colour when NO_COLOR is set, off a terminal, or with --json.',
  'CLI-17': '--json gives exactly one object, also when something fails after the answer.',
  'CLI-18': "The documentation's example is valid, and every command and field is documented.",
  'CLI-19': 'One Ctrl-C ends cleanly, however often it is delivered; a second one does not wait.',
  'CLI-23':
    'Whose answer nobody reads any more ends without a fault; an answer that cannot be written is one.',
  'CLI-24': 'The help names every command.',
  'CLI-25': 'One-shot commands share a directory: the first goes when all have got their answers.',
  'PRESS-11': 'Nobody without a token holds all connections, nor one for longer than some seconds.',
  'CLI-27':
    'Of a name of a file nothing but text reaches the screen: no control of a terminal, no line of its own.',
  'CLI-26':
    'Only a command that puts something in makes a data directory; any other refuses one that is missing or empty.',
  'PRESS-16':
    'A sender that goes away in the middle of a body is told to no log, and nothing is taken of it.',
  'PRESS-10': 'A body that is refused before it is read costs nothing but its answer.',
  'TIME-LIVE-1': 'Only a sender of whom something was taken is a live source.',
  'CLI-21':
    'A log that cannot be written ends nothing: its lines are dropped, counted, and told when there is room.',

  // Backup and restore
  'BACKUP-1':
    'A copy of the journal holds what was acknowledged at one moment, whatever is appended meanwhile.',
  'BACKUP-2':
    'A backup has journal, history, keys, tokens and configuration, and restores to the same state.',
  'BACKUP-10': 'No backup is made below the data directory, which an erasure would not reach.',
  'BACKUP-12':
    'The history in a backup knows of no record that the journal in it lacks, however long it is copied.',
  'BACKUP-11': 'Nothing is restored below the backup, which it would make another, and go with.',
  'BACKUP-3':
    'One flipped bit, a missing or a cut file: the restore is refused whole, and the file is named.',
  'BACKUP-4':
    'A state that differs from the one backed up is refused, or told where another release made it.',
  'BACKUP-5': 'Nothing that is there is ever restored over or backed up over.',
  'BACKUP-6': 'Only the owner can read a backup and what is restored from it.',
  'BACKUP-7': 'A backup during an ingest restores to the state of an engine that stopped at the same record.',
  'BACKUP-8': 'A backup that is killed leaves nothing under its name, and the next one is whole.',
  'BACKUP-9': 'A failed backup or restore names what is wrong, writes nothing, and ends with its exit code.',

  // First light, end to end
  'FIRST-1': '/healthz is 503 while the fleet is simulated, then 200.',
  'FIRST-2': 'HTTP and stdio in both eras give the same answer of each of the seven tools.',
  'FIRST-3': "The story's devices are at risk, each for its reason.",
  'FIRST-4': "The workstation of the story is critical, with 14 hosts, an incident and the sensor's own ids.",
  'FIRST-5': 'The listed destination is malicious and blocked, and seen as often as it was tried.',
  'FIRST-6': "The ordinary camera has the page's baseline.",
  'FIRST-7': 'A user found by UPN has devices and no destinations.',
  'FIRST-8': 'Every answer names the site.',
  'FIRST-9':
    'Default answers stay under 4,000 tokens (anomalies) and 1,500 (others), full ones under 20,000.',
  'FIRST-10': 'Real logs are refused by a simulated fleet, and no answer changes.',
  'FIRST-11': 'Another seed gives another fleet with the same page ids.',
  'FIRST-12': 'A restart gives the same answers and does not simulate again.',
  'FIRST-13': 'A set of Zeek logs ingested by the command line is answered over stdio.',
  'FIRST-14': 'The same set again is all duplicates and changes no answer.',
  'FIRST-15': 'A posted event to a listed C2 is in the very next answer.',
  'FIRST-17': 'Batches without a number are taken, each of them.',
  'FIRST-16': 'The same Stance-Sequence again is a duplicate and changes nothing.',

  // The simulated fleet
  'SIM-1': 'The same seed gives the same fleet, to the byte.',
  'SIM-2': 'Another seed gives another organisation.',
  'SIM-3': "The page's devices exist whatever the seed and size.",
  'SIM-4': 'Logs come hour after hour, each file in the order in which flows end.',
  'SIM-5': 'Offices are quieter at weekends, at night and at lunch.',
  'SIM-6': 'Every simulated line becomes an observation through the real adapters.',

  'DURABLE-ENGINE-1': 'A record on which the engine fails stops everything, and is taken in after a restart.',
  'SET-ASIDE-1':
    'A record on which the engine fails again at a start is set aside by it: the state is that of an engine that knows of it only that it was taken.',
  'SET-ASIDE-2': 'What was told of it to the history by half is taken back.',
  'SET-ASIDE-3':
    'A start that is killed while it sets records aside leaves what the next one gives all the same.',
  'SET-ASIDE-4':
    'Where the engine fails on more records than one start sets aside, none is, and the start is refused by name.',
  'SET-ASIDE-5':
    'A record that is tried again is applied where it stands, as if it had never failed; where it fails again, everything stays as it was.',
  'SET-ASIDE-6': 'What is set aside goes into a backup, and is forgotten with the record.',
  'SET-ASIDE-7': 'What is set aside is told by doctor, status and health, without anything that it says.',
  'SET-ASIDE-8': 'What the disk, the keys, a snapshot or the memory lack sets no record aside.',

  // Profiles
  'SCORE-PROFILE-APPLY-1':
    'A scoring profile is put in force whole, on record, and never under a version in use.',

  // State
  'STATE-1':
    'Columns hold what was put into them, through any adding and removing, also when written down and read.',
  'CALIB-1':
    "A confidence is a frequency: a detector's estimate until verdicts say how often it is right, capped and marked, and monotone.",
  'CALIB-2':
    'What verdicts taught makes the confidence of what is detected after them, and a changed verdict is learnt from once.',
  'CALIB-3':
    'Verdicts on a kind of device speak for that kind first; those on all others stand in where it has few.',
  'BEHAV-12': 'The first hours after an upgrade deviate for nothing that the older release did not count.',
  'HABIT-1':
    'What a machine does at the same hour of every day is ordinary then; that it is awake at an hour that it always slept through is evidence.',
  'HABIT-2': 'A session that lasts a hundred times as long as any before is evidence.',
  'HABIT-3':
    'A port that is new to a machine and rare among its kind is evidence, and belongs to it afterwards.',
  'HABIT-4': 'What habits say of benign hours is said no more often than its probability.',
  'HABIT-5':
    'What a machine sends at the same hour of every day is ordinary then; as much at another hour is evidence.',
  'HABIT-6':
    'A machine that turns to many times as many inside in an hour as it ever does is odd, whether it knows them or not.',
  'HABIT-7':
    'A network from which a machine was never used is evidence once, unless it is always on its way.',
  'BEACON-1':
    'A new destination that nobody else knows, called at a steady pace, is told once, also where calls fail and are retried.',
  'BEACON-2':
    'What people do, what the fleet calls too, services that everybody asks, and machines that speak for others raise no beacon.',
  'BEACON-3': 'A steady caller is found among a flood of destinations, at bounded cost.',
  'BEACON-4':
    'A beacon with half of its pace as jitter and a fifth of its calls missed is mostly told within sixteen calls.',
  'BEACON-5': 'What is called at random is seldom taken for a beacon, though nobody else knows it.',
  'BEACON-6': 'Check-ins of several requests each are told by the pace of the check-ins.',
  'BEACON-7': 'Sizes that vary as those of people do speak against a beacon.',
  'BEACON-8':
    'Sizes weigh little beside a very even pace, and what is new with many others at once weighs less than what is new alone.',
  'BEACON-9': 'Each hour in which a told beacon goes on is a surprising one.',
  'BEACON-10':
    'A channel without a pace is told where the place is strange: a bare address, a port that was never used, nobody else there.',
  'BEACON-11': 'What gets long answers fetches pages or files, and is no beacon.',
  'BEACON-12': 'What is called in step with another new destination is a page and its parts.',
  'BEACON-13':
    'A channel at a call each second or two is told after twenty seconds; pages and waits that are over by then are not, nor work of less than a minute.',
  'BEACON-14':
    'A dense stream, of which one call a second is kept, is as even as its own gaps are; keeping one a second makes nothing even.',
  'VOLUME-1':
    'An hour in which much more is done than ever is told when it ends, and is over with the next ordinary hour.',
  'VOLUME-2':
    'Working hours and the rest are each told of once such hours were lived, or by the kind; before, only what no person explains.',
  'DRIFT-1':
    'Who drifts slowly leaves the anchor behind and is told; a legitimate change is learnt; what is flagged hardly teaches.',
  'EVADE-1':
    'A destination is one of its own to a machine once it was met on seven days, the first a week ago; one early contact exempts nothing.',
  'EVADE-2':
    'A machine is known to a lateral movement where it was taken hold of before by a port of administration; other ports say nothing.',
  'EVADE-3': 'An outage that was told teaches nothing: the next one is missed as soon.',
  'EVADE-4':
    'An hour of a flood moves the slow memory no further than the rates: slow growth is told weeks after it as ever.',
  'EVADE-5':
    'Uploads to more destinations than are kept apart are told of all together; no decoy makes a sum disappear, and what is fetched hides none.',
  'EVADE-6':
    'A role explains many targets and sweeps inside: not that an unknown place is called at an even pace, nor that one beyond is reached past an enforcement point.',
  'ACCEPT-1':
    'A change of amount that an operator accepted is normal at once and stays so; what goes beyond it is told.',
  'ACCEPT-2': 'An acceptance that is taken back leaves rates and anchor as they were, to the last bit.',
  'EVAL-JUDGED-1': 'That the page of judged anomalies is not what is raised any more is told by a command.',
  'EXFIL-1':
    'Much sent to a destination that is new and rare is told, fast or slow; backups, known services and downloads are not.',
  'EXFIL-2':
    'Small pieces that add up at a strange place are told after a few of them; to a service with a name they are not.',
  'SERVICE-1': 'A port at which a machine never answered is told at the second answer, once.',
  'SERVICE-2': 'That it answers a scanner or a monitoring server says nothing of when a machine began to.',
  'EVASION-1':
    'A destination at which a machine was stopped, reached by another port within the hour, is told.',
  'PEERS-1':
    "What a kind does follows from its members' hours alone, in whatever order, merged at midnights of events' time.",
  'PEERS-2':
    'A newcomer is judged by its kind from its first hour; an infected one does not become its own normal.',
  'PEERS-3': 'An hour is never said to be rarer than it is among its kind.',
  'PEERS-4':
    'What detectors tell of a member is never said to be rarer than on the days of its kind: a p-value, by which its confidence falls, never below 0.05.',
  'PEERS-5':
    'No outbreak makes itself ordinary: what was told counts after a week, of three members or more, and not where an operator confirmed it.',
  'PEERS-6':
    'What is known of what was told of kinds is bounded, goes on from what was written down, and is the same in any order within a day and with any number of partitions.',
  'PROBERS-1':
    'An outsider who tries many places in vain is told to scan when asked about, and raises no alarm for each.',
  'PROBERS-2': 'What is known of outsiders is bounded, and goes on from what was written down.',
  'PROBERS-3':
    'A source told of again without its text is told of as before, also when others were forgotten for it.',
  'STATE-BEHAV-1': 'Behaviours written down at any moment go on exactly as if nothing had been.',
  'STATE-REST-1':
    'What the fleet shares (time, sensors, names, destinations, certificates, the ledger, sums) goes on from what was written down as if it had never stopped.',
  'STATE-REST-2':
    'What is told and scored per entity (sightings, violations, enforcement, coverage) goes on from what was written down as if it had never stopped.',
  'STATE-REST-4': 'Coverage in one small number per entity says for any traffic what two counts said.',
  'STATE-REST-5':
    'The reverse index of destinations gives handles that notice when theirs was forgotten, and says where it forgot.',
  'STATE-REST-6':
    'Learnt names kept by number say what an object per pair said, and a revision tells of every change.',
  'STATE-REST-3': 'Time and sensors kept in place say for any events what lists of times said.',
  'STATE-2':
    'A partition that was written down and read again goes on as the one that never was: the same changes, the same state.',

  // Retention
  'RET-2':
    'The journal loses what is old and covered by the older of two snapshots; a backup of the rest restores to the same state.',
  'RET-3': 'What is dropped is covered, and older than its days or more than its bytes.',
  'RET-4':
    'However little comes in, the journal loses what is older than its days: by the hour, and when a short command ends.',
  'RET-5': 'Doctor says when the oldest record is older than retention allows.',
  'RET-6':
    'A clock that was ahead for a while delays neither snapshots nor what is to be dropped once it is right.',
  'RET-7': 'A folder of snapshots that cannot be read ends no process, and is told.',
  'RET-1': 'The beginning of a journal is dropped by whole segments; the rest keeps its numbers.',

  // Snapshots
  'SNAP-1': 'A state that is written down comes back as it was, and its hash is of what the file holds.',
  'SNAP-2': 'Any flipped bit or cut of a snapshot is found, with its place.',
  'SNAP-3': 'A snapshot of format 1 is readable by every later release.',
  'SNAP-5': 'A privacy gate that was written down goes on like one that was not.',
  'SNAP-6': 'A start from a snapshot and the rest of the journal gives the state of one that never stopped.',
  'SNAP-7': 'A damaged snapshot is told, and the next older whole one is used; what is missing is named.',
  'SNAP-8': 'A follower comes by replay to the state of the owner.',
  'SNAP-15':
    'Where one snapshot is all that leads to the state, doctor warns, and a second follows the next record.',
  'SNAP-9':
    'Snapshots are written by rule, of what the history has durably taken in; the two newest are kept.',
  'SNAP-10':
    'An engine that was written down and read goes on as if it had never stopped, at any record, with any number of partitions.',
  'SNAP-11':
    'A history that is behind the snapshot is told again by the replay, as far as the journal reaches back.',
  'SNAP-12':
    'A history that is lost or damaged is told again, or begun anew from a snapshot where the journal does not reach back; then doctor and questions before that instant say so.',
  'SNAP-13':
    'A whole state that an earlier release wrote is loaded with its answers; one of the present form with its hash, too.',
  'SNAP-17':
    'What feeds cost a replay counts: tables that were built again and again lead to a snapshot, and a start builds none of them.',
  'SNAP-16': 'A snapshot that this user cannot read stops the start, and it is said what to do.',
  'SNAP-14': 'A column that a later release keeps as a narrower kind of number is read, number by number.',
  'SNAP-4': 'A full or failing disk while a snapshot is written leaves the older ones, with a clear error.',

  'STATE-11':
    'What few have sleeps in a state that was read until somebody asks, and nothing shows of who asked.',
  'STATE-10':
    'A directory that was written down comes back with the same answers, the same future and the same words.',

  // Cores and back-pressure
  'CORES-1': 'Logs read in a thread of their own give the same state as read in place.',
  'CORES-2':
    'What a reader calls addresses spares the engine looking for them, and changes nothing of the state.',
  'CORES-3': 'What a reading in a thread tells of an address is told once, and the record has it each time.',
  'PRESS-1':
    'Batches and questions under way are bounded in number and bytes, and a quarter is left for senders who have none; what is beyond is told when to come back.',
  'PRESS-2': 'A body that trickles in gives up its place.',
  'PRESS-3':
    'In a flood of batches questions are answered; after a kill everything acknowledged is there, and what was refused is taken when it is sent again.',
  'PRESS-4':
    'A question about the whole fleet is read in slices between which records are applied: each entity once, what is shown true at the end.',
  'PRESS-13':
    'A batch is taken in slices between which others have their turn; words, ticks and snapshots wait for its end, and after a kill in the middle it is applied once.',
  'PRESS-14':
    'Batches that wait are taken in turn by sender, by their size: who sends little has at most one batch of each other sender before its own.',
  'PRESS-15': 'In a flood it is the flood that is told to come back, not who sends once.',
  'PRESS-9': 'A comparison of the fleet with the present gives way while it is read, and adds up.',
  'PRESS-17':
    'A question about the fleet of an earlier instant gives way while the fleet is moved on to that instant.',
  'PRESS-18':
    'A question that waited in its line for too long is told to come back, and is not answered to nobody.',
  'PRESS-19':
    'Questions that come at once are answered one in each turn, so that batches have theirs in between.',
  'PRESS-5': "Questions about the whole fleet wait in their asker's own line, which is bounded.",
  'PRESS-7':
    'A server that ends takes nothing new, and lets what is being taken in end with its answer, for some seconds.',
  'SENSOR-SILENT-1':
    'How sure a posture is follows within half an hour from whether its sensor is heard, though nothing is heard of itself.',
  'SENSOR-RETIRED-1':
    "A sensor that was taken down is missed no more by an operator's word, until it is heard again.",
  'SENSOR-RETIRED-2': 'Where there are too many sensors, the one silent longest gives way.',
  'SRC-INGEST-21': 'Files that wait to be read are not held in memory.',
  'SRC-INGEST-20': 'Readings of one log at once count each record as accepted once.',
  'TREND-1':
    'The trend of a day is the difference that a comparison with 24 hours ago tells, also across a silence.',
  'STRANGERS-1': 'Of a stranger that is forgotten nothing is left that another could be taken for.',
  'STRANGERS-2': 'Forgotten are only strangers, those silent longest first.',
  'STRANGERS-3': 'A forgotten stranger that comes back has its id, and begins anew.',
  'STRANGERS-4':
    'After 90 days of silence a stranger is forgotten; with anomalies, when these are 400 days old.',
  'STRANGERS-5': 'Forgetting is a part of every replay.',
  'STRANGERS-7': 'A forgotten stranger is still known of the instants before.',
  'STRANGERS-8':
    'What was open of a stranger ends when it is forgotten, now and of any instant, also in what older releases kept.',
  'STRANGERS-6': 'Where there is no room for who is discovered, passers-by make it.',
  'PRESS-8':
    'A bound on machines, users or producers that was reached is told by doctor and status, and once by the log.',
  'PRESS-6':
    'A sender has a bounded number of producers, known also after a restart; one more is refused and told so.',

  // Compliance
  'COMPL-1':
    'Every control of ISO 27001 Annex A, NIS2 Art. 21(2) and CSF 2.0 is there once, and says how much of it a machine sees.',
  'COMPL-2': 'A signal of several factors tolerates nobody, because those who fail can overlap.',
  'COMPL-3':
    'Nothing is compliant by default: a machine saw all that it can, and a person attests the rest, or it is wholly visible.',
  'COMPL-4':
    'The state of a control never gets better by who fails, never worse by an attestation, and follows from its own framework alone.',
  'COMPL-5': 'A test passes by its threshold, of enough subjects, freshly; else it says what it lacks.',
  'COMPL-6': 'An exception takes out one entity, or makes the control partial at best; it ends.',
  'COMPL-7': 'A framework is as its worst control, and compliant only if all that apply are.',
  'COMPL-8': 'Attestations and exceptions are bounded, run out by the time of the data, and are kept.',
  'COMPL-9':
    'OSCAL assessment results have a finding for each control that applies, with its observations, and no reference into nothing.',
  'COMPL-10':
    'The state of a control is traced down to single events, and its numbers are those of the fleet, everywhere the same.',
  'COMPL-11': 'The tool pages, filters and keeps to the budgets of the contract.',
  'COMPL-12':
    'What a person says of a control is on record with who, why and until when, and refused in plain words.',
  'COMPL-13': 'A report is the same after a restart and from a snapshot, and as of then after more was said.',
  'COMPL-14': 'An attestation runs out by the time of the data alone.',
  'COMPL-15':
    'The command prints a framework as text, JSON and OSCAL, of a directory at rest and through its owner, and takes what people say.',
  'COMPL-17': 'What a person says of a control lasts by the later of both clocks, and says when it was said.',
  'COMPL-18': 'Ids of OSCAL are of one data directory, and follow from what is said.',
  'COMPL-16':
    'What a glance at the fleet costs for compliance grows neither with it nor with its open anomalies.',

  // Fleet statistics at a site
  'FLEET-STAT-1':
    "What a device gives to the sums, and a site's block, are what a naive reading of the devices gives, in bounded whole numbers.",
  'FLEET-STAT-2':
    "Kinds of device leave a site as names of a closed list only; a site's own word for a kind is never one of them.",
  'FLEET-STAT-3':
    'Means, variances, bands and histograms of a group follow from its integers; a quantile is off by less than the error that it states.',
  'FLEET-STAT-4':
    'A site reports once a round, at an instant of its own; size, fingerprint, time and receiver are in the ledger.',
  'FLEET-STAT-5': 'A report of a site without devices is as long as any other, and as regular.',
  'FLEET-STAT-6':
    'A report without an answer is sent again, the same bytes, while an aggregator takes it, and is told as missed afterwards.',
  'FLEET-STAT-7': 'A release enters the journal only with the signature of the configured key holder, once.',
  'FLEET-STAT-8':
    'What is told of all sites is what plain addition over them gives, beside what this site adds up itself; no group is under the minimum.',
  'FLEET-STAT-9': 'Where a site knows too few of a kind, it tells how they are at all sites.',
  'FLEET-STAT-10': 'What is grouped by words of a site is of that site alone, and the answer says so.',
  'FLEET-STAT-11':
    'A release is part of the state, replayed alike, and of an earlier instant it is the one of then.',
  'FLEET-STAT-12':
    'Releases are found where the key holder puts them; what is none is passed over and told once.',
  'FLEET-STAT-13': 'Nothing is sent to anybody unless it is configured; the status says so.',
  'FLEET-STAT-14': 'A mistake in the configuration of the fleet is told with its field and what is allowed.',
  'FLEET-STAT-15': 'The server of a site reports by itself, and tells of it in health, status and over HTTP.',
  'FLEET-STAT-16':
    'Statistics of the largest fleets keep to the budgets of the contract, the largest groups first.',
  'FLEET-STAT-17':
    'The commands of a site tell its statistics, what it sent, and what is wrong with its keys.',
  'FLEET-STAT-18':
    'A report that is refused once is sent again in the second half of its round, and again soon where the aggregator itself failed.',
  'FLEET-STAT-19':
    'The ledger of reports has each try before it leaves, every place to which one left, and none that it did not leave for.',
  'FLEET-STAT-20': 'A file of releases that cannot be read keeps no other from being taken, and is told.',

  // Fleet statistics on ciphertext
  'AGG-ADD-1': 'Plain addition is addition modulo q, for any coefficients, up to as many as a part may have.',
  'AGG-ADD-2': 'Plain addition gives byte for byte what SEAL adds.',
  'AGG-ADD-3': 'A full part still opens, its noise grown as much as it can.',
  'AGG-EXACT-1':
    'Every slot of a release is the integer of plain addition, in random fleets at one to eight sites.',
  'AGG-EXACT-2': 'Sums are exact on both sides of half the plaintext modulus, and wrap at it.',
  'AGG-GATE-1':
    'Only bytes that SEAL could have written reach it: length, beginning, coefficients below q, not transparent.',
  'AGG-WIRE-1': 'A report is read as it was written, is signed for its purpose, and has one reading.',
  'AGG-AGREE-1': 'An agreement that anybody changed is refused, with its field and what to do.',
  'AGG-AGREE-2': 'A site believes only the agreement for which the key holder enrolled it.',
  'AGG-KEYS-1': 'The secret key is readable by its owner alone, and never overwritten.',
  'AGG-SITE-1': 'A site gives one report a round: asked again, also after a restart, the same bytes.',
  'AGG-SITE-2': 'A report from before a site joined anew is not sent again: it is made anew.',
  'AGG-ROUND-1':
    'An aggregator takes one report of a site and round, also of two at once and after a restart.',
  'AGG-ROUND-2': 'It takes this round and the one before, and none that was closed.',
  'AGG-ROUND-3': 'It closes a round for the key holder alone, and gives the same sum when asked again.',
  'AGG-ROUND-4': 'Sums for which nobody asks are dropped.',
  'AGG-SUM-1': 'It keeps sums, not reports.',
  'AGG-PARTS-1': 'More reports than one sum may have are added, and opened, in parts of about one size.',
  'AGG-CRASH-1': 'After a crash an aggregator has what it had acknowledged, and nothing else.',
  'AGG-CRASH-2': 'A round whose sum the disk lost is declared lost, and others go on.',
  'AGG-CRASH-3': 'A killed aggregator has every report that it acknowledged, each once.',
  'AGG-DOOR-1': "The aggregator's doors answer whatever is wrong in one way, also what is no HTTP.",
  'AGG-DOOR-2': 'Nobody holds them shut by connections that are silent, or that take no answer.',
  'AGG-DOOR-3': 'A fault of the aggregator is told from a refusal, so that a report is sent again.',
  'AGG-REFUSE-1':
    'Hostile reports of every kind are refused and leave the sum as it was; each check is met by some attack.',
  'AGG-REFUSE-2': 'The key holder gives one answer to every wrong aggregate, and does not die of it.',
  'AGG-K-1': 'Nothing is opened of fewer devices than the minimum group.',
  'AGG-K-2': 'Cohorts of fewer devices are not told, nor so that they could be computed from what is told.',
  'AGG-K-3': 'Releases over several sets of sites give no group of fewer devices away together.',
  'AGG-K-4':
    'Cohorts are told in one division over all releases that are compared: a reader who adds and subtracts them finds no few devices.',
  'AGG-K-5':
    'Nothing is opened of fewer than three sites with devices, nor of fewer devices than the minimum group besides the largest site.',
  'AGG-K-6':
    'A site of fewer devices than the minimum group reports none, reads what is released, and silences nobody.',
  'AGG-K-7': 'Releases are made one at a time, also of several processes, each compared with those before.',
  'AGG-ONCE-1': 'A round is opened once, also after a restart, and never another sum of it.',
  'AGG-ONCE-2': 'A round whose sum was wrong is used up.',
  'AGG-ONCE-3':
    'A crash leaves no half record of what was opened, and without the records of earlier rounds nothing is opened.',
  'AGG-ONCE-4': 'The record of what became of a round is written once, and never over.',
  'AGG-KEYS-2': 'What was released under earlier keys is compared under their successors.',
  'AGG-CHECK-1': 'A report that was left out, repeated, exchanged or altered is found.',
  'AGG-CHECK-2': 'Sums that no devices can give are refused, though their site signed and checked them.',
  'AGG-CHECK-3': 'A manifest that its sites did not sign is refused.',
  'AGG-CHECK-4':
    'A lying site can make of the sums what devices of all sites could give together, and nothing beyond.',
  'AGG-APART-1': 'The aggregator loads neither SEAL nor the roles that have keys.',
  'AGG-APART-2':
    "A round of four sites in six processes is exact; no piece of the secret key or of a figure is in the aggregator's memory or files.",
  'AGG-KEY-1': "An aggregator's folder keeps apart what is under two keys.",
  'AGG-ENROL-1':
    'A site gets another key, or is taken out of the agreement, only once it is known that its open rounds are lost.',
  'AGG-ASKED-1': 'The key holder opens the round that it asked for, and no other that is handed over.',
  'AGG-ASKED-2': 'It asks for no round that is not over.',
  'AGG-LISTEN-1': 'The address that the aggregator names is one that can be opened, of IPv6 too.',
  'AGG-OUT-1': 'Where a release goes is known to be writable before its round is used up.',
  'AGG-OUT-2': 'A round that was released is written again as it was released, without being opened.',
  'AGG-OUT-3':
    'A release is readable for everybody, is seen whole or not at all, and goes over no other file.',
  'AGG-NOISE-1': 'Noise for others is discrete Laplace, exactly, from whole numbers of chance.',
  'AGG-NOISE-2': 'What is shared with noise states its error, and has it.',
  'AGG-NOISE-3':
    'Nothing is shared beyond a budget of ε, which is none until it is set, and a round is shared once.',
  'AGG-CLI-1': 'The three roles are set up by commands, and a mistake is told with what to do.',
  'AGG-LAZY-1': 'No command loads SEAL before it encrypts or opens something.',

  // Findings on their way out
  'FINDINGS-1':
    'Every change leaves as an OCSF finding that its schema accepts; each kind has a golden file.',
  'FINDINGS-2': 'The same change has the same id whenever it is told, and no other change has it.',
  'FINDINGS-3':
    'A finding is created, updated, closed and updated again as its anomaly, incident or risk level is.',
  'FINDINGS-4':
    'A webhook is signed over id, time and body with one secret or, during a change, two; a weak one is refused unseen.',
  'FINDINGS-5':
    'A webhook reaches public addresses of trusted certificates only, follows no redirect, waits no longer than it may, and tells no secret.',
  'FINDINGS-6': 'Syslog leaves as RFC 5424 says, over TCP, TLS and UDP.',
  'FINDINGS-7': 'What a dying syslog receiver may not have read is sent again.',
  'FINDINGS-8':
    'A sink gets everything from its minimum level on, in order, at least once, whatever fails and however often it is restarted.',
  'FINDINGS-9':
    'The command prints findings of a directory at rest and of a running owner, and follows them.',
  'FINDINGS-10':
    'A kill between sending and noting repeats and never loses; status, doctor and health say how far each sink is.',
  'FINDINGS-11':
    'History gives what left the house in order, with what was before it, after a restart, a replay and pruning; a file of format 1 goes on.',
  'FINDINGS-12': 'A sink that is configured wrongly is refused with its field, before anything is sent.',
  'FINDINGS-14':
    'A receiver hears at once of what it acts upon, and of growth alone once an hour of the data.',
  'FINDINGS-15': 'A finding is never dated before its evidence.',
  'FINDINGS-16': 'Findings since an instant are all of that instant or later, also after one that was ahead.',
  'FINDINGS-17':
    'An incident of however many anomalies is told by all of them; the worst of those that are open are listed.',
  'FINDINGS-18':
    'The receiver that the documentation shows tells what Stance signed from what it did not, and never throws.',
  'FINDINGS-19':
    'A webhook whose answer asks for time (Retry-After) is left alone for as long, and for five minutes at most.',
  'FINDINGS-20':
    'Who follows a running owner never takes the directory over when it ends, but waits for the next one and goes on from where it was.',
  'FINDINGS-21':
    'Changes that a receiver did not get before history forgot them are told in the log, counted exactly, and stay in status, health and doctor; doctor warns before.',
  'FINDINGS-23': 'What waited when a process ended is sent by the next, also after a restore.',
  'FINDINGS-22': 'Findings asked for of before what is kept come with word that there were others.',
  'FINDINGS-13': 'A backup holds how far each sink was; what comes after a restore is sent.',

  // Performance
  'BENCH-1': 'The benchmark prints one object with the asked keys, their goals and their spread.',

  // Evaluation of detection
  'EVAL-1': 'The AUC is the share of right orders, ties a half, each placed attack counted once.',
  'EVAL-2': 'F1 at a budget is the best among the thresholds that keep to it.',
  'EVAL-3':
    'Calibration is measured in five bins of equal mass, beside what chance does to a calibrated one.',
  'EVAL-4': 'Intervals come from drawing whole entities, the same each time.',
  'EVAL-5': 'The peers of entity-hours follow their formulas.',
  'EVAL-6': 'The peers of beacons follow their formulas.',
  'EVAL-7': 'The peers of scans follow their formulas.',
  'EVAL-8': 'The evaluation runs the product on composite data, and gives the same report each time.',
  'EVAL-9': 'An attack is placed in the second half of a life, and all that it met is renamed.',
  'EVAL-10': 'Entities and attack families belong to a half by their names alone.',
  'EVAL-11': 'Data says what it is in a file of its own; what is guessed is said.',
  'EVAL-12': 'Who measures detection is told of each detection and each hour, and changes nothing.',
  'EVAL-13': 'A placebo is a benign hour of another host, placed as an attack is, all that it met renamed.',
  'EVAL-14': 'The report says what placebos raise, for the product and its peers, beside what attacks do.',
  'EVAL-16':
    'Invented attacks and their harmless twins are drawn by seed, in two halves, and placed as captured attacks are.',
  'EVAL-15': 'A simulated fleet that nobody attacks is measured in its last week, and said to be simulated.',
  'EVAL-17': 'Captures of packets become logs as Zeek writes them; what is missing to read them is said.',
  'EVAL-18': 'Attacks of chosen families are placed alone; each family is reported.',
  'EVAL-19':
    'Time to detect is counted in check-ins beside calls: what comes within a second is one check-in.',
  // Sign-ins
  'SIGNIN-1':
    'Passwords guessed at a machine of ours from within, or by one, are told as high; a few mistakes are not.',
  'SIGNIN-2': 'A success from a source after its many failures is critical, and told at once.',
  'SIGNIN-3':
    'What the Internet guesses at one machine is one low story that grows, however many sources there are; none where it did from the first days on.',
  'SIGNIN-4': 'Few failures each at many accounts are told as password spraying.',
  'SIGNIN-5': 'A sign-in of unknown outcome is no failure; a crowd of them is weak evidence.',
  'SIGNIN-6': 'A job whose password expired is a lesser story that says so.',
  'SIGNIN-7': 'What is remembered of sign-ins is bounded under any flood of sources, places and accounts.',
  'SIGNIN-8': 'Trials and habits that were written down go on as if nothing had been.',
  'SIGNIN-9':
    'A sign-in that is unusual in several independent ways is told with its reasons; in one way alone it is not.',
  'SIGNIN-10': 'A new place weighs less for whoever often has new places.',
  'SIGNIN-11': 'One identity used at two sites within minutes is told.',
  'SIGNIN-12': 'A young account alarms nobody, and what is told of does not become normal.',
  'SIGNIN-13':
    'An account guessed from many places is told, and the success from one of them; its owner goes on as before.',
  'SIGNIN-14': 'A service account that is used interactively from a new machine is high.',
  'SIGNIN-15': 'The number of partitions changes nothing of what is told of sign-ins.',

  // Certificates and identities
  'PKI-1': 'Chains of every kind are judged as OpenSSL judges the same files, each failure with its reason.',
  'PKI-2': 'Of several chains the one that holds is taken, whatever else the peer sent.',
  'PKI-3': 'A heap of authorities of one name costs a bounded search.',
  'PKI-7': 'A chain, a key or a text that is made to cost is judged in a bounded time.',
  'PKI-8': 'A revocation list of hundreds of thousands is read.',
  'IDENT-1':
    'Who proved a key whose certificate is in force is verified; what speaks against it is told with its reason.',
  'IDENT-2':
    'The last third of a certificate costs a little more every day, as was foretold, and it expires to the millisecond.',
  'IDENT-3': 'A revoked identity is told, its use is critical, and a new certificate ends it.',
  'IDENT-4': 'One key that is used from two places in turn within minutes is told.',
  'IDENT-5': 'Who proves its key is the device at the address from which it did.',
  'IDENT-6': 'A request for a certificate waits where it must, and a token is used once.',
  'IDENT-7': 'What is known of identities goes on from what was written down.',
  'IDENT-8':
    "What was known of a certificate is kept when its chain holds no longer, and it is one device's.",
  'IDENT-9':
    'Authorities of the configuration are believed from the start, and a maker by serial numbers alone.',
  'IDENT-10': 'What is known of identities is the same in one partition and in three, to the bit.',
  'IDENT-11': 'What a certificate will cost, and when, is foretold by the tool and comes true.',
  'IDENT-12': 'The trust level of an earlier instant is the one of then.',
  'IDENT-13': 'Changes of trust anchors that come together all count.',
  'IDENT-14':
    'What time or an operator did to an authority of the configuration stops no start, is told, and an operator has the last word.',
  'IDENT-15':
    'Revocation lists are taken of every authority below an anchor, go with it, and are told when they are out of date.',
  'SPIFFE-1': 'The bundle of a trust domain is taken whole, or refused in words.',
  'SPIFFE-2': "A certificate is a workload's only as X509-SVID has it.",
  'SPIFFE-3': "A token is a workload's only as JWT-SVID has it, whatever is sent.",
  'SPIFFE-4':
    "Workloads prove themselves by their own trust domain and the inventory's word, and by nothing else.",
  'SPIFFE-5': 'A workload is verified while its SPIFFE identity is in force, wherever its replicas are.',
  'SPIFFE-6': 'An expired root of a bundle does not keep the rest of it out.',
  'SPIFFE-7': 'A bundle that is older than one that was imported is refused, also after an empty one.',
  'SPIFFE-8': 'Whom a SPIFFE ID names is found without a walk over the inventory.',
  'SPIFFE-9':
    'A workload is revoked by its SPIFFE ID, whatever its trust domain gives it, until it is let in again.',
  'EST-1': 'A device enrols over EST with a one-time token, proves its key, renews and is revoked.',
  'EST-2': "No private key and no token's secret is on disk outside the authority's own folder.",
  'EST-3': 'Where an operator decides, a request waits and keeps its key.',
  'EST-4':
    "A certificate of the customer's own PKI is believed where its chain holds and its device is known.",
  'EST-5': 'While Stance starts, a device with a certificate is told to come again, and not refused.',
  'EST-6':
    'An authority of others vouches for no name and no certificate of ours that it should not; the inventory may take its word back.',
  'EST-7':
    'Of what the own authority issued only that is believed which is on record, and a revoked device has none left.',
  'EST-9': 'A renewal that races a revocation leaves nothing in force.',
  'EST-8': 'An authority is made once and believed again only by word; an older list is refused.',
  'PKI-5': 'What the authority issues holds before OpenSSL, and its list revokes.',
  'PKI-6': 'A request is taken only from who has its key, and never with a weak one.',
  'PKI-9': 'An authority issues with a key that is elsewhere, and gives out nothing that it did not sign.',
  'PKI-10': 'A program signs for the authority by a small protocol, and each of its failures is told.',
  'PKI-11': "The authority's key in a file is refused where others can read it.",
  'PKI-4': 'What is no certificate is refused in words, and a private key is never taken in.',
} as const;
