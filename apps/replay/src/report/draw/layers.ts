import type { Data, EncodeEntry, Mark } from 'vega';
import { palette } from './palette.js';

/** Rows and the mark that draws them. Fields named `x` and `y` go through the scales of the panel that the layer is put in. */
export interface Layer {
  readonly data: Data;
  readonly rows: readonly Row[];
  readonly mark: Mark;
}

export type Row = Readonly<Record<string, number | string | null>>;

export const fontOfPlots = "Helvetica, Arial, 'Liberation Sans', sans-serif";
/** Smallest letters of a plot, in pixels. */
export const SMALL = 12;
export const TEXT = 13;

const x = (field = 'x') => ({ scale: 'x', field });
const y = (field = 'y') => ({ scale: 'y', field });

const layer = (
  name: string,
  rows: readonly Row[],
  type: 'line' | 'area' | 'rule' | 'rect' | 'symbol' | 'text',
  update: EncodeEntry,
): Layer => ({
  data: { name, values: [...rows] },
  rows,
  mark: { type, name: `${name}-marks`, from: { data: name }, encode: { update } },
});

export interface LineLook {
  readonly colour: string;
  readonly dash?: readonly number[];
  readonly width?: number;
  readonly interpolate?: 'linear' | 'monotone' | 'step-after';
}

const stroke = ({ colour, dash = [], width = 2 }: LineLook): EncodeEntry => ({
  stroke: { value: colour },
  strokeWidth: { value: width },
  ...(dash.length > 0 ? { strokeDash: { value: [...dash] } } : {}),
});

/** A line through `x, y` in the order of the rows; a row whose `y` is null breaks it. */
export const lineLayer = (name: string, rows: readonly Row[], look: LineLook): Layer =>
  layer(
    name,
    rows.map((row) => ({ ...row, holds: row['y'] === null ? 0 : 1 })),
    'line',
    {
      x: x(),
      y: y(),
      defined: { signal: 'datum.holds === 1' },
      interpolate: { value: look.interpolate ?? 'linear' },
      strokeJoin: { value: 'round' },
      strokeCap: { value: look.dash?.length ? 'butt' : 'round' },
      ...stroke(look),
    },
  );

/** A filled band between `low` and `high` along `x`. */
export const bandLayer = (
  name: string,
  rows: readonly Row[],
  colour: string,
  opacity = 0.18,
  interpolate: 'linear' | 'step-after' = 'linear',
): Layer =>
  layer(name, rows, 'area', {
    x: x(),
    y: y('low'),
    y2: y('high'),
    interpolate: { value: interpolate },
    fill: { value: colour },
    fillOpacity: { value: opacity },
  });

/** Upright lines from `low` to `high` at `x`: intervals. */
export const whiskerLayer = (name: string, rows: readonly Row[], colour: string, width = 1.5): Layer =>
  layer(name, rows, 'rule', { x: x(), y: y('low'), y2: y('high'), stroke: { value: colour }, strokeWidth: { value: width } });

/** Level lines from `low` to `high` at `y`: intervals of rows, with an optional `shift` in pixels downwards. */
export const levelLayer = (name: string, rows: readonly Row[], look: LineLook): Layer =>
  layer(name, rows, 'rule', { x: x('low'), x2: x('high'), y: { ...y(), offset: { field: 'shift' } }, ...stroke(look) });

export interface PointLook {
  readonly shape: string;
  readonly colour: string;
  readonly fill: string;
  /** Area in square pixels. */
  readonly size?: number;
}

const pointInk = ({ shape, colour, fill, size = 50 }: PointLook): EncodeEntry => ({
  shape: { value: shape },
  size: { value: size },
  fill: { value: fill },
  stroke: { value: colour },
  strokeWidth: { value: 1.6 },
});

/** Points at `x, y`, each moved down by its `shift` in pixels where it has one. */
export const pointLayer = (name: string, rows: readonly Row[], look: PointLook): Layer =>
  layer(
    name,
    rows.map((row) => ({ shift: 0, ...row })),
    'symbol',
    { x: x(), y: { ...y(), offset: { field: 'shift' } }, ...pointInk(look) },
  );

/** Upright bars from 0 to `y`, `width` pixels broad, middle on `x`. */
export const barLayer = (name: string, rows: readonly Row[], colour: string, width: number): Layer =>
  layer(name, rows, 'rect', {
    xc: x(),
    width: { value: width },
    y: y(),
    y2: { scale: 'y', value: 0 },
    fill: { value: colour },
  });

/** Level bars from 0 to `x`, `height` pixels high, middle on `y`. */
export const levelBarLayer = (name: string, rows: readonly Row[], colour: string, height: number): Layer =>
  layer(name, rows, 'rect', { x: { scale: 'x', value: 0 }, x2: x(), yc: y(), height: { value: height }, fill: { value: colour } });

export interface WordLook {
  readonly colour?: string;
  readonly size?: number;
  readonly align?: 'left' | 'center' | 'right';
  readonly bold?: boolean;
}

const letters = ({ colour = palette.ink, size = SMALL, align = 'left', bold = false }: WordLook): EncodeEntry => ({
  text: { field: 'text' },
  fill: { value: colour },
  font: { value: fontOfPlots },
  fontSize: { value: size },
  fontWeight: { value: bold ? 700 : 400 },
  align: { value: align },
  baseline: { value: 'middle' },
});

/** Words at pixel places `left, top` of the panel: what was laid out by hand. */
export const wordLayer = (name: string, rows: readonly Row[], look: WordLook = {}): Layer =>
  layer(name, rows, 'text', { x: { field: 'left' }, y: { field: 'top' }, ...letters(look) });

/** Straight lines between pixel places `left, top` and `right, bottom` of the panel: leaders and keys. */
export const strokeLayer = (name: string, rows: readonly Row[], look: LineLook): Layer =>
  layer(name, rows, 'rule', {
    x: { field: 'left' },
    y: { field: 'top' },
    x2: { field: 'right' },
    y2: { field: 'bottom' },
    ...stroke(look),
  });

/** Points at pixel places: of keys. */
export const placedPointLayer = (name: string, rows: readonly Row[], look: PointLook): Layer =>
  layer(name, rows, 'symbol', { x: { field: 'left' }, y: { field: 'top' }, ...pointInk(look) });
