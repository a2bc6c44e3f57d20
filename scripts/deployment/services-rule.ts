import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { repositoryRoot } from '../start/repository.js';

const RULES = 'monitoring/rules';
export const SERVICES_RULE = 'k8s/components/monitoring/services-rule.yaml';

const note = `# What the services say of themselves: ${RULES}, for the Prometheus Operator. Made by \`npm run k8s:rules\`; do not edit.\n`;

/** The rules of `monitoring/` as the operator's own kind. Kustomize reads no file above its folder, so there has to be a copy. */
export const servicesRule = (): string => {
  const files = readdirSync(join(repositoryRoot, RULES))
    .filter((file) => file.endsWith('.yml'))
    .sort();
  const groups = files.flatMap((file) => (parse(readFileSync(join(repositoryRoot, RULES, file), 'utf8')) as { groups: object[] }).groups);
  const rule = {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PrometheusRule',
    metadata: { name: 'broadsheet-services' },
    spec: { groups },
  };
  return note + stringify(rule, { lineWidth: 0 });
};
