import { lineLayer, pointLayer } from './layers.js';
import type { Picture } from './panel.js';
import { drawPicture, PlotFault } from './svg.js';

const picture = (rows: readonly { x: number; y: number }[]): Picture => ({
  width: 300,
  height: 200,
  panels: [
    {
      name: 'only',
      left: 40,
      top: 40,
      width: 240,
      height: 120,
      x: { range: { low: 0, high: 3, ticks: [0, 1, 2, 3] }, title: 'hours', label: (tick) => `${tick} h` },
      y: { range: { low: 0, high: 1, ticks: [0, 1] }, title: 'share' },
      layers: [
        lineLayer('line', rows, { colour: '#111111' }),
        pointLayer('points', rows, { shape: 'circle', colour: '#111111', fill: '#ffffff' }),
      ],
    },
  ],
});
const about = { name: 'shares', title: 'Shares & "more"', description: 'of <all>' };
const rows = [
  { x: 0, y: 1 / 3 },
  { x: 3, y: 1 },
];

describe('drawPicture', () => {
  it('draws marks, labelled axes, a title and a description, without a script', async () => {
    const { inline, file } = await drawPicture(picture(rows), about);
    for (const text of ['0 h', '3 h', 'hours', 'share']) expect(inline).toContain(`>${text}</text>`);
    expect(inline).toContain('<title id="shares-title">Shares &amp; &quot;more&quot;</title><desc id="shares-desc">of &lt;all&gt;</desc>');
    expect(inline.match(/mark-symbol[\s\S]*?<path/g)).not.toBeNull();
    expect(file).toContain('prefers-color-scheme:dark');
    expect(`${inline}${file}`).not.toMatch(/<script|onload|url\(|href/);
  });

  it('gives the same bytes again, with coordinates of two digits at most', async () => {
    const [first, second] = [await drawPicture(picture(rows), about), await drawPicture(picture(rows), about)];
    expect(second).toEqual(first);
    expect(first.inline).not.toMatch(/\d\.\d{3}/);
  });

  it('raises a fault rather than draw a mark nowhere', async () => {
    await expect(
      drawPicture(
        picture([
          { x: 0, y: NaN },
          { x: 1, y: 1 },
        ]),
        about,
      ),
    ).rejects.toThrow(PlotFault);
  });
});
