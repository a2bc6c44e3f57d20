import { activitySlices } from './slices.js';

describe('activitySlices', () => {
  it('puts each case where its activity belongs', () => {
    expect(activitySlices([0, 1, 4, 5, 60, 2], [1, 2, 5, 50])).toEqual([
      { label: '1', cases: [1] },
      { label: '2 to 4', cases: [2, 5] },
      { label: '5 to 49', cases: [3] },
      { label: '50 or more', cases: [4] },
    ]);
  });

  it('leaves out what has no case', () => {
    expect(activitySlices([7], [1, 5, 50]).map(({ label }) => label)).toEqual(['5 to 49']);
  });
});
