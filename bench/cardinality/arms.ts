import { dataSchemas, eventTypes, topics, type Paper } from '#contracts';
import type { EventLog } from '#event-log';

const SURFACES = ['for-you', 'trending', 'latest', 'similar'] as const;
const ACTIONS = ['impression', 'open', 'upvote', 'save', 'hide'] as const;
const SOURCES = ['trending', 'fresh', 'similar', 'co-read', 'followed', 'exploration'] as const;

/** Answers of many versions of models in many arms, and what readers did with each: a year of promotions and experiments, as the log would have them. */
export const appendArms = async (
  log: EventLog,
  versions: number,
  arms: number,
  papers: readonly Paper['id'][],
  readerRef: string,
): Promise<number> => {
  const now = new Date().toISOString();
  const event = (id: string, type: string, dataschema: string, data: object) => ({
    key: readerRef,
    value: JSON.stringify({
      specversion: '1.0',
      id,
      source: 'urn:broadsheet:bench',
      type,
      time: now,
      recordedtime: now,
      datacontenttype: 'application/json',
      dataschema,
      data,
    }),
  });
  let number = 0;
  for (let version = 0; version < versions; version += 1)
    for (let arm = 0; arm < arms; arm += 1) {
      const answers = SURFACES.map((surface) => ({ surface, requestId: `arms-${version}-${arm}-${surface}` }));
      await log.append(
        topics.feedServed.name,
        answers.map(({ surface, requestId }) =>
          event(`served-${requestId}`, eventTypes.feedServed, dataSchemas.feedServed, {
            requestId,
            surface,
            readerRef,
            model: { name: 'personal', version: `2026${String(version).padStart(4, '0')}-abcdef0` },
            arm: `arm-${arm}`,
            configHash: '0123456789abcdef',
            asOf: now,
            positions: {},
            seed: 1,
            query: {},
            degraded: [],
            slots: SOURCES.map((source, index) => ({ paperId: papers[index], score: 1, propensity: 1, source, reasons: [] })),
          }),
        ),
      );
      await log.append(
        topics.interactions.name,
        answers.flatMap(({ requestId }) =>
          SOURCES.flatMap((_, index) =>
            ACTIONS.map((action) =>
              event(`${requestId}-${(number += 1)}`, eventTypes.interaction, dataSchemas.interaction, {
                action,
                target: { kind: 'paper', id: papers[index] },
                readerRef,
                trust: 'server',
                requestId,
                ...(action === 'upvote' || action === 'save' || action === 'hide' ? { on: true } : {}),
              }),
            ),
          ),
        ),
      );
    }
  return number;
};
