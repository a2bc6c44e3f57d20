import { parseOptions, UsageError, type OptionSpecs } from '#config';
import { newestModel, trainFromExport, type RetrainableModel } from '#model';
import { complaintOf } from './complaint.js';
import { exitCodes } from './exit-codes.js';
import { modelOf, readTrainingOptions, trainingOptionsHelp, trainingOptionSpecs } from './training-options.js';

export const fromExportHelp = `npm run train -- from-export FILE --model personal|trending [options]

Trains a new version from what readers of this site saw and did, starting from the live one, and judges it against that on the last answers. FILE is what
\`npm run replay -- export --point-in-time\` wrote (.parquet or .ndjson). Writes OUT/MODEL/VERSION/ with its manifest and golden vectors and gives it no part:
\`npm run models -- shadow MODEL VERSION\` does that.

  --against DIR          the version to beat (default: the newest below --models)
  --models DIR           models/<name>/<version>/ (default MODELS_DIR, else models)
  --out DIR              where it goes (default: --models)
${trainingOptionsHelp}

Figures are of papers that were shown, in the order that the live model gave them: they favour the live one, and tell nothing of papers that it never shows.
Exit codes: 0 written, 1 fault, 2 unusable options or file, 3 too little data, 4 not better: nothing is written.`;

const specs = {
  ...trainingOptionSpecs,
  model: { type: 'string' },
  against: { type: 'string' },
  models: { type: 'string' },
  out: { type: 'string' },
} as const satisfies OptionSpecs;

export interface Speech {
  /** Results. */
  readonly print: (line: string) => void;
  /** Progress and complaints. */
  readonly say: (line: string) => void;
}

/**
 * `train from-export ...`. Out: the exit code; never throws.
 * @param modelsDir where models are unless `--models` says otherwise
 */
export const fromExportCommand = async (args: readonly string[], modelsDir: string, { print, say }: Speech): Promise<number> => {
  if (args.length === 0 || args.some((word) => word === '--help' || word === '-h' || word === 'help')) {
    print(fromExportHelp);
    return exitCodes.done;
  }
  try {
    const { values, positionals } = parseOptions(args, specs, 1);
    const [file] = positionals;
    if (file === undefined) throw new UsageError('FILE is missing: it must name what `replay export --point-in-time` wrote');
    const kind = modelOf(values.model);
    const options = readTrainingOptions(values);
    const models = values.models ?? modelsDir;
    const live = values.against ?? (await newestBelow(models, kind));
    const { written } = await trainFromExport({ ...options, kind, file, live, out: values.out ?? models }, say);
    if (written === null) {
      say(`not kept: ${options.keepIf.text} does not hold`);
      return exitCodes.notBetter;
    }
    print(`${kind} ${written.manifest.version} written to ${written.directory}`);
    return exitCodes.done;
  } catch (error) {
    const { line, code } = complaintOf(error, 'npm run train -- from-export');
    say(line);
    return code;
  }
};

/** @throws {UsageError} */
export const newestBelow = async (models: string, kind: RetrainableModel): Promise<string> => {
  const directory = await newestModel(models, kind);
  if (directory === null) throw new UsageError(`--models ${models}: has no ${kind} model to start from`);
  return directory;
};
