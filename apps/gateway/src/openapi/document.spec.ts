import { Validator } from '@seriousme/openapi-schema-validator';
import { openApiDocument } from './document.js';
import { methodsOf } from './route-methods.js';

const document = openApiDocument('1.0.0') as {
  paths: Record<string, Record<string, { operationId: string; parameters: { name: string; schema: object }[] }>>;
};

describe('the OpenAPI document', () => {
  it('is sound OpenAPI 3.1', async () => {
    const result = await new Validator().validate(structuredClone(document));
    expect(result.errors ?? []).toEqual([]);
    expect(result.valid).toBe(true);
  });

  it('names every operation once', () => {
    const ids = Object.values(document.paths).flatMap((path) => Object.values(path).map(({ operationId }) => operationId));
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('resolves every reference', () => {
    const text = JSON.stringify(document);
    const names = [...text.matchAll(/#\/components\/schemas\/([A-Za-z]+)/g)].map(([, name]) => name);
    const known = Object.keys((document as unknown as { components: { schemas: object } }).components.schemas);
    expect(names.filter((name) => !known.includes(name ?? ''))).toEqual([]);
    expect(text).not.toContain('$defs');
  });

  it('shows numbers and flags as what they are', () => {
    const parameters = document.paths['/v1/feeds/trending']?.['get']?.parameters ?? [];
    expect(parameters.find(({ name }) => name === 'limit')?.schema).toEqual({ type: 'integer', minimum: 1, maximum: 100, default: 25 });
    expect(parameters.find(({ name }) => name === 'explain')?.schema).toEqual({ type: 'boolean', default: false });
  });

  it('names the position header wherever one that is not ours is refused, and nowhere else', () => {
    const takes = (path: string, method: string): boolean =>
      (document.paths[path]?.[method]?.parameters ?? []).some(({ name }) => name === 'Broadsheet-Position');
    for (const [path, method] of [
      ['/v1/feeds/for-you', 'get'],
      ['/v1/interactions', 'post'],
      ['/v1/follows/{kind}/{id}', 'put'],
    ] as const)
      expect([path, takes(path, method)]).toEqual([path, true]);
    expect(takes('/v1/papers', 'post')).toBe(false);
    expect(takes('/api/daily_papers', 'get')).toBe(false);
  });
});

describe('methodsOf', () => {
  it.each([
    ['/v1/papers/cs/0112017', ['GET', 'DELETE']],
    ['/v1/papers', ['GET', 'POST']],
    ['/v1/follows/author/Ada', ['PUT', 'DELETE']],
    ['/nowhere', []],
  ])('%s takes %j', (path, methods) => {
    expect(methodsOf(path)).toEqual(methods);
  });
});
