import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expectation, writeFixture } from '../fixtures/row-models.js';
import { MODEL_FILE } from '../manifest/manifest.js';
import { OnnxRowScorer } from '../session/onnx-row-scorer.js';
import { HeldRowScorer } from './held-row-scorer.js';
import { ModelHolder } from './model-holder.js';

const load = (directory: string) => OnnxRowScorer.load(directory, expectation);
const row = Float32Array.of(1, 1, 1);

/** The fixture answers the sum of its weights for a row of ones. */
const one = [1, 2, 3];
const two = [10, 20, 30];

describe('ModelHolder', () => {
  it('lets a good model take over', async () => {
    const holder = await ModelHolder.open(await writeFixture(one), load);
    const first = holder.current();
    const outcome = await holder.tryReplace(await writeFixture(two));
    expect(outcome).toMatchObject({ ok: true, replaced: true });
    expect(holder.current()).not.toBe(first);
    expect(await holder.current().score(row, 1)).toEqual(Float32Array.of(60));
    await expect(first.score(row, 1)).rejects.toMatchObject({ code: 'MODEL_OUTPUT' });
    await holder.close();
  });

  it('keeps serving with the old model when the new one is bad, and says why', async () => {
    const holder = await ModelHolder.open(await writeFixture(one), load);
    const bad = await writeFixture(two);
    await writeFile(join(bad, MODEL_FILE), 'cut off');
    expect(await holder.tryReplace(bad)).toMatchObject({ ok: false, failure: { code: 'MODEL_HASH' } });
    expect(await holder.tryReplace('/nowhere')).toMatchObject({ ok: false, failure: { code: 'MODEL_MANIFEST' } });
    expect(await holder.current().score(row, 1)).toEqual(Float32Array.of(6));
    await holder.close();
  });

  it('does nothing when the very same version is offered again', async () => {
    const directory = await writeFixture(one);
    const holder = await ModelHolder.open(directory, load);
    const first = holder.current();
    expect(await holder.tryReplace(directory)).toEqual({ ok: true, replaced: false, model: first });
    expect(holder.current()).toBe(first);
    await holder.close();
  });

  it('loses no call and mixes no two models while it swaps under load', async () => {
    const holder = await ModelHolder.open(await writeFixture(one), load);
    const scorer = new HeldRowScorer(holder);
    const rows = new Float32Array(20 * 3).fill(1);
    const answers: Promise<Float32Array>[] = [];
    let swapping = true;
    const calls = (async () => {
      while (swapping || answers.length < 50) {
        answers.push(scorer.score(rows, 20));
        await new Promise((resolve) => setImmediate(resolve));
      }
    })();
    for (const weights of [two, one, two, one, two])
      expect(await holder.tryReplace(await writeFixture(weights))).toMatchObject({ ok: true });
    swapping = false;
    await calls;
    for (const scores of await Promise.all(answers)) {
      expect([6, 60]).toContain(scores[0]);
      expect(new Set(scores).size).toBe(1);
    }
    expect(await scorer.score(row, 1)).toEqual(Float32Array.of(60));
    await holder.close();
  });

  it('closes a replaced model only after its last use', async () => {
    const holder = await ModelHolder.open(await writeFixture(one), load);
    let finish = (): void => undefined;
    const waiting = new Promise<void>((resolve) => (finish = resolve));
    const use = holder.use(async (model) => {
      await waiting;
      return model.score(row, 1);
    });
    await holder.tryReplace(await writeFixture(two));
    finish();
    expect(await use).toEqual(Float32Array.of(6));
    await holder.close();
  });

  it('takes the last of several replacements asked for at once', async () => {
    const holder = await ModelHolder.open(await writeFixture(one), load);
    const directories = await Promise.all([two, [5, 5, 5], [7, 7, 7]].map((weights) => writeFixture(weights)));
    await Promise.all(directories.map((directory) => holder.tryReplace(directory)));
    expect(await holder.current().score(row, 1)).toEqual(Float32Array.of(21));
    await holder.close();
  });
});
