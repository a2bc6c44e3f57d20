import { nearestName } from '#config';

/** What a value of a setting must be, and how that is said. */
export interface SettingRule {
  readonly words: string;
  holds(value: unknown): boolean;
}

const TEN_YEARS_H = 10 * 365 * 24;

const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);

const between = (least: number, most: number, unit = ''): SettingRule => ({
  words: `a number from ${least} to ${most}${unit}`,
  holds: (value) => isNumber(value) && value >= least && value <= most,
});

const whole = (most: number): SettingRule => ({
  words: `a whole number from 0 to ${most}`,
  holds: (value) => isNumber(value) && Number.isInteger(value) && value >= 0 && value <= most,
});

const text: SettingRule = { words: 'a text of 1 to 60 characters', holds: (value) => typeof value === 'string' && /^.{1,60}$/.test(value) };

/** Settings that are no counts. A half-life of 0 would leave nothing of any action, so only that of trending has 0, which means its model. */
const rules: Readonly<Record<string, SettingRule>> = {
  tasteHalfLifeHours: {
    words: `a number above 0 and at most ${TEN_YEARS_H} hours`,
    holds: (value) => isNumber(value) && value > 0 && value <= TEN_YEARS_H,
  },
  trendingHalfLifeHours: between(0, TEN_YEARS_H, ' hours, 0 for the trending model'),
  'spread.topicPenalty': between(0, 100),
  featureSampleRate: between(0, 1),
};

/** Candidates, slots, papers and milliseconds: none of them has more. */
const count = whole(100_000);

/** By its path, such as `spread.window`, and what stands there by default. */
export const ruleOf = (path: string, standard: unknown): SettingRule => rules[path] ?? (typeof standard === 'string' ? text : count);

/** What was meant by a name that is no setting. */
export const nearestSetting = (name: string, settings: readonly string[]): string => {
  const near = nearestName(name, settings);
  return `${near === null ? '' : `did you mean ${near}? `}there are ${settings.join(', ')}`;
};
