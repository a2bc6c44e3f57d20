// Tests see a copy of the environment, ONNX Runtime the one that Jest's processes are given: see libs/model/src/session/no-telemetry.ts.
process.env.ORT_DISABLE_TELEMETRY ??= '1';

const base = {
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': '@swc/jest' },
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  moduleFileExtensions: ['ts', 'js', 'mjs', 'json', 'node'],
  testEnvironment: '<rootDir>/test/support/node-environment.mjs',
  testEnvironmentOptions: { customExportConditions: ['source', 'node', 'node-addons'] },
  modulePathIgnorePatterns: ['<rootDir>/dist', '<rootDir>/.data'],
};

/** Unit tests stand beside their file and start no server. Integration tests meet real Kafka and PostgreSQL. */
export default {
  projects: [
    {
      ...base,
      displayName: 'unit',
      testMatch: ['<rootDir>/{apps,libs,bench,scripts,test}/**/*.spec.ts'],
      testPathIgnorePatterns: ['\\.integration\\.spec\\.ts$'],
    },
    {
      ...base,
      displayName: 'integration',
      testMatch: ['<rootDir>/{apps,libs,test}/**/*.integration.spec.ts'],
      globalSetup: '<rootDir>/test/support/servers.setup.mjs',
      globalTeardown: '<rootDir>/test/support/servers.teardown.mjs',
    },
  ],
};
