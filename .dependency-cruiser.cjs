/** The rules of the house, as CONTRIBUTING.md and ARCHITECTURE.md tell them. */

/** Rooms of src/main that others enter through their index.ts, from the foundations upwards, with the rooms that each may use. */
const rooms = {
  files: [],
  processes: [],
  images: ['files'],
  features: [],
  dataset: ['files'],
  decoding: ['files', 'images', 'processes'],
  engine: ['files', 'images', 'decoding', 'features', 'processes'],
  project: ['features'],
  issues: ['project'],
  reviewIndex: ['project'],
  opened: ['dataset', 'issues', 'project'],
  jobs: ['images', 'opened'],
  tune: ['engine', 'issues', 'opened', 'project', 'reviewIndex'],
  scan: ['files', 'images', 'decoding', 'engine', 'issues', 'jobs', 'opened', 'project', 'tune'],
  open: [
    'files',
    'images',
    'decoding',
    'dataset',
    'engine',
    'issues',
    'jobs',
    'opened',
    'project',
    'scan',
    'tune',
  ],
  predictions: ['files', 'dataset', 'engine', 'features', 'issues', 'jobs', 'opened', 'project', 'tune'],
  export: ['dataset', 'decoding', 'issues', 'opened', 'project'],
  review: ['export', 'issues', 'opened', 'project', 'reviewIndex', 'tune'],
  team: ['files', 'dataset', 'export', 'opened', 'project', 'review', 'reviewIndex'],
  overview: ['issues', 'project', 'review', 'reviewIndex', 'tune'],
  map: ['engine', 'issues', 'project', 'reviewIndex'],
};
const foundations = Object.keys(rooms);
const indexed = [...foundations, 'workspace'];

/** Files of bench that reach into a room on purpose, because they measure a part of it by itself. */
const measuredInside = {
  // The session and the fit, in the benchmark's own process instead of the engine's.
  engine: 'engine|faces|flags/(features|fitProblem|scale)',
  // A layout's read and write, on a listing of images that do not exist.
  dataset: 'layouts',
  // The import alone, without its job.
  predictions: 'predictions',
};

/** A test mirrors its room and may import what it tests; test/support makes fixtures, and may too. */
const insiders = (room) =>
  [
    `src/main/${room}/`,
    `test/main/${room}/`,
    'test/support/',
    ...(room in measuredInside ? [`bench/(${measuredInside[room]})\\.ts$`] : []),
  ].join('|');

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-circles',
      comment: 'type-only ones included: a part takes what it needs as a narrow interface',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'domain-imports-nothing',
      comment: 'what the words mean: pure, and below everything',
      severity: 'error',
      from: { path: '^src/domain/' },
      to: { pathNot: '^(src/domain/|node_modules/zod/)' },
    },
    {
      name: 'label-quality-imports-domain-only',
      comment: 'pure mathematics',
      severity: 'error',
      from: { path: '^src/labelQuality/' },
      to: { pathNot: '^(src/(labelQuality|domain)/|node_modules/zod/)' },
    },
    {
      name: 'protocol-imports-domain-and-label-quality-only',
      comment: 'what crosses a process: shapes of requests, answers and events',
      severity: 'error',
      from: { path: '^src/protocol/' },
      to: { pathNot: '^(src/(protocol|labelQuality|domain)/|node_modules/zod/)' },
    },
    {
      name: 'renderer-sees-types-only',
      comment: 'the page imports domain, labelQuality and protocol, and of main only types',
      severity: 'error',
      from: { path: '^src/renderer/' },
      to: { path: '^src/(main|preload)/', dependencyTypesNot: ['type-only'] },
    },
    ...['open', 'review', 'overview', 'map', 'team', 'export'].map((screen) => ({
      name: `${screen}-screen-by-itself`,
      comment: 'what several screens share is in ui, client or shell',
      severity: 'error',
      from: { path: `^src/renderer/${screen}/` },
      to: {
        path: '^src/renderer/(open|review|overview|map|team|export)/',
        pathNot: `^src/renderer/${screen}/`,
      },
    })),
    {
      name: 'client-below-the-screens',
      comment: 'what talks to the core knows no screen and no component',
      severity: 'error',
      from: { path: '^src/renderer/client/' },
      to: { path: '^src/renderer/', pathNot: '^src/renderer/client/' },
    },
    ...indexed.map((room) => ({
      name: `${room}-by-its-index`,
      comment: `other rooms, their tests and bench reach ${room} through its index.ts`,
      severity: 'error',
      from: { path: '^(src/main|test|bench)/', pathNot: `^(${insiders(room)})` },
      to: { path: `^src/main/${room}/`, pathNot: `^src/main/${room}/index\\.ts$` },
    })),
    ...foundations.map((room) => ({
      name: `${room}-in-its-place`,
      comment: `the rooms that ${room} may use; another is a decision, made in the list above`,
      severity: 'error',
      from: { path: `^src/main/${room}/` },
      to: {
        path: '^src/main/',
        pathNot: `^src/main/((${[room, ...rooms[room]].join('|')})/|installation\\.ts$)`,
      },
    })),
    {
      name: 'workspace-below-api',
      severity: 'error',
      from: { path: '^src/main/workspace/' },
      to: { path: '^src/main/(api|hosts)/' },
    },
    {
      name: 'nothing-imports-the-hosts',
      comment: 'cli, serve, core and electron are thin hosts on top; api knows none of them',
      severity: 'error',
      from: { path: '^src/main/', pathNot: '^src/main/hosts/' },
      to: { path: '^src/main/hosts/' },
    },
    {
      name: 'shell-is-thin',
      comment: "the desktop's shell starts the core and relays to it: no database, model or picture in it",
      severity: 'error',
      from: { path: '^src/main/hosts/electron/' },
      to: {
        path: '^src/main/',
        pathNot: '^src/main/(hosts/electron/|processes/|hosts/core/messages\\.ts$|installation\\.ts$)',
      },
    },
    {
      name: 'preload-by-itself',
      severity: 'error',
      from: { path: '^src/preload/' },
      to: { path: '^src/', pathNot: '^src/(preload|protocol)/' },
    },
    {
      name: 'electron-in-its-folder',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(main/hosts/electron|preload)/' },
      to: { path: '^node_modules/electron/' },
    },
    {
      name: 'onnxruntime-in-the-engine',
      comment: 'run() blocks its thread and importing it in several threads crashes',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/main/engine/' },
      to: { path: '^node_modules/onnxruntime-node/' },
    },
    {
      name: 'onnxruntime-without-telemetry',
      comment: 'loadRuntime.ts switches its telemetry off before it is loaded',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/main/engine/loadRuntime\\.ts$' },
      to: { path: '^node_modules/onnxruntime-node/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'sqlite-in-the-project',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/main/project/' },
      to: { path: '^node_modules/better-sqlite3/' },
    },
    {
      name: 'source-without-tests',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(test|bench)/' },
    },
    {
      name: 'no-unresolved',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: 'specify',
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types', 'svelte'],
      extensions: ['.ts', '.js', '.svelte', '.json'],
    },
  },
};
