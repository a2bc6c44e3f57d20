import { exitCodes, UsageError, type ReplayCommand } from '../cli/command.js';
import { parseOptions } from '../cli/parse-options.js';
import { Progress } from '../cli/progress.js';
import { evaluateRun } from '../evaluation/evaluate-run.js';
import { defaultEvaluationOptions } from '../evaluation/evaluation-options.js';
import { evaluationFiles } from '../evaluation/evaluation-result.js';
import { readRunFacts } from '../report/run/read-run-facts.js';

const help = `npm run replay -- report DIR: one page with the tables and plots of a run.

Reads the run directory DIR (written by run) and nothing else. The figures on ranking are those of ${evaluationFiles.json} where eval has judged this very run (its metrics,
slices and off-policy estimates); otherwise the run is judged here by the defaults of eval.

Writes into DIR:
  report.html          everything in one file: no script, no request; light or dark by the reader's setting; made to be printed
  report/NAME.svg      each plot by itself
  report/NAME.csv      the data behind each plot, also of plots that had too little of it to be drawn

Plots: a-against-b, ndcg-over-time, slices, movers, coverage, calibration, scores (with drift), trending, accrual, click-rate, traffic, lateness.
They are told apart by dash, shape and label, not by colour alone; each has a title, a description and its table for those who do not see it.
An earlier report in DIR is replaced. The same run and evaluation give the same bytes.

  npm run replay -- report runs/week
  npm run replay -- eval runs/week --off-policy && npm run replay -- report runs/week`;

export const reportCommand: ReplayCommand = {
  name: 'report',
  summary: 'writes tables and plots of a run as one HTML page, with an SVG and a CSV of each plot',
  help,
  async run(args, { print, say }) {
    const [directory] = parseOptions(args, {}, 1).positionals;
    if (directory === undefined) throw new UsageError('DIR is missing: the directory that run wrote');
    const progress = new Progress(say);
    const facts = await readRunFacts(directory, {
      evaluate: (path) => evaluateRun(path, defaultEvaluationOptions, (requests) => progress.update(requests, null, 'requests judged')),
      heard: (requests) => progress.update(requests, null, 'requests read'),
    });
    progress.end();
    // The plotting library takes a third of a second to load: commands that draw nothing do without it.
    const { writeReport } = await import('../report/write-report.js');
    const { page, plots } = await writeReport(directory, facts);
    print(`${page}\n${plots.map(({ name, picture, finding }) => `  ${picture === null ? '- ' : ''}${name}: ${finding}`).join('\n')}`);
    return exitCodes.done;
  },
};
