import { z } from 'zod';
import {
  adminBlock,
  brokerBlock,
  brokerRule,
  databaseBlock,
  integer,
  list,
  loggingBlock,
  milliseconds,
  port,
  seconds,
  tracesBlock,
} from '#config';

const connectorPattern = /^(hub|arxiv(:[A-Za-z0-9:._-]+)?)$/;

const httpUrl = z.url({ protocol: /^https?$/, error: 'must be an http or https URL' });

const sourceBlock = {
  HUB_URL: httpUrl.default('https://huggingface.co').describe('Base URL of the Hub API.'),
  ARXIV_OAI_URL: httpUrl.default('https://oaipmh.arxiv.org/oai').describe('OAI-PMH end point of arXiv.'),
  CONNECTOR_CONTACT_URL: httpUrl
    .default('https://github.com/broadsheet/broadsheet')
    .describe('Where operators of a source can complain; sent in the User-Agent.'),
};

/** What reading a source takes: all that a dry run needs. */
export const sourceConfigSchema = z.object(sourceBlock);
export type SourceConfig = z.output<typeof sourceConfigSchema>;

/** Every setting of the ingest service. Read once, in `main.ts`. */
export const ingestConfigSchema = z
  .object({
    ...loggingBlock,
    ...adminBlock(9010),
    ...databaseBlock,
    ...brokerBlock,
    ...tracesBlock,
    ...sourceBlock,
    RPC_PORT: port.default(7010).describe('Port of the intake that the gateway calls (Nest TCP).'),
    REPLICA_ID: z
      .string()
      .regex(/^[A-Za-z0-9._-]{1,60}$/, 'must be 1 to 60 of A-Z a-z 0-9 . _ -')
      .default('ingest-1')
      .describe('Name of this process among its replicas.'),
    INTAKE_IN_FLIGHT_RECORDS: integer(1, 1_000_000)
      .default(20_000)
      .describe('Most records on their way to the log; more are refused with INTAKE_BUSY.'),
    INTAKE_RECENT_IDS: integer(1_000, 20_000_000)
      .default(1_000_000)
      .describe('Event ids remembered to answer retries with "duplicate" before they reach the log.'),
    INTAKE_RECENT_IDS_S: seconds(1, 604_800).default(86_400).describe('Longest time that an event id is remembered.'),
    ARCHIVE_SESSION_MS: milliseconds(1_000, 300_000)
      .default(10_000)
      .describe('Silence after which the archive partitions of this process go to another; a broker takes 6000 or more by default.'),
    CONNECTORS: list.default([]).describe('Sources that are read on a schedule: hub, arxiv or arxiv:SET, separated by commas.'),
    CONNECTOR_INTERVAL_S: seconds(60, 604_800).default(3_600).describe('Time between two scheduled runs.'),
    CONNECTOR_LOOKBACK_DAYS: integer(1, 3_650).default(7).describe('Days that the first scheduled run of a source goes back.'),
  })
  .superRefine(brokerRule)
  .superRefine((config, context) => {
    for (const connector of config.CONNECTORS) {
      if (!connectorPattern.test(connector))
        context.addIssue({ code: 'custom', path: ['CONNECTORS'], message: 'must name hub, arxiv or arxiv:SET' });
    }
  });

export type IngestConfig = z.output<typeof ingestConfigSchema>;
