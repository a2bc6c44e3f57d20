import { ModelRegistry } from '#persistence';
import { migratedDatabase } from '../../../../test/support/migrated-database.js';
import { parseModels } from '../cli/models-command.js';
import { changeLines, registryLines } from '../cli/model-lines.js';
import { changeModels } from './change-models.js';

describe('changing models', () => {
  it('gives versions their parts, knows what was live before, and changes nothing when a version is not fit', async () => {
    await using db = await migratedDatabase();
    const registry = new ModelRegistry(db.dataSource);
    const check = async (_: string, version: string): Promise<void> => {
      if (version === 'torn') throw new Error('model.onnx has another hash');
    };
    const revisions: number[] = [];
    const run = async (text: string): Promise<readonly string[]> => {
      const { command } = parseModels(text.split(' '));
      if (command.verb === 'list') return registryLines(await registry.list(), []);
      const change = await changeModels(command, { registry, check });
      revisions.push(change.revision);
      return changeLines(command, change);
    };
    const live = async (): Promise<string | undefined> => (await registry.active()).find(({ role }) => role === 'live')?.version;

    expect(await registry.revision()).toBe(0);
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
    expect([...new Set(revisions)].sort((a, b) => a - b)).toEqual(revisions);
    expect(await registry.revision()).toBe(revisions.at(-1));
  });
});
