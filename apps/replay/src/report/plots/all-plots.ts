import { aAgainstBPlot } from './a-against-b.js';
import { accrualPlot } from './accrual.js';
import { calibrationPlot } from './calibration.js';
import { clickRatePlot } from './click-rate.js';
import { coveragePlot } from './coverage.js';
import { latenessPlot } from './lateness.js';
import { moversPlot } from './movers.js';
import { ndcgOverTimePlot } from './ndcg-over-time.js';
import type { PlotMaker } from './plot.js';
import { scoresPlot } from './scores.js';
import { slicesPlot } from './slices.js';
import { trafficPlot } from './traffic.js';
import { trendingPlot } from './trending.js';

export interface Chapter {
  readonly title: string;
  readonly plots: readonly PlotMaker[];
}

/** Every plot of the report, in the order it is read: which side is better, why, what that does to papers, and what the stream was like. */
export const chapters: readonly Chapter[] = [
  { title: 'Which side is better', plots: [aAgainstBPlot, ndcgOverTimePlot, slicesPlot] },
  { title: 'What changes for papers', plots: [moversPlot, coveragePlot] },
  { title: 'What the scores say', plots: [calibrationPlot, scoresPlot] },
  { title: 'What readers did', plots: [trendingPlot, accrualPlot, clickRatePlot] },
  { title: 'What the log was like', plots: [trafficPlot, latenessPlot] },
];
