// Which room may know which: the one table behind the layer checks and the picture in ARCHITECTURE.md.
// A room is a folder of src; its index.ts is its door.

/** @type {Record<string, string[]>} */
export const mayImport = {
  model: [],
  files: [],
  columns: ['model'],
  snapshot: ['model', 'files'],
  sources: ['model'],
  journal: ['model', 'files'],
  entities: ['model', 'columns'],
  behavior: ['model', 'columns'],
  exposure: ['model', 'columns'],
  pki: ['model'],
  lookup: ['model'],
  trust: ['model'],
  vulnerabilities: ['model'],
  policy: ['model', 'columns'],
  compliance: ['model'],
  scoring: ['model'],
  privacy: ['model', 'files'],
  store: ['model', 'scoring'],
  simulator: ['model'],
  engine: [
    'model',
    'columns',
    'snapshot',
    'entities',
    'behavior',
    'exposure',
    'trust',
    'vulnerabilities',
    'policy',
    'compliance',
    'scoring',
    'privacy',
  ],
  posture: ['model', 'engine', 'compliance', 'store', 'scoring'],
  mcp: ['model'],
  http: ['model', 'files'],
  findings: ['model'],
  aggregation: ['model', 'files'],
  outputs: ['model', 'files'],
  cli: ['model', 'app'],
};
const rooms = [...Object.keys(mayImport), 'app'];
const besides = ['eval', 'bench', 'test'];

/** Rooms that may also use the types (never the values) of any other door. */
const typesOfAnyDoor = ['cli'];

const testFile = '\\.test\\.ts$';
const oneOf = (names) => `(?:${names.join('|')})`;

const roomRules = Object.entries(mayImport).map(([room, known]) => ({
  name: `${room}-knows-only-its-own`,
  comment: `${room} may import ${known.join(', ') || 'no other room'}`,
  severity: 'error',
  from: { path: `^src/${room}/`, pathNot: testFile },
  to: {
    path: '^src/',
    pathNot: `^src/${oneOf([room, ...known])}/`,
    ...(typesOfAnyDoor.includes(room) ? { dependencyTypesNot: ['type-only'] } : {}),
  },
}));

export default {
  forbidden: [
    ...roomRules,
    {
      name: 'through-the-door',
      comment: 'other rooms are imported through their index.ts only',
      severity: 'error',
      from: { path: '^src/([^/]+)/', pathNot: testFile },
      to: { path: '^src/', pathNot: ['^src/$1/', '^src/[^/]+/index\\.ts$'] },
    },
    {
      name: 'through-the-door-from-outside',
      comment: 'eval and bench use the rooms through their index.ts only',
      severity: 'error',
      from: { path: `^${oneOf(['eval', 'bench'])}/`, pathNot: testFile },
      to: { path: '^src/', pathNot: '^src/[^/]+/index\\.ts$' },
    },
    {
      name: 'product-stands-alone',
      comment: 'the product imports nothing that only serves to test or measure it',
      severity: 'error',
      from: { path: '^src/', pathNot: testFile },
      to: { path: [`^${oneOf(besides)}/`, testFile] },
    },
    {
      name: 'no-dev-dependency-in-the-product',
      severity: 'error',
      from: { path: '^src/', pathNot: [testFile, '\\.fixture\\.ts$'] },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'one-file-knows-seal',
      comment: 'homomorphic encryption has one adapter',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/aggregation/bfv/seal\\.ts$' },
      to: { path: 'node-seal' },
    },
    {
      name: 'aggregator-cannot-open',
      comment: 'what runs on somebody else’s machine reaches neither SEAL nor the roles that have keys',
      severity: 'error',
      from: { path: '^src/aggregation/aggregator/(?!start-process)', pathNot: testFile },
      to: { path: ['node-seal', '^src/aggregation/(?:bfv|site|key-holder)/'], reachable: true },
    },
    {
      name: 'every-file-in-a-room',
      comment: 'a new room needs a line in the table of .dependency-cruiser.mjs',
      severity: 'error',
      from: {},
      to: { path: '^src/', pathNot: `^src/${oneOf(rooms)}/` },
    },
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)dist/' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'] },
  },
};
