/**
 * Who may import whom (docs: the README's map of the repository). Each rule says why, and test/import-rules.spec.ts proves that it fires.
 * Paths are the files that imports resolve to: `#ranking` is libs/ranking/src/index.ts.
 */

const tests = '\\.spec\\.ts$|\\.contract\\.ts$|/fixtures/|^test/';
const wiring = '^apps/[^/]+/src/(main\\.ts$|wiring/|http/|consume/|rpc/)';
const vague = '/(common|shared|util|utils|helper|helpers)/';
const contracts = '^libs/contracts/';
/** Libraries that stand on contracts alone; ranking and model have rules of their own. */
const plainLibs = 'config|event-log|persistence|telemetry';

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'Files that need each other are one idea: put them together, or take the shared part out.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'ranking-is-pure',
      comment: 'The same bits live, in replay and on every replica: no driver, no framework, no clock, no file. node:crypto is for hashes.',
      severity: 'error',
      from: { path: '^libs/ranking/', pathNot: tests },
      to: { pathNot: `^libs/ranking/|${contracts}|^(node:)?crypto$` },
    },
    {
      name: 'contracts-stand-alone',
      comment: 'Everybody imports contracts, so contracts import nobody of ours; the schema library is all they need.',
      severity: 'error',
      from: { path: contracts, pathNot: tests },
      to: { pathNot: `${contracts}|^(node:)?crypto$|node_modules/zod/` },
    },
    {
      name: 'libs-import-contracts-only',
      comment: 'A library knows contracts and its driver, not its neighbours: apps join them.',
      severity: 'error',
      from: { path: `^libs/(${plainLibs})/`, pathNot: tests },
      to: { path: '^libs/', pathNot: [contracts, '^libs/$1/'] },
    },
    {
      name: 'model-imports-ranking-ports',
      comment: 'libs/model implements the ports of ranking and is told the rest by its caller.',
      severity: 'error',
      from: { path: '^libs/model/', pathNot: tests },
      to: { path: '^libs/', pathNot: [contracts, '^libs/model/', '^libs/ranking/'] },
    },
    {
      name: 'evaluation-judges-ranking-and-models',
      comment: 'libs/evaluation reads data sets and judges what ranking and model do; it knows no broker, database or process.',
      severity: 'error',
      from: { path: '^libs/evaluation/', pathNot: tests },
      to: { path: '^libs/', pathNot: [contracts, '^libs/evaluation/', '^libs/(ranking|model)/'] },
    },
    {
      name: 'libs-by-their-index',
      comment: "A library's index.ts is its only door; what is behind may move.",
      severity: 'error',
      from: { path: '^(?:apps|bench|scripts|test)/' },
      to: { path: '^libs/[^/]+/', pathNot: '^libs/[^/]+/(src/index\\.ts$|fixtures/|schemas/)' },
    },
    {
      name: 'other-libs-by-their-index',
      comment: "A library's index.ts is its only door; what is behind may move.",
      severity: 'error',
      from: { path: '^libs/([^/]+)/' },
      to: { path: '^libs/[^/]+/', pathNot: ['^libs/[^/]+/(src/index\\.ts$|fixtures/|schemas/)', '^libs/$1/'] },
    },
    {
      name: 'no-app-to-app',
      comment: 'Processes talk over the log and Nest TCP, by contracts.',
      severity: 'error',
      from: { path: '^apps/([^/]+)/', pathNot: tests },
      to: { path: '^apps/', pathNot: '^apps/$1/' },
    },
    {
      name: 'no-lib-to-app',
      comment: 'Libraries do not know who uses them.',
      severity: 'error',
      from: { path: '^libs/' },
      to: { path: '^apps/' },
    },
    {
      name: 'nest-wires-only',
      comment: 'Nest wires, it does not decide: a use case that imports it can not be tested or replayed without it.',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: [wiring, tests] },
      to: { path: 'node_modules/@nestjs/' },
    },
    {
      name: 'drivers-behind-their-lib',
      comment: 'One library owns each driver, so that another can take its place (kafkajs has been unmaintained since 2023).',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: ['^libs/(event-log|persistence|model)/', tests] },
      to: { path: 'node_modules/(kafkajs|onnxruntime-node|typeorm|pg|pg-copy-streams)/' },
    },
    {
      name: 'traces-are-loaded-when-on',
      comment:
        'Who runs without traces loads no SDK for them: OpenTelemetry stands behind one file, and that file behind one dynamic import.',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: ['^libs/telemetry/src/traces/(otlp-tracing|span-queue)\\.ts$', tests] },
      to: { path: 'node_modules/@opentelemetry/' },
    },
    {
      name: 'the-tracer-is-imported-dynamically',
      comment: 'A static import would load OpenTelemetry in every process.',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: tests },
      to: { path: '^libs/telemetry/src/traces/otlp-tracing\\.ts$', dynamic: false },
    },
    {
      name: 'no-test-code-in-production',
      comment: 'What a process runs with is in "dependencies", and no test is.',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: tests },
      to: { path: tests },
    },
    {
      name: 'no-dev-dependency-in-production',
      comment: 'The image is installed without development packages.',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: tests },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'no-vague-folder',
      comment: 'A thing is named for what it knows; a function needed twice goes to the library whose subject it is.',
      severity: 'error',
      from: {},
      to: { path: vague, pathNot: 'node_modules/' },
    },
    {
      name: 'no-vague-folder-even-alone',
      comment: 'A thing is named for what it knows; a function needed twice goes to the library whose subject it is.',
      severity: 'error',
      from: { path: vague, orphan: true },
      to: {},
    },
    {
      name: 'imports-exist',
      comment: 'An import that resolves to nothing hides from every other rule.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|\\.data|coverage)/' },
    tsPreCompilationDeps: true,
    combinedDependencies: true,
    enhancedResolveOptions: {
      conditionNames: ['source', 'import', 'node', 'default'],
      exportsFields: ['exports'],
      extensions: ['.ts', '.js', '.mjs', '.json', '.d.ts'],
    },
  },
};
