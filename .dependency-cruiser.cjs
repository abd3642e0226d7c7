/** The import rules of ARCHITECTURE.md. */
const modules = ['dataset', 'images', 'engine', 'project', 'flags', 'export', 'map', 'workflow', 'processes'];

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-circles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'shared-is-pure',
      comment: 'src/shared imports nothing of the other folders, and no Node or DOM module',
      severity: 'error',
      from: { path: '^src/shared/' },
      to: { pathNot: '^(src/shared/|node_modules/zod/)' },
    },
    {
      name: 'renderer-sees-types-only',
      comment: 'the page imports shared, and of main only types',
      severity: 'error',
      from: { path: '^src/renderer/' },
      to: { path: '^src/(main|preload)/', dependencyTypesNot: ['type-only'] },
    },
    ...modules.map((name) => ({
      name: `${name}-by-its-index`,
      comment: `other folders reach ${name} through its index.ts`,
      severity: 'error',
      from: { path: '^src/main/', pathNot: `^src/main/${name}/` },
      to: { path: `^src/main/${name}/`, pathNot: `^src/main/${name}/index\\.ts$` },
    })),
    {
      name: 'dataset-images-project-stand-alone',
      comment: 'the lowest modules know only shared',
      severity: 'error',
      from: { path: '^src/main/(dataset|images|project)/' },
      to: { path: '^src/main/', pathNot: '^src/main/$1/' },
    },
    {
      name: 'engine-knows-images-only',
      severity: 'error',
      from: { path: '^src/main/engine/' },
      to: { path: '^src/main/', pathNot: '^src/main/(engine|images|processes)/' },
    },
    {
      name: 'flags-knows-project-types-only',
      severity: 'error',
      from: { path: '^src/main/flags/' },
      to: { path: '^src/main/', pathNot: '^src/main/flags/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'map-knows-the-project-only',
      severity: 'error',
      from: { path: '^src/main/map/' },
      to: { path: '^src/main/', pathNot: '^src/main/(map|project)/' },
    },
    {
      name: 'export-knows-types-only',
      severity: 'error',
      from: { path: '^src/main/export/' },
      to: { path: '^src/main/', pathNot: '^src/main/export/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'nothing-imports-the-hosts',
      comment: 'cli, serve, core and electron are thin hosts on top; api knows none of them',
      severity: 'error',
      from: { path: '^src/main/', pathNot: '^src/main/(cli|serve|core|electron)/' },
      to: { path: '^src/main/(cli|serve|core|electron)/' },
    },
    {
      name: 'shell-is-thin',
      comment: "the desktop's shell starts the core and relays to it: no database, model or picture in it",
      severity: 'error',
      from: { path: '^src/main/electron/' },
      to: {
        path: '^src/main/',
        pathNot: '^src/main/(electron/|processes/|core/messages\\.ts$|installation\\.ts$)',
      },
    },
    {
      name: 'preload-stands-alone',
      severity: 'error',
      from: { path: '^src/preload/' },
      to: { path: '^src/', pathNot: '^src/(preload|shared)/' },
    },
    {
      name: 'workflow-below-api',
      severity: 'error',
      from: { path: '^src/main/workflow/' },
      to: { path: '^src/main/(api|cli|serve|electron)/' },
    },
    {
      name: 'electron-in-its-folder',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(main/electron|preload)/' },
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
