import type { Manifest } from '../../files/manifest.js';
import type { StreamSummary } from '../../files/run-files.js';
import type { Cell, Table } from '../plots/plot.js';
import { count } from '../numbers.js';
import { dataTable } from './data-table.js';
import { escapeMarkup } from './markup.js';

/** What the figures rest on and how to make them again. */
export const provenance = (manifest: Manifest, stream: StreamSummary | null): string =>
  [manifestTables(manifest), stream === null ? '' : streamTable(stream)].join('\n');

const manifestTables = (manifest: Manifest): string => {
  const { range, source, seed, latePolicy, runtime, counts } = manifest;
  const facts: [string, string][] = [
    ['Source', source.kind],
    ['Stretch', `${range.first ?? 'nothing'} to ${range.last ?? 'nothing'}`],
    ...Object.entries(counts).map(([what, value]): [string, string] => [`Count: ${what}`, count(value)]),
    ['Seed', String(seed)],
    ['Late interactions', latePolicy],
    [
      'Options',
      Object.entries(manifest.options)
        .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
        .join(' '),
    ],
    ...Object.entries(runtime).map(([what, version]): [string, string] => [what, version]),
  ];
  const hashes: [string, string][] = [
    ['Stream', manifest.streamHash],
    ['State after the last record', manifest.stateHash],
    ['Code', manifest.codeHash],
    ...(['a', 'b'] as const).flatMap((side) =>
      Object.entries(manifest[side]?.models ?? {}).map(([name, { version, sha256 }]): [string, string] => [
        `Side ${side}: ${name} ${version}`,
        sha256,
      ]),
    ),
  ];
  return `${pairsTable('The run', facts, false)}\n${pairsTable('SHA-256', hashes, true)}
<p class="note">The same run again: <code>npm run replay -- run --manifest manifest.json --out DIR</code></p>`;
};

const pairsTable = (caption: string, pairs: readonly (readonly [string, string])[], hash: boolean): string =>
  `<table><caption>${caption}</caption><tbody>\n${pairs
    .map(
      ([name, value]) => `<tr><th scope="row">${escapeMarkup(name)}</th><td${hash ? ' class="hash"' : ''}>${escapeMarkup(value)}</td></tr>`,
    )
    .join('\n')}\n</tbody></table>`;

const streamTable = ({ records }: StreamSummary): string => {
  const rows = Object.entries(records).flatMap(([topic, outcomes]) =>
    Object.entries(outcomes).map(([outcome, records]): Cell[] => [topic, outcome, records]),
  );
  const table: Table = {
    columns: [
      { name: 'topic', heading: 'Topic' },
      { name: 'outcome', heading: 'What became of them' },
      { name: 'records', heading: 'Records' },
    ],
    rows,
  };
  return dataTable(table, 'Records read');
};
