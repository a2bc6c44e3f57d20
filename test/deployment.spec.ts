import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { readDigestOptions } from '../apps/digest/src/digest-options.js';

/** The rules that compose file, image and dashboards must keep. No engine runs here, so they are read, not run; manifests have rules of their own in test/deployment. */

const read = (file: string): string => readFileSync(file, 'utf8');

/** A process is an app that answers on an admin port; replay is a command of analysts and is not deployed, retraining needs a cluster's volume. */
const services = ['gateway', 'ingest', 'ranker'];
/** What runs to its end. */
const commands = ['migrate', 'digest'];

interface ComposeService {
  readonly image: string;
  readonly build?: string;
  readonly profiles?: readonly string[];
  readonly read_only?: boolean;
  readonly user?: string;
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly mem_limit?: string;
  readonly tmpfs?: readonly string[];
  readonly volumes?: readonly string[];
  readonly stop_grace_period?: string;
  readonly ports?: readonly string[];
  readonly environment?: Readonly<Record<string, string | number>>;
  readonly healthcheck?: { readonly test?: readonly string[]; readonly disable?: boolean };
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
}

const tagOf = (image: string): string => /:([^/@:]+)$/.exec(image)?.[1] ?? 'latest';

describe('docker-compose.yml', () => {
  const compose = parse(read('docker-compose.yml'), { merge: true }) as { services: Record<string, ComposeService> };
  const all = Object.entries(compose.services).map(([name, service]) => ({ name, service }));
  const ours = all.filter(({ service }) => service.build !== undefined);

  it('runs every service and nothing else of ours', () => {
    expect([...new Set(ours.map(({ service }) => service.environment?.['SERVICE']))].sort()).toEqual([...services, 'digest'].sort());
    expect(all.map(({ name }) => name).filter((name) => !ours.some((own) => own.name === name))).toEqual([
      'kafka',
      'postgres',
      'prometheus',
      'grafana',
    ]);
  });

  it.each(all)('$name is pinned, bounded, without privileges', ({ service }) => {
    expect(tagOf(service.image)).not.toBe('latest');
    expect(service.cap_drop).toEqual(['ALL']);
    expect(service.security_opt).toContain('no-new-privileges:true');
    expect(service.mem_limit).toBeDefined();
    expect(service.healthcheck).toBeDefined();
    for (const port of service.ports ?? []) expect(port).toMatch(/^127\.0\.0\.1:/);
  });

  it.each(ours)('$name can not write to its image and is not root', ({ service }) => {
    expect(service).toMatchObject({ read_only: true, user: '10001:10001' });
    expect({ tmpfs: service.tmpfs, volumes: service.volumes }).toEqual({});
  });

  it.each(ours)('$name has twice the time of the slowest stop that was measured (docs/figures.md)', ({ service }) => {
    expect(parseInt(service.stop_grace_period ?? '10s', 10)).toBeGreaterThan(2 * 10.7);
  });

  it('starts digests only when asked to, with the gateway there', () => {
    expect(all.filter(({ service }) => service.profiles !== undefined).map(({ name }) => name)).toEqual(['digest']);
    expect(compose.services['digest']).toMatchObject({ profiles: ['digest'], depends_on: { gateway: { condition: 'service_healthy' } } });
    const { command } = compose.services['digest'] as { command?: readonly string[] };
    expect(readDigestOptions(command ?? [], Date.parse('2026-11-24')).smtp).toBe(true);
  });

  it('gives Prometheus the rules that its configuration names', () => {
    const { rule_files: rules } = parse(read('monitoring/prometheus.yml')) as { rule_files: string[] };
    const mounted = compose.services['prometheus']?.volumes?.map((volume) => volume.split(':')[1]) ?? [];
    expect(rules.filter((rule) => !mounted.includes(join('/etc/prometheus', rule, '..')))).toEqual([]);
  });

  it('begins with the stores, then the tables, then the services', () => {
    expect(compose.services['migrate']?.depends_on).toEqual({
      kafka: { condition: 'service_healthy' },
      postgres: { condition: 'service_healthy' },
    });
    for (const name of ['ingest', 'ranker-0', 'ranker-1']) {
      expect(compose.services[name]?.depends_on).toEqual({ migrate: { condition: 'service_completed_successfully' } });
    }
  });

  it('holds no secret, and names each that it needs in .env.example', () => {
    const text = read('docker-compose.yml');
    const needed = [...text.matchAll(/\$\{(\w+)(:[?-][^}]*)?\}/g)].map(([, name, rule]) => ({ name, rule: rule?.slice(0, 2) }));
    // Compose asks for what is demanded even where the part that needs it is not started: a digest says itself what it lacks.
    for (const { name, rule } of needed) expect([name, rule]).toEqual([name, name?.startsWith('DIGEST_') === true ? ':-' : ':?']);
    const offered = [...read('.env.example').matchAll(/^(\w+)=/gm)].map(([, name]) => name);
    expect([...new Set(needed.map(({ name }) => name))].sort()).toEqual(offered.sort());
    expect(
      [...read('.env.example').matchAll(/^\w*(?:SECRET|PASSWORD|SMTP_URL|WEBHOOK_URL)=(.*)$/gm)].map(([, value]) => value).join(''),
    ).toBe('');
  });

  it('is scraped completely', () => {
    const { scrape_configs: jobs } = parse(read('monitoring/prometheus.yml')) as {
      scrape_configs: { static_configs: { targets: string[] }[] }[];
    };
    const targets = jobs.flatMap((job) => job.static_configs.flatMap((config) => config.targets));
    const expected = ours.filter(({ name }) => !commands.includes(name)).map(({ name }) => `${name}:9000`);
    expect(targets.filter((target) => target.endsWith(':9000')).sort()).toEqual(expected.sort());
  });
});

describe('docker-compose.traces.yml', () => {
  const base = parse(read('docker-compose.yml'), { merge: true }) as { services: Record<string, ComposeService> };
  const traced = parse(read('docker-compose.traces.yml'), { merge: true }) as { services: Record<string, ComposeService> };

  it('switches on the traces of every service that makes them, and off they are without it', () => {
    const on = Object.entries(traced.services).filter(([, { environment }]) => environment?.['TRACES_EXPORTER'] === 'otlp');
    expect(on.map(([name]) => name).sort()).toEqual(['gateway', 'ingest', 'ranker-0', 'ranker-1']);
    expect(on.every(([, { environment }]) => environment?.['OTEL_EXPORTER_OTLP_ENDPOINT'] === 'http://jaeger:4318')).toBe(true);
    expect(Object.values(base.services).filter(({ environment }) => environment?.['TRACES_EXPORTER'] !== undefined)).toEqual([]);
  });

  it('adds a collector that is pinned, bounded, without privileges, and nothing else', () => {
    expect(Object.keys(traced.services).filter((name) => !(name in base.services))).toEqual(['jaeger']);
    const jaeger = traced.services['jaeger'];
    expect(tagOf(jaeger?.image ?? '')).not.toBe('latest');
    expect(jaeger).toMatchObject({ read_only: true, cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'] });
    expect([jaeger?.mem_limit, jaeger?.healthcheck].includes(undefined)).toBe(false);
    for (const port of jaeger?.ports ?? []) expect(port).toMatch(/^127\.0\.0\.1:/);
  });

  it('leads from an exemplar to its trace', () => {
    interface Source {
      readonly uid: string;
      readonly url: string;
      readonly jsonData?: { readonly exemplarTraceIdDestinations: readonly { readonly name: string; readonly datasourceUid: string }[] };
    }
    const { datasources } = parse(read('monitoring/grafana/traces/datasources.yml')) as { datasources: Source[] };
    const { datasources: plain } = parse(read('monitoring/grafana/provisioning/datasources/prometheus.yml')) as { datasources: Source[] };
    expect(datasources[0]).toMatchObject(plain[0]!);
    expect(datasources[0]?.jsonData?.exemplarTraceIdDestinations).toEqual([{ name: 'trace_id', datasourceUid: datasources[1]?.uid }]);
    expect(read('docker-compose.yml')).toContain('--enable-feature=exemplar-storage');
  });
});

describe('the Dockerfile', () => {
  const lines = read('Dockerfile').split('\n');

  it('is pinned, ends as a user that is not root, and asks for its health', () => {
    expect(lines.filter((line) => line.startsWith('FROM ')).every((line) => line.includes('${NODE_IMAGE}'))).toBe(true);
    expect(lines.find((line) => line.startsWith('ARG NODE_IMAGE='))).toMatch(/:\d+\.\d+\.\d+-/);
    expect(lines.filter((line) => line.startsWith('USER ')).at(-1)).toBe('USER 10001:10001');
    expect(lines.some((line) => line.startsWith('HEALTHCHECK '))).toBe(true);
  });

  it('keeps ONNX Runtime from reporting to its maker', () => {
    expect(lines.find((line) => line.startsWith('ENV '))).toContain('ORT_DISABLE_TELEMETRY=1');
  });

  it('takes packages from the stage without development ones', () => {
    expect(read('Dockerfile')).toMatch(/COPY --from=dependencies \S+node_modules/);
    expect(read('Dockerfile')).toMatch(/npm ci --omit=dev/);
  });
});

describe('nest-cli.json', () => {
  it('knows every app and library', () => {
    const { projects } = JSON.parse(read('nest-cli.json')) as { projects: Record<string, { root: string }> };
    const roots = Object.values(projects).map(({ root }) => root);
    const folders = ['apps', 'libs'].flatMap((folder) => readdirSync(folder).map((name) => `${folder}/${name}`));
    expect(folders.filter((folder) => !roots.includes(folder))).toEqual([]);
  });
});
