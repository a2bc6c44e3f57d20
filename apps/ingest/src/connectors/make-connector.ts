import type { SourceConfig } from '../ingest.config.js';
import { ARXIV_INTERVAL_MS, ArxivConnector } from './arxiv/arxiv.connector.js';
import type { Connector } from './connector.js';
import { HubConnector } from './hub/hub.connector.js';
import { HubJsonConnector } from './hub-json/hub-json.connector.js';
import { SourceHttp } from './http/source-http.js';
import { JsonlConnector } from './jsonl/jsonl.connector.js';

export const connectorNames = ['jsonl', 'hub-json', 'hub', 'arxiv'] as const;
export type ConnectorName = (typeof connectorNames)[number];

/** What to read: a path for files, days and a set for the APIs. */
export type SourceChoice =
  | { readonly connector: 'jsonl' | 'hub-json'; readonly path: string }
  | { readonly connector: 'hub'; readonly url?: string; readonly since: string; readonly until: string }
  | { readonly connector: 'arxiv'; readonly url?: string; readonly since?: string; readonly until?: string; readonly set?: string };

/** `Broadsheet/0.1.0 (+https://...)`: operators of a source can see who asks, and where to complain. */
export const userAgent = (version: string, contactUrl: string): string => `Broadsheet/${version} (+${contactUrl})`;

export const makeConnector = (choice: SourceChoice, config: SourceConfig, version: string): Connector => {
  const agent = userAgent(version, config.CONNECTOR_CONTACT_URL);
  switch (choice.connector) {
    case 'jsonl':
      return new JsonlConnector(choice.path);
    case 'hub-json':
      return new HubJsonConnector(choice.path);
    case 'hub':
      return new HubConnector(new URL(choice.url ?? config.HUB_URL), choice, new SourceHttp({ userAgent: agent }));
    case 'arxiv':
      return new ArxivConnector(
        new URL(choice.url ?? config.ARXIV_OAI_URL),
        choice,
        new SourceHttp({ userAgent: agent, intervalMs: ARXIV_INTERVAL_MS, timeoutMs: 120_000 }),
      );
  }
};
