import { quantile, rate, spread, type Board } from './board.js';

const HTTP = 'gateway_http_request_duration_seconds';
const FEEDS = '{route=~"/v1/feeds/.*"}';

const overview: Board = {
  name: 'overview',
  title: 'overview',
  about: 'Is it well? What readers see, how far consumers are behind, and what fails.',
  rows: [
    {
      title: 'What readers see',
      panels: [
        {
          title: 'Requests',
          about: 'Answered requests by status.',
          unit: 'reqps',
          asks: [[rate(`${HTTP}_count`, ['status']), '{{status}}']],
        },
        { title: 'Feeds: time to answer', about: 'The objective: 99 % under 100 ms.', unit: 's', asks: spread(HTTP, FEEDS), alarmAt: 0.1 },
        {
          title: 'Errors against the objective of 99.9 %',
          about: 'Share of requests answered 5xx.',
          unit: 'percentunit',
          asks: [
            ['slo:availability_errors:ratio_rate5m', '5 min'],
            ['slo:availability_errors:ratio_rate1h', '1 h'],
          ],
          alarmAt: 0.001,
          zeroIsGood: true,
        },
        {
          title: 'Feeds that lack a part',
          about: 'Share of feed answers marked degraded.',
          unit: 'percentunit',
          asks: [['service:gateway_feed_degraded:ratio_rate5m', 'degraded']],
          alarmAt: 0.05,
          zeroIsGood: true,
        },
        {
          title: 'From action to ranking',
          about: 'Time from an event being recorded to its being folded by a ranker; the heartbeat goes the whole way from the gateway.',
          unit: 's',
          asks: [
            [quantile(0.99, 'ranker_event_effective_seconds'), 'events, p99'],
            ['histogram_quantile(0.99, sum by (le) (rate(gateway_heartbeat_duration_seconds_bucket[5m])))', 'heartbeat, p99'],
          ],
          alarmAt: 5,
        },
        {
          title: 'Events received',
          about: 'By what became of them.',
          unit: 'ops',
          asks: [[rate('gateway_records_total', ['status']), '{{status}}']],
        },
      ],
    },
    {
      title: 'Behind, parked, away',
      panels: [
        {
          title: 'Lag',
          about: 'Age of the oldest record that waits, or how long the log has been silent.',
          unit: 's',
          asks: [
            ['max by (instance) (ranker_lag_seconds)', 'ranker {{instance}}'],
            ['max by (topic) (ingest_archive_lag_seconds)', 'archive {{topic}}'],
            ['max by (topic) (quality_lag_seconds)', 'quality {{topic}}'],
            ['max by (instance) (gateway_catalogue_lag_seconds)', 'catalogue {{instance}}'],
          ],
          alarmAt: 30,
        },
        {
          title: 'Dead letters',
          about: 'Records parked in the last hour, by cause.',
          unit: 'short',
          asks: [
            ['sum by (topic, code) (increase(ingest_dead_letters_total[1h]))', '{{topic}} {{code}}'],
            ['sum by (code) (increase(ranker_dead_letters_total[1h]))', 'ranker {{code}}'],
          ],
          zeroIsGood: true,
        },
        {
          title: 'Ready',
          about: 'Rankers that call themselves ready, and replicas that gateways would ask.',
          unit: 'short',
          asks: [
            ['sum(ranker_ready)', 'rankers ready'],
            ['min by (peer) (gateway_rpc_usable_replicas)', 'usable {{peer}}'],
          ],
        },
      ],
    },
    {
      title: 'Processes',
      panels: [
        {
          title: 'CPU',
          about: 'Cores used by each process.',
          unit: 'short',
          asks: [['sum by (service, instance) (rate(process_cpu_seconds_total[1m]))', '{{service}} {{instance}}']],
        },
        {
          title: 'Memory',
          about: 'Resident memory of each process.',
          unit: 'bytes',
          asks: [['process_resident_memory_bytes', '{{service}} {{instance}}']],
        },
        {
          title: 'Event-loop delay, p99',
          about: 'How long whatever comes next has to wait.',
          unit: 's',
          asks: [['nodejs_eventloop_lag_p99_seconds', '{{service}} {{instance}}']],
          alarmAt: 0.25,
        },
      ],
    },
  ],
};

const gateway: Board = {
  name: 'gateway',
  title: 'gateway',
  about: 'RED for every route, where feeds come from, and what was refused.',
  rows: [
    {
      title: 'Rate, errors, duration',
      panels: [
        {
          title: 'Requests by route',
          about: 'Route patterns, never paths.',
          unit: 'reqps',
          asks: [[rate(`${HTTP}_count`, ['route']), '{{route}}']],
          width: 12,
        },
        {
          title: 'Slowest routes, p99',
          about: 'The ten slowest now.',
          unit: 's',
          asks: [[`topk(10, ${quantile(0.99, HTTP, ['route'])})`, '{{route}}']],
          width: 12,
        },
        {
          title: 'Problems',
          about: 'Answers that are problem+json, by code.',
          unit: 'reqps',
          asks: [[rate('gateway_problems_total', ['code']), '{{code}}']],
          zeroIsGood: true,
        },
        {
          title: 'In flight',
          about: 'Requests under way; from 1,000 on they are refused.',
          unit: 'short',
          asks: [['gateway_http_requests_in_flight', '{{instance}}']],
        },
        {
          title: 'Rate limited',
          about: 'Requests refused by a limit, by policy.',
          unit: 'reqps',
          asks: [[rate('gateway_rate_limited_total', ['policy']), '{{policy}}']],
          zeroIsGood: true,
        },
      ],
    },
    {
      title: 'Feeds',
      panels: [
        {
          title: 'Where answers come from',
          about: 'Ready bytes, a ranker, or a fall-back.',
          unit: 'ops',
          asks: [[rate('gateway_feed_answers_total', ['surface', 'from']), '{{surface}} {{from}}']],
        },
        {
          title: 'Parts missing',
          about: 'By surface and part.',
          unit: 'ops',
          asks: [[rate('gateway_feed_degraded_total', ['surface', 'part']), '{{surface}} {{part}}']],
          zeroIsGood: true,
        },
        {
          title: 'Failures behind answers',
          about: 'Parts that failed while the answer was given without them.',
          unit: 'ops',
          asks: [[rate('gateway_part_failures_total', ['part', 'code']), '{{part}} {{code}}']],
          zeroIsGood: true,
        },
        {
          title: 'Calls to peers',
          about: 'Tries by outcome.',
          unit: 'ops',
          asks: [[rate('gateway_rpc_tries_total', ['peer', 'outcome']), '{{peer}} {{outcome}}']],
        },
        {
          title: 'Catalogue',
          about: 'Papers held, bytes of their text, records not yet read.',
          unit: 'short',
          asks: [['gateway_catalogue_size', '{{instance}} {{what}}']],
        },
        {
          title: 'Heartbeat',
          about: 'An event of our own, from the gateway until rankers have folded it.',
          unit: 's',
          asks: [
            ['histogram_quantile(0.5, sum by (le) (rate(gateway_heartbeat_duration_seconds_bucket[5m])))', 'p50'],
            ['histogram_quantile(0.99, sum by (le) (rate(gateway_heartbeat_duration_seconds_bucket[5m])))', 'p99'],
          ],
        },
        {
          title: 'Heartbeat by replica',
          about:
            'From the making of a heartbeat until each ranker has folded it: one slow replica shows here, and in no other place before readers see it.',
          unit: 's',
          asks: [
            ['histogram_quantile(0.99, sum by (le, instance) (rate(ranker_heartbeat_duration_seconds_bucket[5m])))', '{{instance}} p99'],
          ],
        },
        {
          title: 'Database connections',
          about:
            'By pool and state, every process that keeps one; callers that wait mean that DATABASE_POOL_SIZE is too small or a query too slow.',
          unit: 'short',
          asks: [['sum by (service, instance, pool, state) (database_pool_connections)', '{{service}} {{instance}} {{pool}} {{state}}']],
        },
      ],
    },
  ],
};

const ingest: Board = {
  name: 'ingest-and-log',
  title: 'ingest and log',
  about: 'Intake, the log, the archive, dead letters and connectors.',
  rows: [
    {
      title: 'Intake',
      panels: [
        {
          title: 'Records',
          about: 'By topic and answer.',
          unit: 'ops',
          asks: [[rate('ingest_intake_records_total', ['topic', 'status']), '{{topic}} {{status}}']],
        },
        { title: 'Time to answer', about: 'Until the log has them.', unit: 's', asks: spread('ingest_intake_duration_seconds') },
        {
          title: 'On their way to the log',
          about: 'Refused from 20,000 on.',
          unit: 'short',
          asks: [['ingest_intake_in_flight_records', '{{instance}}']],
        },
        {
          title: 'Appends',
          about: 'From the oldest record of a flush until the log had it.',
          unit: 's',
          asks: [[quantile(0.99, 'ingest_log_append_duration_seconds', ['topic']), '{{topic}} p99']],
        },
        {
          title: 'Appends that failed',
          about: 'Records that the log did not confirm.',
          unit: 'ops',
          asks: [[rate('ingest_log_append_failures_total', ['topic', 'reason']), '{{topic}} {{reason}}']],
          zeroIsGood: true,
        },
      ],
    },
    {
      title: 'Archive',
      panels: [
        {
          title: 'Archived',
          about: 'By outcome; duplicates are normal after retries.',
          unit: 'ops',
          asks: [[rate('ingest_archive_records_total', ['topic', 'outcome']), '{{topic}} {{outcome}}']],
        },
        {
          title: 'Lag',
          about: 'Age of the oldest record that waits.',
          unit: 's',
          asks: [
            ['max by (topic) (ingest_archive_lag_seconds)', 'archive {{topic}}'],
            ['max by (topic) (quality_lag_seconds)', 'quality {{topic}}'],
          ],
          alarmAt: 120,
        },
        {
          title: 'Lag in records',
          about: 'Not archived yet.',
          unit: 'short',
          asks: [['sum by (topic) (ingest_archive_lag_records)', '{{topic}}']],
        },
        {
          title: 'Time of a batch',
          about: 'Letters of its bad records included.',
          unit: 's',
          asks: [[quantile(0.99, 'ingest_archive_batch_duration_seconds', ['topic']), '{{topic}} p99']],
        },
        {
          title: 'Batches that came again',
          about: 'By cause.',
          unit: 'ops',
          asks: [[rate('ingest_archive_batch_retries_total', ['topic', 'code']), '{{topic}} {{code}}']],
          zeroIsGood: true,
        },
        {
          title: 'Last processed',
          about: 'Seconds since the last record of a topic was archived.',
          unit: 's',
          asks: [['time() - max by (topic) (ingest_last_processed_timestamp_seconds)', '{{topic}}']],
        },
      ],
    },
    {
      title: 'Dead letters and connectors',
      panels: [
        {
          title: 'Letters that wait',
          about: 'By topic and code.',
          unit: 'short',
          asks: [['max by (topic, code) (ingest_dead_letters_waiting)', '{{topic}} {{code}}']],
          zeroIsGood: true,
        },
        {
          title: 'Connector runs',
          about: 'By outcome, in the last day.',
          unit: 'short',
          asks: [['sum by (connector, outcome) (increase(ingest_connector_runs_total[1d]))', '{{connector}} {{outcome}}']],
          zeroIsGood: true,
        },
        {
          title: 'Items of connectors',
          about: 'By outcome.',
          unit: 'ops',
          asks: [[rate('ingest_connector_items_total', ['connector', 'outcome']), '{{connector}} {{outcome}}']],
          zeroIsGood: true,
        },
      ],
    },
  ],
};

const ranker: Board = {
  name: 'ranker',
  title: 'ranker and pipeline',
  about: 'The pipeline stage by stage, the fold, snapshots and models.',
  rows: [
    {
      title: 'Rank',
      panels: [
        {
          title: 'Requests',
          about: 'By surface and outcome.',
          unit: 'reqps',
          asks: [[rate('ranker_rank_duration_seconds_count', ['surface', 'outcome']), '{{surface}} {{outcome}}']],
        },
        {
          title: 'Time to answer, p99',
          about: 'By surface.',
          unit: 's',
          asks: [[quantile(0.99, 'ranker_rank_duration_seconds', ['surface']), '{{surface}}']],
        },
        {
          title: 'Refused',
          about: 'By code.',
          unit: 'reqps',
          asks: [[rate('ranker_refused_total', ['code']), '{{code}}']],
          zeroIsGood: true,
        },
        {
          title: 'Stages, p99',
          about: 'Wall time of each component.',
          unit: 's',
          asks: [[`topk(12, ${quantile(0.99, 'ranker_stage_duration_seconds', ['stage', 'component'])})`, '{{stage}} {{component}}']],
          width: 12,
        },
        {
          title: 'Skipped',
          about: 'Components that answers went without, and why.',
          unit: 'ops',
          asks: [[rate('ranker_stages_skipped_total', ['component', 'reason']), '{{component}} {{reason}}']],
          zeroIsGood: true,
          width: 12,
        },
        {
          title: 'Candidates by source',
          about: 'Proposed.',
          unit: 'ops',
          asks: [[rate('ranker_candidates_total', ['source']), '{{source}}']],
        },
        {
          title: 'Dropped by filter',
          about: 'Candidates that were not shown, and why.',
          unit: 'ops',
          asks: [[rate('ranker_candidates_dropped_total', ['filter']), '{{filter}}']],
          zeroIsGood: true,
        },
        {
          title: 'Held',
          about: 'Requests ranked, queued or waiting for a fold.',
          unit: 'short',
          asks: [['ranker_in_flight', '{{instance}}']],
        },
      ],
    },
    {
      title: 'State',
      panels: [
        {
          title: 'Folded',
          about: 'Records by outcome.',
          unit: 'ops',
          asks: [[rate('ranker_records_folded_total', ['topic', 'outcome']), '{{topic}} {{outcome}}']],
        },
        {
          title: 'Lag',
          about: 'Age of the oldest record that waits to be folded.',
          unit: 's',
          asks: [['max by (instance) (ranker_lag_seconds)', '{{instance}}']],
          alarmAt: 30,
        },
        {
          title: 'Knows',
          about: 'Papers, readers, interactions.',
          unit: 'short',
          asks: [
            ['max by (instance) (ranker_state_papers)', 'papers {{instance}}'],
            ['max by (instance) (ranker_state_readers)', 'readers {{instance}}'],
            ['max by (instance) (ranker_state_interactions)', 'interactions {{instance}}'],
          ],
        },
        {
          title: 'Age of the newest snapshot',
          about: 'What a restart would have to fold.',
          unit: 's',
          asks: [['time() - max(ranker_snapshot_timestamp_seconds)', 'age']],
          alarmAt: 1800,
        },
        {
          title: 'Snapshot pauses',
          about: 'How long folding and ranking stood still.',
          unit: 's',
          asks: [['histogram_quantile(0.99, sum by (le) (rate(ranker_snapshot_pause_seconds_bucket[10m])))', 'p99']],
          zeroIsGood: true,
        },
        {
          title: 'Replicas compared',
          about: 'At equal positions, in the last hour.',
          unit: 'short',
          asks: [['sum by (outcome) (increase(replicas_compared_total[1h]))', '{{outcome}}']],
          zeroIsGood: true,
        },
      ],
    },
    {
      title: 'Models',
      panels: [
        {
          title: 'Serving',
          about: 'Versions by arm.',
          unit: 'short',
          asks: [['count by (model, version, arm) (ranker_model_info)', '{{model}} {{version}} {{arm}}']],
          as: 'table',
          width: 12,
        },
        {
          title: 'Not fit',
          about: 'Versions that failed to load.',
          unit: 'short',
          asks: [['sum by (model) (increase(ranker_model_load_failures_total[1h]))', '{{model}}']],
          zeroIsGood: true,
          width: 12,
        },
      ],
    },
  ],
};

const quality: Board = {
  name: 'quality',
  title: 'ranking quality and experiments',
  about: 'What readers make of what they are shown, by surface, source, model and arm; scores and their drift.',
  rows: [
    {
      title: 'Readers',
      panels: [
        {
          title: 'Impressions',
          about: 'Joined with the served record by request.',
          unit: 'ops',
          asks: [[rate('quality_impressions_total', ['surface']), '{{surface}}']],
        },
        {
          title: 'Opens per impression',
          about: 'By surface, in the last half hour.',
          unit: 'percentunit',
          asks: [
            [
              'sum by (surface) (increase(quality_actions_total{action="open"}[30m])) / sum by (surface) (increase(quality_impressions_total[30m]))',
              '{{surface}}',
            ],
          ],
        },
        {
          title: 'Upvotes and saves per impression',
          about: 'By action, in the last half hour.',
          unit: 'percentunit',
          asks: [
            [
              'sum by (action) (increase(quality_actions_total{action=~"upvote|save"}[30m])) / ignoring (action) group_left sum(increase(quality_impressions_total[30m]))',
              '{{action}}',
            ],
          ],
        },
        {
          title: 'Opens per impression, by source',
          about: 'Which source brings what is read.',
          unit: 'percentunit',
          asks: [
            [
              'sum by (source) (increase(quality_actions_total{action="open"}[30m])) / sum by (source) (increase(quality_impressions_total[30m]))',
              '{{source}}',
            ],
          ],
        },
        {
          title: 'Opens per impression, by model and arm',
          about: 'The experiment, live; judge it with `npm run replay -- eval`.',
          unit: 'percentunit',
          asks: [
            [
              'sum by (model, arm) (increase(quality_actions_total{action="open"}[30m])) / sum by (model, arm) (increase(quality_impressions_total[30m]))',
              '{{model}} {{arm}}',
            ],
          ],
        },
        {
          title: 'Not joined',
          about: 'Actions whose request is not known any more.',
          unit: 'ops',
          asks: [[rate('quality_unmatched_total'), 'unmatched']],
          zeroIsGood: true,
        },
      ],
    },
    {
      title: 'Slates',
      panels: [
        {
          title: 'Repeated',
          about: 'Share of shown papers that the reader was shown before.',
          unit: 'percentunit',
          asks: [['sum(rate(ranker_repeated_items_total[5m])) / sum(rate(ranker_shown_items_total[5m]))', 'repeated']],
        },
        {
          title: 'Coverage',
          about: 'Distinct papers shown in the last hour.',
          unit: 'short',
          asks: [['max by (instance) (ranker_shown_papers)', '{{instance}}']],
        },
        {
          title: 'Items in an answer',
          about: 'Median by surface.',
          unit: 'short',
          asks: [[quantile(0.5, 'ranker_answer_items', ['surface']), '{{surface}}']],
        },
      ],
    },
    {
      title: 'Scores',
      panels: [
        {
          title: 'Score of the first item',
          about: 'Median by surface.',
          unit: 'short',
          asks: [[quantile(0.5, 'ranker_top_score', ['surface']), '{{surface}}']],
        },
        {
          title: 'Drift',
          about: 'Population stability index against the reference: 0.1 is little, 0.25 is much.',
          unit: 'short',
          asks: [['max by (model) (ranker_score_drift)', '{{model}}']],
          alarmAt: 0.25,
          zeroIsGood: true,
        },
        {
          title: 'Shadow against live',
          about: 'Distance of scores, row by row.',
          unit: 'short',
          asks: [
            [quantile(0.5, 'ranker_shadow_score_difference'), 'p50'],
            [quantile(0.99, 'ranker_shadow_score_difference'), 'p99'],
          ],
          zeroIsGood: true,
        },
      ],
    },
  ],
};

/** Every dashboard, in the order in which one looks. */
export const boards: readonly Board[] = [overview, gateway, ingest, ranker, quality];
