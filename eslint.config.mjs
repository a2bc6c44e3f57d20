import tseslint from 'typescript-eslint';

/**
 * What a machine can see of how our code is written; who may import whom is in .dependency-cruiser.cjs. Formatting is prettier's.
 * Each restriction names the thing to use instead.
 */

const typed = tseslint.configs.strictTypeChecked.map((config) => ({ ...config, files: ['**/*.ts'] }));

const namedExportsOnly = { selector: 'ExportDefaultDeclaration', message: 'Named exports only: one name for one idea, everywhere.' };
const noEnvironment = {
  selector: 'MemberExpression[object.name="process"][property.name="env"]',
  message: 'libs/config is the only reader of the environment: take a checked setting as an argument.',
};

/** Anything that gives another answer on another machine, or a minute later. */
const nothingThatVaries = [
  {
    selector: 'CallExpression[callee.object.name="Date"][callee.property.name="now"]',
    message: 'Now is an argument: replay must give the same bits.',
  },
  { selector: 'NewExpression[callee.name="Date"][arguments.length=0]', message: 'Now is an argument: replay must give the same bits.' },
  { selector: 'CallExpression[callee.name="Date"]', message: 'Now is an argument: replay must give the same bits.' },
  {
    selector: 'MemberExpression[object.name="Math"][property.name="random"]',
    message: 'Randomness is an argument (a seed): replay must give the same bits.',
  },
  { selector: 'MemberExpression[object.name="performance"]', message: 'Take a stopwatch as an argument.' },
  { selector: 'MemberExpression[property.name=/^toLocale/]', message: 'Locales differ between machines: use the plain form.' },
  {
    selector: 'MemberExpression[property.name="localeCompare"]',
    message: 'Locales differ between machines: compare code units with < and >.',
  },
  { selector: 'MemberExpression[object.name="Intl"]', message: 'Locales differ between machines.' },
  { selector: 'Identifier[name="process"]', message: 'The core knows no process.' },
];

const tests = ['**/*.spec.ts', '**/*.contract.ts', '**/fixtures/**/*.ts', 'libs/event-log/src/contract/**/*.ts', 'test/**/*.ts'];

export default tseslint.config(
  { ignores: ['dist/', '.data/', 'coverage/', 'node_modules/'] },
  ...typed,
  {
    files: ['**/*.ts'],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      'no-console': 'error',
      eqeqeq: 'error',
      'no-var': 'error',
      'prefer-const': 'error',
      'object-shorthand': 'error',
      'no-restricted-syntax': ['error', namedExportsOnly, noEnvironment],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/prefer-readonly': 'error',
      // Numbers and booleans read well in a template; objects do not, and stay forbidden.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      // `() => stop()` and `() => void stop()` both read well; promises that nobody awaits are another rule's business.
      '@typescript-eslint/no-confusing-void-expression': 'off',
      '@typescript-eslint/no-meaningless-void-operator': 'off',
      // Drivers take their enums as plain values.
      '@typescript-eslint/no-unsafe-enum-assignment': 'off',
      '@typescript-eslint/no-unsafe-enum-comparison': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true }],
      // A Nest module is a class with static factories and nothing else; so is a namespace of ports.
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true, allowStaticOnly: true }],
      // noUncheckedIndexedAccess makes every `row[i]` doubtful; where the loop's bounds prove it, `!` costs nothing and `?? 0` would lie.
      '@typescript-eslint/no-non-null-assertion': 'off',
      // Classes without private parts are shapes: Nest's options and event classes are given as literals.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      // Ports and options are written in method style, and taking one out of its object by destructuring is how they are passed on.
      '@typescript-eslint/unbound-method': 'off',
      // It takes no account of what another turn of the event loop changed during an await.
      '@typescript-eslint/no-unnecessary-condition': 'off',
      // An adapter implements an async port with what it has, awaiting or not.
      '@typescript-eslint/require-await': 'off',
      // Generic parameters that appear once carry the caller's type through a port.
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
    },
  },
  { files: ['libs/config/**/*.ts'], rules: { 'no-restricted-syntax': ['error', namedExportsOnly] } },
  { files: ['scripts/**/*.ts', 'bench/**/*.ts'], rules: { 'no-console': 'off', 'no-restricted-syntax': ['error', namedExportsOnly] } },
  // A command talks to a person; services log through #telemetry.
  {
    files: ['apps/*/src/main.ts', 'apps/*/src/cli/**', 'apps/*/src/wiring/{load,dead-letters}.ts', 'apps/replay/**'],
    rules: { 'no-console': 'off' },
  },
  {
    files: ['libs/ranking/**/*.ts'],
    ignores: tests,
    rules: { 'no-restricted-syntax': ['error', namedExportsOnly, noEnvironment, ...nothingThatVaries] },
  },
  {
    // Tests take answers apart and hand in wrong values on purpose.
    files: tests,
    rules: {
      'no-console': 'off',
      'no-restricted-syntax': ['error', namedExportsOnly],
      '@typescript-eslint/no-dynamic-delete': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
    },
  },
  { files: ['**/*.mjs', '**/*.cjs'], rules: { eqeqeq: 'error', 'no-var': 'error', 'prefer-const': 'error' } },
);
