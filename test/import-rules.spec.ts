import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync, copyFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

/** A repository of offences: each file breaks the rules it is listed with, or none. A cycle is reported at its first file only. */
const tree: { readonly file: string; readonly text: string; readonly breaks: readonly string[] }[] = [
  { file: 'libs/contracts/src/index.ts', text: `export * from './paper.js';`, breaks: [] },
  { file: 'libs/contracts/src/paper.ts', text: `import { z } from 'zod'; export const paper = z.string();`, breaks: [] },
  { file: 'libs/contracts/src/bold.ts', text: `import '#event-log'; `, breaks: ['contracts-stand-alone'] },
  { file: 'libs/event-log/src/index.ts', text: `import '#contracts'; import 'kafkajs'; export const log = 1;`, breaks: [] },
  { file: 'libs/event-log/src/curious.ts', text: `import '#persistence';`, breaks: ['libs-import-contracts-only'] },
  { file: 'libs/persistence/src/index.ts', text: `import '#contracts'; import 'pg'; export const rows = 1;`, breaks: [] },
  { file: 'libs/persistence/src/deep.ts', text: `import '../../contracts/src/paper.js';`, breaks: ['other-libs-by-their-index'] },
  {
    file: 'libs/ranking/src/index.ts',
    text: `import { createHash } from 'node:crypto'; import '#contracts'; export const hash = createHash;`,
    breaks: [],
  },
  { file: 'libs/ranking/src/clock.ts', text: `import 'node:fs';`, breaks: ['ranking-is-pure'] },
  { file: 'libs/ranking/src/library.ts', text: `import 'lru-cache';`, breaks: ['ranking-is-pure'] },
  { file: 'libs/ranking/src/clock.spec.ts', text: `import 'fast-check';`, breaks: [] },
  { file: 'libs/model/src/index.ts', text: `import '#ranking'; import 'onnxruntime-node';`, breaks: [] },
  { file: 'libs/model/src/reader.ts', text: `import '#event-log';`, breaks: ['model-imports-ranking-ports'] },
  { file: 'libs/evaluation/src/reader.ts', text: `import '#persistence';`, breaks: ['evaluation-judges-ranking-and-models'] },
  { file: 'libs/telemetry/src/framework.ts', text: `import '@nestjs/common';`, breaks: ['nest-wires-only'] },
  { file: 'libs/telemetry/src/eager.ts', text: `import '@opentelemetry/api';`, breaks: ['traces-are-loaded-when-on'] },
  { file: 'libs/telemetry/src/traces/otlp-tracing.ts', text: `import '@opentelemetry/api'; export const tracing = 1;`, breaks: [] },
  { file: 'libs/telemetry/src/traces/lazy.ts', text: `export const on = () => import('./otlp-tracing.js');`, breaks: [] },
  { file: 'libs/telemetry/src/traces/hasty.ts', text: `import './otlp-tracing.js';`, breaks: ['the-tracer-is-imported-dynamically'] },
  { file: 'libs/telemetry/src/upward.ts', text: `import '../../../apps/ranker/src/main.js';`, breaks: ['no-lib-to-app'] },
  { file: 'libs/telemetry/src/a.ts', text: `import './b.js'; export const a = 1;`, breaks: ['no-cycles'] },
  { file: 'libs/telemetry/src/b.ts', text: `import { a } from './a.js'; export const b = a;`, breaks: [] },
  { file: 'apps/ranker/src/main.ts', text: `import '@nestjs/core'; import './wiring/ranker.module.js';`, breaks: [] },
  { file: 'apps/ranker/src/wiring/ranker.module.ts', text: `import '@nestjs/common'; import '#ranking';`, breaks: [] },
  { file: 'apps/ranker/src/http/a.controller.ts', text: `import '@nestjs/common';`, breaks: [] },
  { file: 'apps/ranker/src/rank.pipeline.ts', text: `import '@nestjs/common';`, breaks: ['nest-wires-only'] },
  { file: 'apps/ranker/src/deep.ts', text: `import '../../../libs/contracts/src/paper.js';`, breaks: ['libs-by-their-index'] },
  { file: 'apps/ranker/src/driver.ts', text: `import 'kafkajs';`, breaks: ['drivers-behind-their-lib'] },
  { file: 'apps/ranker/src/neighbour.ts', text: `import '../../gateway/src/card.js';`, breaks: ['no-app-to-app'] },
  { file: 'apps/ranker/src/tested.ts', text: `import '../../../test/support/things.js';`, breaks: ['no-test-code-in-production'] },
  { file: 'apps/ranker/src/developed.ts', text: `import 'fast-check';`, breaks: ['no-dev-dependency-in-production'] },
  { file: 'apps/ranker/src/typo.ts', text: `import '#rankign';`, breaks: ['imports-exist'] },
  { file: 'apps/ranker/src/vague.ts', text: `import './utils/strings.js';`, breaks: ['no-vague-folder'] },
  { file: 'apps/ranker/src/utils/strings.ts', text: `export const lower = 1;`, breaks: [] },
  { file: 'apps/gateway/src/helpers/alone.ts', text: `export const alone = 1;`, breaks: ['no-vague-folder-even-alone'] },
  { file: 'apps/gateway/src/card.ts', text: `export const card = 1;`, breaks: [] },
  { file: 'test/support/things.ts', text: `export const things = 1;`, breaks: [] },
];

interface Violation {
  readonly from: string;
  readonly rule: { readonly name: string };
}

const cruise = (folder: string): Promise<readonly Violation[]> => {
  const bin = resolve('node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
  return new Promise((done, failed) => {
    execFile(
      process.execPath,
      [bin, '--config', '.dependency-cruiser.cjs', '-T', 'json', 'apps', 'libs'],
      { cwd: folder, maxBuffer: 1 << 26 },
      (error, stdout, stderr) => {
        // The exit code is the number of errors: here they are wanted.
        if (stdout === '') failed(new Error(stderr, { cause: error }));
        else done((JSON.parse(stdout) as { summary: { violations: Violation[] } }).summary.violations);
      },
    );
  });
};

describe('the import rules', () => {
  const folder = mkdtempSync(join(tmpdir(), 'import-rules-'));
  let violations: readonly Violation[];

  beforeAll(async () => {
    for (const { file, text } of tree) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), text);
    }
    for (const file of ['package.json', '.dependency-cruiser.cjs']) copyFileSync(file, join(folder, file));
    symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));
    violations = await cruise(folder);
  }, 60_000);
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it.each(tree.map((offence) => ({ ...offence, rule: offence.breaks.join() || 'no rule' })))('$file breaks $rule', ({ file, breaks }) => {
    expect(new Set(violations.filter(({ from }) => from === file).map(({ rule }) => rule.name))).toEqual(new Set(breaks));
  });

  it('has an offence for every rule', async () => {
    const config = (await import(resolve('.dependency-cruiser.cjs'))) as { default: { forbidden: { name: string }[] } };
    const proved = new Set(tree.flatMap(({ breaks }) => breaks));
    expect(config.default.forbidden.map(({ name }) => name).filter((name) => !proved.has(name))).toEqual([]);
  });
});
