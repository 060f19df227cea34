// Imports go one way: models → contract → machine, probe → predict → decide → rehearse → report → cluster → preflight → desk → faces.
const rooms = [
  'contract',
  'machine',
  'probe',
  'predict',
  'decide',
  'rehearse',
  'report',
  'cluster',
  'preflight',
  'desk',
  'faces',
];
const path = {
  contract: '^src-main/contract/',
  machine: '^src-main/machine/',
  probe: '^src-main/probe/',
  predict: '^src-main/predict/',
  decide: '^src-main/decide/',
  rehearse: '^src-main/rehearse/',
  report: '^src-main/report/',
  cluster: '^src-main/cluster/',
  // The flow, and what `run` and `plan` share of it.
  preflight: '^src-main/[^/]+\\.ts$',
  // What the faces with windows share.
  desk: '^src-main/desk/',
  faces: '^src-main/(electron|cli|serve)/',
};
// Machine and probe are one step of the flow, side by side.
const order = (room) => (room === 'machine' || room === 'probe' ? 1.5 : rooms.indexOf(room));

const forbidden = rooms.map((room) => ({
  name: `${room}-imports-no-later-room`,
  severity: 'error',
  from: { path: path[room] },
  to: { path: rooms.filter((other) => order(other) > order(room)).map((other) => path[other]) },
}));

module.exports = {
  forbidden: [
    ...forbidden.filter((rule) => rule.to.path.length > 0),
    {
      name: 'models-import-nothing-from-src',
      severity: 'error',
      from: { path: '^models/' },
      to: { path: '^src-' },
    },
    {
      name: 'models-are-pure',
      comment: 'The renderer imports models: no Node built-in may be needed there.',
      severity: 'error',
      from: { path: '^models/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'renderer-knows-contract-and-pure-domain',
      severity: 'error',
      from: { path: '^src-renderer/' },
      to: { path: '^(src-main|models)/', pathNot: '^(src-main/(contract|predict|decide)|models/catalog)/' },
    },
    {
      name: 'only-report-and-faces-render',
      severity: 'error',
      from: { path: '^src-main/', pathNot: '^src-main/(report|cli|electron|serve)/' },
      to: { path: '^src-renderer/' },
    },
    {
      name: 'electron-in-its-room',
      severity: 'error',
      from: { path: '^(src-|models)', pathNot: '^src-main/electron/' },
      to: { path: '^node_modules/electron/' },
    },
    {
      name: 'onnxruntime-in-the-worker',
      severity: 'error',
      from: { path: '^(src-|models)', pathNot: '^src-main/probe/worker/' },
      to: { path: '^node_modules/onnxruntime-node/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'no-circles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
  },
};
