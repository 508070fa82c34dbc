/**
 * Who may import whom. Each room under src/ names the rooms it may import; everything else is refused.
 * The rules below the table say which libraries belong to which room.
 */

/** @type {Record<string, string[]>} room -> rooms under src/ it may import beside itself */
const rooms = {
  noise: [],
  formats: [],
  study: ['noise'],
  analysis: ['noise', 'study'],
  contract: ['study', 'noise', 'analysis', 'figures'],
  figures: ['study', 'analysis'],
  networks: ['study'],
  engine: ['networks', 'study', 'noise'],
  data: ['engine', 'study', 'noise', 'formats'],
  results: ['study', 'noise'],
  library: ['study', 'noise'],
  training: ['engine', 'data', 'results', 'study', 'noise'],
  scheduling: ['study', 'results'],
  determinism: ['study', 'noise', 'results', 'analysis', 'scheduling'],
  interchange: ['study', 'noise', 'results', 'library', 'analysis', 'formats'],
  programs: ['study', 'results', 'interchange', 'library'],
  rendering: ['study', 'analysis', 'figures'],
  host: [
    'contract',
    'study',
    'networks',
    'noise',
    'analysis',
    'figures',
    'library',
    'results',
    'scheduling',
    'determinism',
    'data',
    'interchange',
    'programs',
    'rendering',
  ],
};

const portable = ['noise', 'study', 'networks', 'analysis', 'contract', 'figures'];
const portablePath = `^src/(${portable.join('|')})/`;
const npm = (/** @type {string} */ name) => `(^|/)node_modules/${name}(/|$)`;

/** Type-only imports across rooms: the shape of a record is not a dependency on the code that writes it. */
const typesAllowed = { library: ['results'], training: ['scheduling'] };

const roomRules = Object.entries(rooms).flatMap(([room, allowed]) => {
  const typesOnly = typesAllowed[/** @type {keyof typeof typesAllowed} */ (room)] ?? [];
  const mayReach = [room, ...allowed, ...typesOnly];
  const rules = [
    {
      name: `room-${room}`,
      comment: `src/${room} may import only these rooms: ${allowed.join(', ') || 'none'}.`,
      severity: 'error',
      from: { path: `^src/${room}/` },
      to: { path: '^src/', pathNot: `^src/(${mayReach.join('|')})/` },
    },
  ];
  return typesOnly.length === 0
    ? rules
    : [
        ...rules,
        {
          name: `room-${room}-types-only`,
          comment: `src/${room} may import from ${typesOnly.join(', ')} with \`import type\` only.`,
          severity: 'error',
          from: { path: `^src/${room}/` },
          to: { path: `^src/(${typesOnly.join('|')})/`, dependencyTypesNot: ['type-only'] },
        },
      ];
});

module.exports = {
  forbidden: [
    ...roomRules,
    {
      name: 'known-rooms-only',
      comment: 'A new folder under src/ first gets a line in the table above.',
      severity: 'error',
      from: { path: '^(src|main|renderer)/' },
      to: { path: '^src/', pathNot: `^src/(${Object.keys(rooms).join('|')})/` },
    },
    {
      name: 'source-knows-no-process',
      comment: 'main/ composes src/, never the other way round.',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(main|renderer|test)/' },
    },
    {
      name: 'portable-without-node',
      comment: 'Portable rooms run in a browser and a worker: no Node modules.',
      severity: 'error',
      from: { path: portablePath },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'renderer-knows-portable-rooms',
      severity: 'error',
      from: { path: '^renderer/' },
      to: { path: '^(src|main)/', pathNot: portablePath },
    },
    {
      name: 'electron-only-in-main-electron',
      severity: 'error',
      from: { pathNot: '^(main/electron/|test/|electron\\.vite)' },
      to: { path: npm('electron') },
    },
    {
      name: 'tensorflow-only-in-engine',
      severity: 'error',
      from: { path: '^(src|main|renderer)/', pathNot: '^src/engine/' },
      to: { path: npm('@tensorflow') },
    },
    {
      name: 'host-process-without-tensorflow',
      comment: 'TensorFlow stays in the replicates, so that a crash there never takes the host along.',
      severity: 'error',
      from: {
        path: '^(src/(host|contract|library|scheduling|results|determinism|interchange|rendering)/|main/(serve|library|host|electron)/|main/cli/commands/(serve|start)[.]ts$)',
      },
      to: { path: npm('@tensorflow'), reachable: true },
    },
    {
      name: 'sqlite-only-in-library',
      severity: 'error',
      from: { path: '^(src|main|renderer)/', pathNot: '^src/library/' },
      to: { path: npm('(better-sqlite3|kysely)') },
    },
    {
      name: 'set-up-without-dependencies',
      comment: 'Set-up runs before anything is installed.',
      severity: 'error',
      from: { path: '^main/setup/' },
      to: { pathNot: '^main/', dependencyTypesNot: ['core'] },
    },
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-orphans',
      severity: 'error',
      from: { orphan: true, pathNot: '^(test/|[^/]+$)|\\.d\\.ts$' },
      to: {},
    },
    {
      name: 'not-to-unresolvable',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'not-to-undeclared-package',
      comment: 'What the code imports is a dependency in package.json.',
      severity: 'error',
      from: { path: '^(src|main|renderer)/' },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'no-development-package-in-the-studio',
      severity: 'error',
      from: { path: '^(src|main|renderer)/' },
      // Electron comes with the program that it is packed into; as a dependency it would be packed twice.
      to: { pathNot: npm('electron'), dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^src/analysis/kernels/assembly/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
    cache: { folder: 'node_modules/.cache/dependency-cruiser', strategy: 'content' },
  },
};
