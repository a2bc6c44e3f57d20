import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { boardsOf, copiedBoards } from '../../scripts/deployment/copied-boards.js';
import { SERVICES_RULE, servicesRule } from '../../scripts/deployment/services-rule.js';

const CLUSTER_RULE = 'k8s/components/monitoring/cluster-rule.yaml';
const CASES = 'test/deployment/alerts.test.yml';

interface Rules {
  readonly groups: readonly { readonly rules: readonly { readonly alert?: string }[] }[];
}
const rulesOf = (file: string): Rules => (parse(readFileSync(file, 'utf8')) as { spec: Rules }).spec;

const promtool = ((): boolean => {
  try {
    execFileSync('promtool', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

describe('PrometheusRules', () => {
  it('hold what monitoring/rules says: npm run k8s:rules', () => {
    expect(readFileSync(SERVICES_RULE, 'utf8')).toBe(servicesRule());
  });

  it('stand beside the boards of monitoring/grafana: npm run dashboards', () => {
    expect([...copiedBoards()]).toEqual([...boardsOf()]);
  });

  it('have for each alert of the cluster a case in which it fires, and one in which it is quiet', () => {
    const { tests } = parse(readFileSync(CASES, 'utf8')) as {
      tests: readonly { name: string; alert_rule_test: readonly { alertname: string; exp_alerts?: readonly object[] }[] }[];
    };
    const cases = tests.flatMap(({ alert_rule_test: each }) => each);
    const alerts = rulesOf(CLUSTER_RULE).groups.flatMap(({ rules }) => rules.map(({ alert }) => alert));
    const lacking = (fires: boolean) =>
      alerts.filter(
        (alert) => !cases.some(({ alertname, exp_alerts: expected = [] }) => alertname === alert && expected.length > 0 === fires),
      );
    expect({ alerts: alerts.length, neverFire: lacking(true), neverQuiet: lacking(false) }).toEqual({
      alerts: 6,
      neverFire: [],
      neverQuiet: [],
    });
  });

  (promtool ? it : it.skip)('do so, says promtool', () => {
    const folder = mkdtempSync(join(tmpdir(), 'broadsheet-rules-'));
    try {
      const [rules, cases] = [join(folder, 'rules.yml'), join(folder, 'cases.yml')];
      writeFileSync(rules, stringify(rulesOf(CLUSTER_RULE)));
      // A name of a case is for people; older promtools do not know it.
      writeFileSync(
        cases,
        readFileSync(CASES, 'utf8')
          .replace('[RULES]', `[${rules}]`)
          .replaceAll(/^ {2}- name: \w+\n {4}/gm, '  - '),
      );
      expect(execFileSync('promtool', ['check', 'rules', rules], { encoding: 'utf8' })).toContain('SUCCESS: 6 rules found');
      expect(execFileSync('promtool', ['test', 'rules', cases], { encoding: 'utf8' })).toContain('SUCCESS');
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
