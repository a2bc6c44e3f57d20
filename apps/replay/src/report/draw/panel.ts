import type { Axis, Mark, Scale, Spec } from 'vega';
import { fontOfPlots, SMALL, TEXT, type Layer } from './layers.js';
import { palette } from './palette.js';
import type { AxisRange } from './scale-range.js';
import { textWidth } from './text-width.js';

/** One axis: its stretch and ticks, how ticks are written, and what is measured, in which unit. */
export interface AxisPlan {
  readonly range: AxisRange;
  readonly title: string;
  readonly type?: 'linear' | 'log' | 'sqrt';
  /** The text of a tick. */
  readonly label?: (tick: number) => string;
  readonly grid?: boolean;
  /** Pixels from the axis to its title, for x. */
  readonly titleOffset?: number;
}

export interface PanelPlan {
  readonly name: string;
  /** Place and size in pixels, without labels. */
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly title?: string;
  /** An axis without labels (`hidden`) still places the marks. */
  readonly x: AxisPlan & { readonly hidden?: boolean };
  readonly y: AxisPlan & { readonly hidden?: boolean; readonly reverse?: boolean };
  readonly layers: readonly Layer[];
}

export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly panels: readonly PanelPlan[];
}

const scaleOf = (name: 'x' | 'y', { range, type = 'linear' }: AxisPlan, reverse: boolean): Scale => ({
  name,
  type,
  domain: [range.low, range.high],
  range: name === 'x' ? 'width' : 'height',
  reverse,
  nice: false,
  zero: false,
  ...(type === 'log' ? { base: 2 } : {}),
});

/** Vega's expressions know no functions of ours: the written ticks are handed over as a list beside their values. */
const labelText = ({ range, label = String }: AxisPlan): string => {
  const texts = Object.fromEntries(range.ticks.map((tick) => [String(tick), label(tick)]));
  return `(${JSON.stringify(texts)})[toString(datum.value)]`;
};

const axisOf = (name: 'x' | 'y', plan: AxisPlan): Axis => ({
  scale: name,
  orient: name === 'x' ? 'bottom' : 'left',
  values: [...plan.range.ticks],
  grid: plan.grid ?? name === 'y',
  gridColor: palette.grid,
  domain: name === 'x',
  domainColor: palette.soft,
  ticks: name === 'x',
  tickColor: palette.soft,
  tickSize: 5,
  labelFont: fontOfPlots,
  labelFontSize: SMALL,
  labelColor: palette.soft,
  labelOverlap: false,
  labelBound: false,
  labelFlush: false,
  labelPadding: name === 'x' ? 4 : 7,
  zindex: 0,
  encode: { labels: { update: { text: { signal: labelText(plan) } } } },
});

const words = (text: string, left: number, top: number, bold: boolean, align: 'left' | 'center' | 'right', colour: string): Mark => ({
  type: 'text',
  encode: {
    update: {
      text: { value: text },
      x: { value: left },
      y: { value: top },
      align: { value: align },
      baseline: { value: 'alphabetic' },
      font: { value: fontOfPlots },
      fontSize: { value: bold ? TEXT : SMALL },
      fontWeight: { value: bold ? 700 : 400 },
      fill: { value: colour },
    },
  },
});

/** The title of y stands level above its axis, where it is read without turning the head. */
const titlesOf = ({ title, width, height, x, y }: PanelPlan): Mark[] => {
  const widest = y.hidden ? 0 : Math.max(0, ...y.range.ticks.map((tick) => textWidth((y.label ?? String)(tick), SMALL)));
  const left = y.hidden ? 0 : -widest - 7;
  return [
    ...(title === undefined ? [] : [words(title, left, -34, true, 'left', palette.ink)]),
    ...(y.hidden ? [] : [words(y.title, left, -14, false, 'left', palette.soft)]),
    ...(x.hidden ? [] : [words(x.title, width, height + (x.titleOffset ?? 40), false, 'right', palette.soft)]),
  ];
};

const groupOf = (panel: PanelPlan): Mark => ({
  type: 'group',
  name: panel.name,
  encode: {
    update: { x: { value: panel.left }, y: { value: panel.top }, width: { value: panel.width }, height: { value: panel.height } },
  },
  signals: [
    { name: 'width', value: panel.width },
    { name: 'height', value: panel.height },
  ],
  data: panel.layers.map(({ data }) => ({ ...data, name: `${panel.name}-${data.name}` })),
  scales: [scaleOf('x', panel.x, false), scaleOf('y', panel.y, panel.y.reverse ?? false)],
  axes: [...(panel.y.hidden ? [] : [axisOf('y', panel.y)]), ...(panel.x.hidden ? [] : [axisOf('x', panel.x)])],
  marks: [
    ...panel.layers.map(({ data, mark }) => ({
      ...mark,
      name: `${panel.name}-${mark.name ?? ''}`,
      from: { data: `${panel.name}-${data.name}` },
    })),
    ...titlesOf(panel),
  ],
});

/** The whole picture as a plain vega specification. All layout is in the plan: vega scales, places ticks and draws. */
export const specOf = ({ width, height, panels }: Picture): Spec => ({
  $schema: 'https://vega.github.io/schema/vega/v6.json',
  width,
  height,
  padding: 0,
  autosize: 'none',
  marks: panels.map(groupOf),
});
