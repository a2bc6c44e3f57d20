import { personalFeatureNames } from '#ranking';
import { priorWeights } from './personal-prior.js';

describe('the prior weights', () => {
  it('are all of features that the personal model has', () => {
    expect(Object.keys(priorWeights).filter((name) => !personalFeatureNames.includes(name))).toEqual([]);
  });

  it('speak against what a reader hides or passes by, and for everything else', () => {
    const against = Object.keys(priorWeights).filter((name) => priorWeights[name]! < 0);
    expect(against.sort()).toEqual(['exposures', 'hidden_similarity']);
  });
});
