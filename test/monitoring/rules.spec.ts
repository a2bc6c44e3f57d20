import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { metricsIn, unknownIn } from './asked-metrics.js';
import { hasPromtool, promtool } from './promtool.js';

const read = (file: string): string => readFileSync(file, 'utf8');

interface Rule {
  readonly alert?: string;
  readonly record?: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}
interface RuleTest {
  readonly alert_rule_test: readonly { readonly alertname: string; readonly exp_alerts: readonly unknown[] }[];
}

const rulesFolder = 'monitoring/rules';
const testsFolder = 'monitoring/tests';
const rules = readdirSync(rulesFolder).flatMap((file) =>
  (parse(read(join(rulesFolder, file))) as { groups: { rules: Rule[] }[] }).groups.flatMap((group) => group.rules),
);
const alerts = rules.flatMap((rule) => (rule.alert === undefined ? [] : [{ name: rule.alert, rule }]));
const recorded = new Set(rules.flatMap(({ record }) => record ?? []));

describe('alerts', () => {
  it.each(alerts)('$name says how urgent it is, what is wrong, and where it is written what to do', ({ name, rule }) => {
    expect(rule.labels?.['severity']).toMatch(/^(page|ticket)$/);
    expect(rule.for).toBeDefined();
    expect(rule.annotations).toMatchObject({ summary: expect.any(String) as string, description: expect.any(String) as string });
    expect(rule.annotations?.['runbook']).toBe(`docs/runbooks/${name}.md`);
    const page = read(`docs/runbooks/${name}.md`);
    expect(page.startsWith(`# ${name}\n`)).toBe(true);
    for (const section of ['What it means', 'Look first', 'What to do', 'When it is over']) expect(page).toContain(`\n## ${section}\n\n`);
    expect(page).toContain(`Severity: ${rule.labels?.['severity']}.`);
  });

  it.each(alerts)('$name has a case in which it fires and one in which it stays quiet', ({ name }) => {
    const { tests } = parse(read(join(testsFolder, `${name}.test.yml`))) as { tests: RuleTest[] };
    const cases = tests.flatMap((test) => test.alert_rule_test);
    expect(cases.every(({ alertname }) => alertname === name)).toBe(true);
    expect(cases.some(({ exp_alerts }) => exp_alerts.length > 0)).toBe(true);
    expect(cases.some(({ exp_alerts }) => exp_alerts.length === 0)).toBe(true);
  });

  it('have no page and no test of one that is gone', () => {
    const names = alerts.map(({ name }) => name).sort();
    expect(readdirSync('docs/runbooks').sort()).toEqual(names.map((name) => `${name}.md`));
    expect(readdirSync(testsFolder).sort()).toEqual(names.map((name) => `${name}.test.yml`));
  });

  it('and what is recorded ask only for metrics that a process has', () => {
    const exprs = rules.map(({ expr }) => expr);
    expect(exprs.flatMap(metricsIn).length).toBeGreaterThan(50);
    expect(unknownIn(exprs)).toEqual([]);
  });

  it('ask only for series that are recorded', () => {
    const asked = rules.flatMap(({ expr }) => expr.match(/\b(?:slo|service):[a-z0-9_:]+/g) ?? []);
    expect(asked.length).toBeGreaterThan(20);
    expect(asked.filter((name) => !recorded.has(name))).toEqual([]);
  });
});

(hasPromtool ? describe : describe.skip)('promtool', () => {
  const files = readdirSync(rulesFolder).map((file) => join(rulesFolder, file));

  it('finds the rules sound', () => {
    expect(promtool(['check', 'rules', ...files])).toBeNull();
  });

  it('finds every alert firing when it should and quiet when it should', () => {
    expect(promtool(['test', 'rules', ...readdirSync(testsFolder).map((file) => join(testsFolder, file))])).toBeNull();
  }, 60_000);

  it('finds the configuration of Prometheus sound', () => {
    expect(promtool(['check', 'config', '--syntax-only', 'monitoring/prometheus.yml'])).toBeNull();
  });
});
