import { identityRules } from './identity.js';
import { jobRules } from './jobs.js';
import { networkRules } from './network.js';
import { podRules } from './pods.js';
import type { Rule } from './rule.js';
import { scaleRules } from './scale.js';
import { watchingRules } from './watching.js';

export const rules: readonly Rule[] = [...podRules, ...identityRules, ...scaleRules, ...jobRules, ...networkRules, ...watchingRules];
