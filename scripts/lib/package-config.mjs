/**
 * What electron-builder is told: everything that a package needs and nothing else. Its schema and what comes of it are
 * held by test/scripts/package.test.ts.
 *
 * @param {string} build the folder of the build, relative to the checkout
 */
export const packageConfig = (build) => ({
  appId: 'org.opensora.preflight',
  productName: 'Preflight for Open-Sora',
  // Nobody but npm names this file; the build has a folder of its own, so that its name is not known before.
  extraMetadata: { main: 'app/main/electron.js' },
  directories: { output: 'out/package', buildResources: 'packaging' },
  files: [
    'package.json',
    { from: build, to: 'app', filter: ['**/*', '!**/*.map', '!main/cli.js', '!main/.complete'] },
    // Each platform's own of the five that the package brings.
    // biome-ignore lint/suspicious/noTemplateCurlyInString: electron-builder puts them in
    '!node_modules/onnxruntime-node/bin/napi-v6/!(${platform}){,/**/*}',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: electron-builder puts them in
    '!node_modules/onnxruntime-node/bin/napi-v6/${platform}/!(${arch}){,/**/*}',
    '!node_modules/koffi/{src,vendor,doc}{,/**/*}',
  ],
  asar: true,
  // The loader of the system opens these, and it knows no archive.
  asarUnpack: ['node_modules/onnxruntime-node/bin/**', 'node_modules/koffi/**', 'node_modules/@koromix/**'],
  // Prebuilt, by N-API: the same binary for Node and for Electron.
  npmRebuild: false,
  publish: null,
  electronFuses: {
    // Nobody turns the program into a Node by a variable or an option, or gives it other code to run.
    runAsNode: false,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: false,
    onlyLoadAppFromAsar: true,
    enableEmbeddedAsarIntegrityValidation: true,
    enableCookieEncryption: true,
    grantFileProtocolExtraPrivileges: false,
    loadBrowserProcessSpecificV8Snapshot: false,
  },
  linux: {
    target: ['AppImage', 'deb'],
    category: 'Science',
    synopsis: 'Go or no-go before a run of Open-Sora',
    maintainer: 'Preflight for Open-Sora maintainers',
  },
  win: { target: ['nsis'] },
  nsis: { oneClick: false, perMachine: false, allowToChangeInstallationDirectory: true },
  mac: { target: ['dmg'], category: 'public.app-category.developer-tools' },
});
