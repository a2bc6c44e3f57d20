import type { Logger } from 'pino';

/** One thing to stop, in the order given: first what takes new work, last what others need. */
export interface ShutdownStep {
  readonly name: string;
  run(): Promise<void> | void;
  /** Milliseconds this step may take; default 10 s. A step that is late is left behind. */
  readonly limitMs?: number;
}

/** The part of `process` that is used, so that a test can pass its own. */
export interface ShutdownHost {
  on(event: string, listener: (...args: unknown[]) => void): unknown;
  off(event: string, listener: (...args: unknown[]) => void): unknown;
  exit(code: number): unknown;
}

export interface Shutdown {
  /** Runs the steps once and exits the process with `exitCode`, or 1 when a step failed. */
  begin(reason: string, exitCode?: number): Promise<void>;
  /** Forgets the signals. For tests, and for code that stops by itself. */
  dispose(): void;
}

const STEP_LIMIT_MS = 10_000;
/** Shells read 128 + n as "ended by signal n"; 130 is Ctrl-C. */
const EXIT_ON_SECOND_SIGNAL = 130;

const runStep = async (step: ShutdownStep, logger: Logger): Promise<boolean> => {
  const { name, limitMs = STEP_LIMIT_MS } = step;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(resolve, limitMs, 'late');
  });
  try {
    const end = await Promise.race([Promise.resolve().then(() => step.run()), late]);
    if (end !== 'late') return true;
    logger.warn({ step: name, limitMs }, 'shutdown step left behind: it took too long');
  } catch (error) {
    logger.error({ step: name, err: error }, 'shutdown step failed');
  } finally {
    clearTimeout(timer);
  }
  return false;
};

/**
 * Stops the process in order on SIGTERM and SIGINT (exit code 0) and on an error that nobody caught (1). A second signal
 * exits at once. A step that fails or is late does not keep the others from running, but makes the exit code 1.
 */
export const onShutdown = (steps: readonly ShutdownStep[], logger: Logger, host: ShutdownHost = process): Shutdown => {
  let started: Promise<void> | undefined;

  const stopAll = async (reason: string, exitCode: number): Promise<void> => {
    logger.info({ reason }, 'stopping');
    let clean = true;
    for (const step of steps) clean = (await runStep(step, logger)) && clean;
    logger.info({ reason, clean }, 'stopped');
    host.exit(clean ? exitCode : 1);
  };
  const begin = (reason: string, exitCode = 0): Promise<void> => (started ??= stopAll(reason, exitCode));

  const onSignal = (signal: unknown): void => {
    if (started !== undefined) {
      logger.warn({ signal }, 'second signal: exiting at once');
      host.exit(EXIT_ON_SECOND_SIGNAL);
      return;
    }
    void begin(String(signal));
  };
  const onUncaught = (error: unknown): void => {
    logger.fatal({ err: error }, 'nobody caught this');
    void begin('error', 1);
  };

  const listeners = { SIGTERM: onSignal, SIGINT: onSignal, uncaughtException: onUncaught, unhandledRejection: onUncaught };
  for (const [event, listener] of Object.entries(listeners)) host.on(event, listener);
  return {
    begin,
    dispose: () => {
      for (const [event, listener] of Object.entries(listeners)) host.off(event, listener);
    },
  };
};
