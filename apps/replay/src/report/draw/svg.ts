import { parse, View, Warn } from 'vega';
import { darkStyle, palette } from './palette.js';
import { specOf, type Picture } from './panel.js';
import { escapeMarkup } from '../page/markup.js';

/** A plot could not be drawn: the data or the plan hold something that vega can not place. A fault of ours. */
export class PlotFault extends Error {}

export interface Drawing {
  /** For a page: takes its colours from the page's style sheet, its names from `title` and `description` elements. */
  readonly inline: string;
  /** For a file of its own: with ground and dark style inside. */
  readonly file: string;
}

/** Draws with vega's string renderer: no browser, no canvas, no script in the result. The same picture gives the same bytes. */
export const drawPicture = async (
  picture: Picture,
  about: { readonly name: string; readonly title: string; readonly description: string },
): Promise<Drawing> => {
  checkFinite(picture);
  const marks = withoutRoles(withoutFrame(roundNumbers(await render(picture))));
  const size = `viewBox="0 0 ${picture.width} ${picture.height}"`;
  const [title, description] = [escapeMarkup(about.title), escapeMarkup(about.description)];
  const open = `<svg xmlns="http://www.w3.org/2000/svg" ${size} role="img" aria-labelledby="${about.name}-title ${about.name}-desc"`;
  const names = `<title id="${about.name}-title">${title}</title><desc id="${about.name}-desc">${description}</desc>`;
  const ground = `<rect class="ground" width="${picture.width}" height="${picture.height}" fill="${palette.ground}"/>`;
  return {
    inline: `${open} class="plot">${names}${marks}</svg>`,
    file: `${open} width="${picture.width}" height="${picture.height}">${names}<style>${darkStyle('svg')}</style>${ground}${marks}</svg>\n`,
  };
};

/** Vega puts what is no number at zero, where it would pass for data. */
const checkFinite = ({ panels }: Picture): void => {
  for (const { name, layers } of panels)
    for (const { data, rows } of layers)
      for (const row of rows)
        for (const [field, value] of Object.entries(row))
          if (typeof value === 'number' && !Number.isFinite(value)) throw new PlotFault(`${name}, ${data.name}: ${field} is ${value}`);
};

const render = async (picture: Picture): Promise<string> => {
  const problems: string[] = [];
  const note = (...words: readonly unknown[]): void => void problems.push(words.map(String).join(' '));
  const view = new View(parse(specOf(picture)), { renderer: 'none', logLevel: Warn });
  view.logger({ level: () => view.logger(), error: note, warn: note, info: () => view.logger(), debug: () => view.logger() } as never);
  try {
    const svg = await view.toSVG();
    if (problems.length > 0) throw new PlotFault(problems[0]);
    return svg;
  } finally {
    view.finalize();
  }
};

/** Logarithms and roots differ in the last bits between machines; a hundredth of a pixel is seen by nobody. */
const roundNumbers = (svg: string): string =>
  svg.replaceAll(/<[^>]+>/g, (tag) =>
    tag.replaceAll(/-?\d+\.\d{3,}(?:e-?\d+)?/g, (number) => String(Number(Number(number).toFixed(2)) + 0)),
  );

/** An image has no parts to a screen reader: what vega says of every group of marks would only be weight. */
const withoutRoles = (svg: string): string => svg.replaceAll(/ role="graphics-[a-z]+"| aria-(?:roledescription|label|hidden)="[^"]*"/g, '');

/** What is inside vega's own svg element. */
const withoutFrame = (svg: string): string => svg.slice(svg.indexOf('>') + 1, svg.lastIndexOf('</svg>'));
