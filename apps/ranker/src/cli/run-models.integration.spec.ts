import { ModelRegistry } from '#persistence';
import { migratedDatabase } from '../../../../test/support/migrated-database.js';
import { type ModelsCommand, parseModels } from './models-command.js';
import { runModels } from './run-models.js';

describe('models', () => {
  it('gives versions their parts, knows what was live before, and changes nothing when a version is not fit', async () => {
    await using db = await migratedDatabase();
    const registry = new ModelRegistry(db.dataSource);
    const check = async (_: string, version: string): Promise<void> => {
      if (version === 'torn') throw new Error('model.onnx has another hash');
    };
    const run = (text: string): Promise<readonly string[]> =>
      runModels(parseModels(text.split(' ')) satisfies ModelsCommand, { registry, check });
    const live = async (): Promise<string | undefined> => (await registry.active()).find(({ role }) => role === 'live')?.version;

    expect(await run('list')).toEqual([expect.stringContaining('the newest of each model')]);
    await expect(run('rollback personal')).rejects.toThrow('nothing is known');
    await run('promote personal a');
    await expect(run('rollback personal')).rejects.toThrow('nothing is known');
    await run('promote personal b');
    await run('promote trending x');
    await expect(run('promote personal torn')).rejects.toThrow('personal@torn is not fit to serve: model.onnx has another hash');
    expect(await live()).toBe('b');

    expect(await run('rollback personal')).toEqual(['personal a is live again']);
    expect(await live()).toBe('a');
    expect(await run('rollback personal')).toEqual(['personal b is live again']);

    await run('shadow personal c');
    expect(await run('shadow personal d')).toEqual(['personal c is retired', expect.stringContaining('shadow')]);
    await run('arm personal c --arm bold --share 0.1');
    await expect(run('retire personal b')).rejects.toThrow('is live');
    await expect(run('retire personal z')).rejects.toThrow('has no part');
    await run('retire personal d');
    expect(await run('list')).toEqual([
      'personal  a  retired',
      'personal  b  live',
      'personal  c  arm bold, 10 % of readers',
      'personal  d  retired',
      'trending  x  live',
    ]);
  });
});
