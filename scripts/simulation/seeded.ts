/** Numbers in [0, 1) that are the same for the same seed (mulberry32). Good enough to play people, not for anything secret. */
export type Dice = () => number;

export const dice = (seed: number): Dice => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
};

/** One of `choices`, each as likely as its weight says; undefined when there is none. */
export const pick = <T>(choices: readonly { readonly value: T; readonly weight: number }[], roll: Dice): T | undefined => {
  const total = choices.reduce((sum, { weight }) => sum + weight, 0);
  let left = roll() * total;
  for (const { value, weight } of choices) {
    left -= weight;
    if (left < 0) return value;
  }
  return choices.at(-1)?.value;
};
