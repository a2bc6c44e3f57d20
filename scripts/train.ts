import { parseArgs } from 'node:util';
import { trainAndWrite, trainableModels } from '#model';
import type { TrainableModel } from '#model';

const usage = `Trains the shipped models and writes models/<name>/<version>/.

  npm run train -- <encoder|trending|personal|all> --data DIR [--out models] [--seed 1] [--models DIR]

  --data DIR     a folder in the layout of the hf-papers data set, or its parent
  --out DIR      where the models go: DIR/<name>/<version>/ (default models)
  --seed N       seed of every random choice (default 1)
  --models DIR   has the encoder and trending model that the personal one is trained on (default: --out)
`;

const main = async (): Promise<void> => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      data: { type: 'string' },
      out: { type: 'string', default: 'models' },
      seed: { type: 'string', default: '1' },
      models: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  const names = positionals[0] === 'all' ? trainableModels : trainableModels.filter((name) => name === positionals[0]);
  const seed = Number(values.seed);
  if (values.help || values.data === undefined || names.length === 0 || positionals.length !== 1 || !Number.isInteger(seed) || seed < 0) {
    process.stderr.write(usage);
    process.exitCode = values.help ? 0 : 2;
    return;
  }
  for (const name of names) await train(name, { data: values.data, out: values.out, seed, models: values.models ?? values.out });
};

const train = async (name: TrainableModel, options: { data: string; out: string; seed: number; models: string }): Promise<void> => {
  const print = (line: string): void => void process.stdout.write(`${line}\n`);
  const { directory, manifest } = await trainAndWrite(name, options, print);
  print(`${name} ${manifest.version} written to ${directory}`);
  print(`${name} took ${manifest.trained.minutes} min and at most ${manifest.trained.peakMemoryMb} MB for ${manifest.trained.rows} rows`);
  for (const [figure, value] of Object.entries(manifest.metrics)) print(`${name} ${figure.padEnd(34)} ${value}`);
};

await main();
