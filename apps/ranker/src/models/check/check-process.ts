import { setPriority } from 'node:os';
import { Failure } from '#contracts';
import { loadVersion } from '../load-version.js';
import { quickEnough } from '../pace.js';
import type { CheckRequest, CheckVerdict } from './check-messages.js';

/**
 * One version of a model, loaded and checked as the ranker does, in a process of its own: it says its verdict and ends. Started by `checkApart`, which
 * tells it what to check.
 */

/** Requests go first: a check that takes a little longer harms nobody. */
const NICENESS = 10;

/** CPU of this process in ms: a machine that is busy with requests is not the model's fault. */
const cpuMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

const verdictOn = async ({ name, directory, maxMs }: CheckRequest): Promise<CheckVerdict> => {
  try {
    const scorer = await loadVersion(name, directory);
    await (await quickEnough(scorer, maxMs, cpuMs)).close();
    return { fit: true };
  } catch (error) {
    return {
      fit: false,
      code: error instanceof Failure ? error.code : 'MODEL_CHECK',
      problem: error instanceof Error ? error.message : String(error),
    };
  }
};

setPriority(NICENESS);
process.once('disconnect', () => process.exit(1)); // the ranker has ended: nobody waits for the verdict
process.once('message', (request: CheckRequest) => {
  void verdictOn(request).then((verdict) => process.send?.(verdict, () => process.exit(0)));
});
