// Checks the layer rules of .dependency-cruiser.mjs, and that the picture in ARCHITECTURE.md shows the real imports.
// With --write, draws that picture.
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { cruise } from 'dependency-cruiser';
import config, { mayImport } from '../.dependency-cruiser.mjs';

const PICTURE_FILE = 'ARCHITECTURE.md';
const PICTURE = /(<!-- layers:begin -->\n).*?(<!-- layers:end -->)/s;
const FOLDERS = ['src', 'eval', 'bench', 'test'];

process.chdir(new URL('..', import.meta.url).pathname);

const { options, ...ruleSet } = config;
const { output } = await cruise(
  FOLDERS.filter((folder) => existsSync(folder)),
  { ...options, validate: true, ruleSet },
);
const arrows = arrowsOfRooms();
const problems = [...violations(), ...blindness(), ...unused(), ...picture()];

for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exitCode = 1;

function violations() {
  return output.summary.violations.map(({ rule, from, to, cycle }) => {
    const reason = config.forbidden.find(({ name }) => name === rule.name)?.comment;
    const path = cycle ? cycle.map(({ name }) => name).join(' → ') : to;
    return `${rule.name}: ${from} → ${path}${reason ? ` (${reason})` : ''}`;
  });
}

/** A cruiser that cannot read TypeScript sees nothing and finds nothing wrong. */
function blindness() {
  const files = globSync('src/**/*.ts').length;
  const sources = output.modules.filter(({ source }) => source.startsWith('src/'));
  const seen = sources.filter(({ source }) => source.endsWith('.ts')).length;
  const imports = sources.reduce((sum, { dependencies }) => sum + dependencies.length, 0);
  console.log(`layers: ${seen} modules seen of ${files} files in src, ${imports} imports`);
  return files > 0 && seen >= files && imports > 0
    ? []
    : [`the check saw ${seen} of ${files} files and ${imports} imports`];
}

function picture() {
  if (!existsSync(PICTURE_FILE)) return [];
  const text = readFileSync(PICTURE_FILE, 'utf8');
  if (!PICTURE.test(text)) return [];
  const drawn = text.replace(PICTURE, (_, begin, end) => `${begin}${diagram()}${end}`);
  if (drawn === text) return [];
  if (!process.argv.includes('--write')) {
    return [`the picture in ${PICTURE_FILE} is stale: npm run layers -- --write`];
  }
  writeFileSync(PICTURE_FILE, drawn);
  return [];
}

/** An arrow that is allowed and that nobody has lets one come in unseen. */
function unused() {
  return Object.entries(mayImport).flatMap(([from, rooms]) =>
    rooms
      .filter((to) => !arrows.has(`${from} ${to}`))
      .map((to) => `${from} → ${to} is allowed in .dependency-cruiser.mjs, and nothing imports it`),
  );
}

/** Room → room, from the product's own imports, and whether it carries values. */
function arrowsOfRooms() {
  const carriesValues = new Map();
  for (const { source, dependencies } of output.modules) {
    if (source.endsWith('.test.ts')) continue;
    for (const { resolved, dependencyTypes } of dependencies) {
      const [from, to] = [roomOf(source), roomOf(resolved)];
      if (!from || !to || from === to) continue;
      const arrow = `${from} ${to}`;
      carriesValues.set(arrow, (carriesValues.get(arrow) ?? false) || !dependencyTypes.includes('type-only'));
    }
  }
  return carriesValues;
}

/** A dashed arrow carries types only. */
function diagram() {
  const lines = [...arrows]
    .sort()
    .map(([arrow, values]) => `  ${arrow.replace(' ', values ? ' --> ' : ' -.-> ')}\n`);
  return `\`\`\`mermaid\nflowchart TD\n${lines.join('')}\`\`\`\n`;
}

function roomOf(path) {
  return /^src\/([^/]+)\//.exec(path)?.[1];
}
