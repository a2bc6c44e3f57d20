import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { CheckRequest, CheckVerdict } from './check-messages.js';
import { ModelCheckFailure } from './model-check.failure.js';

/** Loading, golden vectors, warm-up and pace of a model that is fit take a second or two. */
const LIMIT_MS = 60_000;

const built = !import.meta.url.endsWith('.ts');
/** The program beside this file. From sources, as in tests, node has to be told how to run them. */
const program = fileURLToPath(new URL(`./check-process${built ? '.js' : '.ts'}`, import.meta.url));
const flags = built
  ? ['--enable-source-maps']
  : ['--conditions=source', '--import', new URL('../../../../../test/support/typescript.mjs', import.meta.url).href];

/**
 * Checks a version in a process of its own. ONNX Runtime computes on the thread that asks, so a check among requests would hold each of them up for as long as
 * the slowest run of a model that nobody knows yet, and a file that brings the runtime down would take the ranker with it.
 *
 * The process knows nothing of our environment: no address, no secret.
 * @throws {ModelCheckFailure} what it is not fit for; MODEL_CHECK_TIME when the check did not end, MODEL_CHECK_DIED when it died.
 */
export const checkApart = async (request: CheckRequest, signal: AbortSignal, limitMs = LIMIT_MS): Promise<void> => {
  const details = { model: request.name, directory: request.directory };
  const verdict = await new Promise<CheckVerdict>((resolve, reject) => {
    const child = fork(program, [], {
      execArgv: flags,
      env: { ORT_DISABLE_TELEMETRY: '1' },
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    const late = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new ModelCheckFailure('MODEL_CHECK_TIME', `the check of ${request.directory} did not end within ${limitMs / 1000} s`, details));
    }, limitMs);
    const stop = (): void => void child.kill('SIGKILL');
    signal.addEventListener('abort', stop, { once: true });
    child.once('message', (message) => resolve(message as CheckVerdict));
    child.once('error', reject);
    child.once('exit', (code, killed) => {
      clearTimeout(late);
      signal.removeEventListener('abort', stop);
      const how = killed === null ? `exit code ${String(code)}` : killed;
      reject(new ModelCheckFailure('MODEL_CHECK_DIED', `the check of ${request.directory} ended without a verdict (${how})`, details));
    });
    child.send(request, (error) => error !== null && reject(error));
    if (signal.aborted) stop();
  });
  if (!verdict.fit) throw new ModelCheckFailure(verdict.code, verdict.problem, details);
};
