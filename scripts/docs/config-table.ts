import type { z } from 'zod';
import { describeConfig, type SettingRow } from '#config';
import { gatewayConfigSchema } from '../../apps/gateway/src/gateway.config.js';
import { ingestConfigSchema } from '../../apps/ingest/src/ingest.config.js';
import { rankerConfigSchema } from '../../apps/ranker/src/ranker.config.js';
import { digestConfigSchema } from '../../apps/digest/src/digest.config.js';
import { replayConfigSchema } from '../../apps/replay/src/replay.config.js';
import { retrainConfigSchema } from '../../apps/retrain/src/retrain.config.js';

const schemas: readonly (readonly [app: string, schema: z.ZodType])[] = [
  ['gateway', gatewayConfigSchema],
  ['ingest', ingestConfigSchema],
  ['ranker', rankerConfigSchema],
  ['replay', replayConfigSchema],
  ['retrain', retrainConfigSchema],
  ['digest', digestConfigSchema],
];

interface Use {
  readonly app: string;
  readonly row: SettingRow;
}

const defaultOf = ({ default: value, required }: SettingRow): string => (value !== null ? `\`${value}\`` : required ? '**required**' : '');

/** One text when all uses agree, else each with its apps. */
const agreed = (uses: readonly Use[], textOf: (row: SettingRow) => string): string => {
  const byText = new Map<string, string[]>();
  for (const { app, row } of uses) byText.set(textOf(row), [...(byText.get(textOf(row)) ?? []), app]);
  const [only, ...others] = byText;
  if (only !== undefined && others.length === 0) return only[0];
  return [...byText].map(([text, apps]) => `${text === '' ? 'none' : text} (${apps.join(', ')})`).join('; ');
};

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

const line = (name: string, uses: readonly Use[]): string => {
  const who = uses.length === schemas.length ? 'all' : uses.map(({ app }) => app).join(', ');
  const cells = [`\`${name}\``, who, agreed(uses, ({ type }) => type), agreed(uses, defaultOf), agreed(uses, ({ meaning }) => meaning)];
  return `| ${cells.map(cell).join(' | ')} |`;
};

/** Every setting of every process as Markdown, settings of all of them first. Made from the schemas, so it can not be wrong about them. */
export const configTable = (): string => {
  const uses = new Map<string, Use[]>();
  for (const [app, schema] of schemas)
    for (const row of describeConfig(schema)) uses.set(row.name, [...(uses.get(row.name) ?? []), { app, row }]);
  const ordered = [...uses].sort(([, a], [, b]) => b.length - a.length);
  const head = ['| variable | read by | type | default | meaning |', '| --- | --- | --- | --- | --- |'];
  return [...head, ...ordered.map(([name, usesOfName]) => line(name, usesOfName))].join('\n');
};

const BEGIN = '<!-- configuration: made by `npm run docs:config` from the schemas; do not edit -->';
const END = '<!-- end of configuration -->';

/** `readme` with the table between its markers made anew. */
export const withConfigTable = (readme: string): string => {
  const [begin, end] = [readme.indexOf(BEGIN), readme.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`README.md has lost its markers ${BEGIN} and ${END}`);
  return `${readme.slice(0, begin + BEGIN.length)}\n\n${configTable()}\n\n${readme.slice(end)}`;
};
