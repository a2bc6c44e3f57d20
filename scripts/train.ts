import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { newestModel, readModelFolder, trainAndWrite, trainableModels, trainings, trainShownAndWrite } from '#model';
import type { Manifest, TrainOptions, TrainableModel } from '#model';

const usage = `Trains the shipped models and writes models/<name>/<version>/.

  npm run train -- <${trainableModels.join('|')}|all> --data DIR [--out models] [--seed 1] [--models DIR]
  npm run train -- personal --rows FILE [--out models] [--seed 1] [--models DIR]

${trainableModels.map((name) => `  ${name.padEnd(14)} ${trainings[name].summary}`).join('\n')}
  ${'all'.padEnd(14)} every one, in this order, each in a process of its own

  --rows FILE    your own log: rows that npm run replay -- export --point-in-time wrote (.ndjson, .ndjson.gz or .parquet)
  --data DIR     a folder in the layout of the hf-papers data set, or its parent
  --out DIR      where the models go: DIR/<name>/<version>/ (default models)
  --seed N       seed of every random choice (default 1)
  --models DIR   has the models that others are trained on (default: --out)
`;

const print = (line: string): void => void process.stdout.write(`${line}\n`);

const main = async (): Promise<void> => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      data: { type: 'string' },
      rows: { type: 'string' },
      out: { type: 'string', default: 'models' },
      seed: { type: 'string', default: '1' },
      models: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  const [asked] = positionals;
  const names = asked === 'all' ? trainableModels : trainableModels.filter((name) => name === asked);
  const seed = Number(values.seed);
  const { data, rows, out } = values;
  const models = values.models ?? out;
  if (!values.help && rows !== undefined && asked === 'personal' && positionals.length === 1 && data === undefined && isSeed(seed)) {
    told('personal', await trainShownAndWrite({ rows, out, seed, models }, print));
    return;
  }
  if (values.help || data === undefined || rows !== undefined || names.length === 0 || positionals.length !== 1 || !isSeed(seed)) {
    process.stderr.write(usage);
    process.exitCode = values.help ? 0 : 2;
    return;
  }
  const options = { data, out, seed, models };
  const manifests: Manifest[] = [];
  for (const name of names) manifests.push(names.length === 1 ? await train(name, options) : await trainApart(name, options));
  print(costTable(manifests));
};

const train = async (name: TrainableModel, options: TrainOptions): Promise<Manifest> => {
  const trained = await trainAndWrite(name, options, print);
  return told(name, trained);
};

const isSeed = (seed: number): boolean => Number.isInteger(seed) && seed >= 0;

const told = (name: TrainableModel, { directory, manifest }: { readonly directory: string; readonly manifest: Manifest }): Manifest => {
  print(`${name} ${manifest.version} written to ${directory}`);
  for (const [figure, value] of Object.entries(manifest.metrics)) print(`${name} ${figure.padEnd(34)} ${value}`);
  return manifest;
};

/** In a process of its own: its memory is its own, and is given back. @throws Error the training did not end well. */
const trainApart = async (name: TrainableModel, { data, out, seed, models }: TrainOptions): Promise<Manifest> => {
  const options = ['--data', data, '--out', out, '--seed', String(seed), '--models', models];
  const child = spawn(process.execPath, [...process.execArgv, fileURLToPath(import.meta.url), name, ...options], { stdio: 'inherit' });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`the training of ${name} ended with ${code ?? 'a signal'}`);
  const directory = await newestModel(out, name);
  if (directory === null) throw new Error(`the training of ${name} left no model below ${out}`);
  return (await readModelFolder(directory)).manifest;
};

/** Minutes and memory of each model, and in all. */
const costTable = (manifests: readonly Manifest[]): string => {
  const row = (name: string, version: string, rows: string, minutes: string, memory: string): string =>
    [name.padEnd(14), version.padEnd(18), rows.padStart(10), minutes.padStart(9), memory.padStart(9)].join(' ');
  const minutes = manifests.reduce((sum, { trained }) => sum + trained.minutes, 0);
  const memory = Math.max(...manifests.map(({ trained }) => trained.peakMemoryMb));
  return [
    row('model', 'version', 'rows', 'minutes', 'peak MB'),
    ...manifests.map(({ name, version, trained }) =>
      row(name, version, String(trained.rows), trained.minutes.toFixed(2), String(trained.peakMemoryMb)),
    ),
    row('all', '', '', minutes.toFixed(2), String(memory)),
  ].join('\n');
};

await main();
