import { Failure } from '#contracts';

/** One broken setting. Only its name and the rule it broke: a value may be a secret. */
export interface ConfigProblem {
  /** Environment variable, or `''` for a rule about several of them. */
  readonly variable: string;
  readonly rule: string;
}

/** The environment does not describe a process that can run. Every problem is reported at once. */
export class ConfigFailure extends Failure {
  readonly code = 'CONFIG_INVALID';
  readonly retryable = false;

  constructor(readonly problems: readonly ConfigProblem[]) {
    const lines = problems.map(({ variable, rule }) => (variable === '' ? `  - ${rule}` : `  - ${variable}: ${rule}`));
    super(`${problems.length} setting(s) can not be used:\n${lines.join('\n')}`, { problems });
  }
}
