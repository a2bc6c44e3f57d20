import { existsSync, readFileSync } from 'node:fs';
import { boardsOf } from '../../../scripts/deployment/copied-boards.js';
import { isForSidecar, type Manifest, selects, servicesOf } from '../../../scripts/deployment/manifest.js';
import { each, type Rule } from './rule.js';

const headingsOf = (file: string): readonly string[] =>
  [...readFileSync(file, 'utf8').matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(' ', '-')
      .replaceAll(/[^a-z0-9-]/g, ''),
  );

/** A file of its own, or a heading in one. */
const isPage = (runbook: string): boolean => {
  const [file = '', anchor] = runbook.split('#');
  return file.startsWith('docs/') && existsSync(file) && (anchor === undefined || headingsOf(file).includes(anchor));
};

/** `kubectl apply` keeps what it applied in an annotation, which may have 256 KiB. */
const MOST_BYTES = 200_000;

const monitored = (manifests: readonly Manifest[]): boolean => manifests.some(({ kind }) => kind === 'ServiceMonitor');

/** What Prometheus is told. */
export const watchingRules: readonly Rule[] = [
  {
    name: 'has every service scraped',
    why: 'a replica without metrics is only seen when readers complain',
    check: (manifests) => {
      if (!monitored(manifests)) return [];
      const watched = manifests
        .filter(({ kind }) => kind === 'ServiceMonitor')
        .flatMap(({ spec }) =>
          manifests.filter(({ kind, metadata }) => kind === 'Service' && selects(spec?.selector, metadata.labels ?? {})),
        )
        .filter(({ spec }) => spec?.ports?.some(({ name }) => name === 'admin'));
      return each(
        servicesOf(manifests),
        ({ name }) => name,
        ({ labels }) => !watched.some(({ spec }) => selects({ matchLabels: spec?.selector ?? {} }, labels)),
        'is not scraped',
      );
    },
  },
  {
    name: 'says of every alert how bad it is and what to do',
    why: 'at three in the morning nobody guesses',
    check: (manifests) =>
      manifests
        .filter(({ kind }) => kind === 'PrometheusRule')
        .flatMap(({ spec }) => (spec?.groups ?? []).flatMap(({ rules }) => rules))
        .flatMap(({ alert, labels = {}, annotations = {} }) => {
          if (alert === undefined) return [];
          const known = isPage(annotations['runbook'] ?? '');
          return [
            ...(['ticket', 'page'].includes(labels['severity'] ?? '') ? [] : [`${alert}: no severity`]),
            ...(annotations['summary'] === undefined ? [`${alert}: no summary`] : []),
            ...(known ? [] : [`${alert}: no page at ${annotations['runbook'] ?? 'all'}`]),
          ];
        }),
  },
  {
    name: 'brings every board to Grafana where services are watched',
    why: 'a board that is stale or not there is missed in the middle of an incident',
    check: (manifests) => {
      if (!monitored(manifests)) return [];
      const brought = manifests.filter(isForSidecar);
      const held = Object.assign({}, ...brought.map(({ data }) => data)) as Record<string, string>;
      const wanted = boardsOf();
      const bytes = brought.map(({ metadata, data = {} }) => ({ metadata, size: Object.values(data).join('').length }));
      return [
        ...[...wanted]
          .filter(([file, text]) => held[file] !== text)
          .map(([file]) => `${file} is not there, or another than that of monitoring/`),
        ...Object.keys(held)
          .filter((file) => !wanted.has(file))
          .map((file) => `${file} is no board of monitoring/`),
        ...bytes.filter(({ size }) => size > MOST_BYTES).map(({ metadata }) => `${metadata.name} is too large to be applied`),
      ];
    },
  },
  {
    name: 'is complete in production',
    why: 'an option that is not taken is not there',
    check: (manifests, overlay) => {
      if (overlay !== 'prod') return [];
      const wanted = { HorizontalPodAutoscaler: 2, PodDisruptionBudget: 3, CronJob: 2, Job: 1, ServiceMonitor: 1, PrometheusRule: 1 };
      return [
        ...Object.entries(wanted)
          .filter(([kind, count]) => manifests.filter((manifest) => manifest.kind === kind).length < count)
          .map(([kind, count]) => `fewer than ${count} ${kind}`),
        ...manifests
          .filter(({ metadata }) => ['kafka', 'postgres'].includes(metadata.name))
          .map(({ kind, metadata }) => `${kind} ${metadata.name} is for trials`),
      ];
    },
  },
];
