import { Deadline } from './deadline.js';

describe('Deadline', () => {
  it('counts from the moment of receipt, so that time in our queue is spent time', () => {
    let now = 130;
    const deadline = Deadline.after(100, () => now, 100);
    expect({ left: deadline.remainingMs(), passed: deadline.passed }).toEqual({ left: 70, passed: false });
    now = 200;
    expect({ left: deadline.remainingMs(), passed: deadline.passed }).toEqual({ left: 0, passed: true });
    now = 900;
    expect(deadline.remainingMs()).toBe(0);
  });
});
