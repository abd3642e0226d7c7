/**
 * The installable desktop app: npm run package [-- --linux|--win|--mac]. See docs/packaging.md.
 *
 * @type {import('electron-builder').Configuration}
 */
const packageJson = require('../package.json');
const { placeholdersOf } = require('./placeholders.cjs');

const runtimes = 'node_modules/onnxruntime-node/bin/napi-v6';
const databases = 'node_modules/better-sqlite3/prebuilds';

module.exports = {
  appId: 'org.grefel.relabel',
  productName: 'GReFEL Relabel',
  copyright: 'MIT licence',
  directories: { output: 'dist', buildResources: 'resources/icons' },
  files: [
    'out/{main,preload,renderer}/**',
    '!out/main/cli.js',
    'models/*.{onnx,npy,gz,md}',
    'models/face-detector/**',
    'resources/sample/faces/**',
    // the Node of npm scripts, what modules are built from, and what onnxruntime-node needs to install itself
    '!node_modules/node-*/**',
    '!node_modules/better-sqlite3/{deps,src,binding.gyp}',
    '!node_modules/onnxruntime-node/script/**',
    '!node_modules/**/*.{ts,cts,mts,map,md,markdown}',
    // of the native modules only what runs on the target: they bring the files of every system
    `!${runtimes}/!(\${platform})/**`,
    `!${runtimes}/*/!(\${arch})/**`,
    `!${databases}/!(\${platform}-\${arch}.node)`,
  ],
  // Files that plain Node or a native library opens must be real files: the programs of the core, the
  // decoder, the engine and the map with everything they load, the models, the sample.
  asar: true,
  asarUnpack: [
    'package.json',
    'out/main/{core,decoder,engine,map}.js',
    'out/main/chunks/**',
    'node_modules/**',
    'models/**',
    'resources/**',
  ],
  // of projects that were named so; those in the data folder are opened by their folders
  fileAssociations: [
    {
      ext: 'grefel',
      name: 'GReFEL Relabel project',
      description: 'Labels, predictions and decisions of a dataset',
      mimeType: 'application/x-grefel-project',
      role: 'Editor',
    },
  ],
  extraResources: ['LICENSE', { from: 'out/THIRD-PARTY-LICENCES.txt', to: 'THIRD-PARTY-LICENCES.txt' }],
  artifactBuildStarted: ({ targetPresentableName }) => {
    const placeholders = placeholdersOf(module.exports, packageJson);
    if (placeholders.length === 0 || process.env.GREFEL_PLACEHOLDERS === 'allow') return;
    throw new Error(
      `${targetPresentableName} would be released with placeholders:\n  ${placeholders.join('\n  ')}\n` +
        'Set them, or set GREFEL_PLACEHOLDERS=allow to build an installer for testing.',
    );
  },
  publish: null, // nothing looks for updates, and no file says where they would be
  npmRebuild: false, // all native modules come as N-API binaries
  nodeGypRebuild: false,
  electronFuses: {
    runAsNode: false,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: false,
    enableEmbeddedAsarIntegrityValidation: true,
    onlyLoadAppFromAsar: true,
    grantFileProtocolExtraPrivileges: false,
    loadBrowserProcessSpecificV8Snapshot: false,
    enableCookieEncryption: false, // no cookie is ever kept, and a keychain would ask for it
  },
  linux: {
    executableName: 'grefel-relabel',
    syncDesktopName: true, // so that a desktop groups its windows under its icon
    icon: 'resources/icons',
    category: 'Science',
    synopsis: 'Find and fix wrong labels in facial-expression datasets',
    maintainer: 'The authors of GReFEL Relabel <authors@grefel.invalid>',
    target: ['AppImage', 'deb'],
  },
  deb: { packageCategory: 'science' },
  win: {
    icon: 'resources/icons/icon.ico',
    target: ['nsis'], // DirectML comes with ONNX Runtime
  },
  nsis: { oneClick: false, perMachine: false, allowToChangeInstallationDirectory: true },
  mac: {
    icon: 'resources/icons/icon.icns',
    category: 'public.app-category.productivity',
    target: [{ target: 'dmg', arch: ['arm64'] }], // ONNX Runtime, and CoreML with it, has no Intel build
    hardenedRuntime: true,
    entitlements: 'packaging/entitlements.mac.plist',
    entitlementsInherit: 'packaging/entitlements.mac.plist',
  },
};
