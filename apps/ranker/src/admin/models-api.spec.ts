import type { ModelAssignment, ReplicaModels } from '#persistence';
import type { AdminReply, AdminRequest } from '#telemetry';
import { ModelsApi } from './models-api.js';

const GOOD = '20251101-abcdef0';
const TORN = '20251101-0000000';
const keys: Readonly<Record<string, readonly string[]>> = {
  bsk_operator_1: ['models'],
  bsk_admin_0001: ['admin'],
  bsk_publisher: ['publish'],
};

const setUp = (away = false) => {
  const world = { assigned: [] as ModelAssignment[], looked: [] as string[], checks: 0 };
  const replica: ReplicaModels = {
    replica: 'r0',
    heartbeatS: 10,
    revision: 1,
    adopted: true,
    serving: [{ model: 'personal', version: GOOD, part: 'live' }],
    problems: [],
    silentS: 0,
  };
  const api = new ModelsApi({
    stores: async () => {
      if (away) throw new Error('connect ECONNREFUSED postgres://user:secret@db');
      return {
        registry: {
          list: async () => world.assigned,
          assign: async (assignment) => world.assigned.push(assignment),
          liveBefore: async () => null,
          revision: async () => world.assigned.length,
        },
        replicas: { list: async () => [replica] },
        keys: {
          find: async (key) => {
            world.looked.push(key);
            const scopes = keys[key];
            return scopes === undefined ? null : { name: key, scopes };
          },
        },
      };
    },
    check: async (_, version) => {
      world.checks += 1;
      if (version === TORN) throw new Error('golden vector 0 is off');
    },
    logger: { info: () => undefined, error: () => undefined },
  });
  const ask = (request: Partial<AdminRequest>): Promise<AdminReply> =>
    api.answer({
      method: 'POST',
      path: 'personal/promote',
      authorization: 'Bearer bsk_operator_1',
      contentType: 'application/json',
      body: JSON.stringify({ version: GOOD }),
      ...request,
    });
  return { world, ask };
};
const codeOf = ({ status, body }: AdminReply): string => `${status} ${(body as { code?: string }).code ?? ''}`;

describe('ModelsApi', () => {
  it.each([
    ['401 AUTHENTICATION_REQUIRED', {}, undefined],
    ['401 API_KEY_INVALID', {}, 'Bearer bsk_nobody_knows'],
    ['401 API_KEY_INVALID', {}, 'Bearer not-a-key'],
    ['401 API_KEY_INVALID', {}, 'Basic bsk_operator_1'],
    ['403 SCOPE_MISSING', {}, 'Bearer bsk_publisher'],
    ['401 AUTHENTICATION_REQUIRED', { method: 'GET', path: '', body: '' }, undefined],
    ['401 AUTHENTICATION_REQUIRED', { path: 'nowhere' }, undefined],
  ])('%s: nobody but an operator is told or obeyed', async (expected, request, authorization) => {
    const { world, ask } = setUp();
    const reply = await ask({ ...request, authorization });
    expect(codeOf(reply)).toBe(expected);
    expect(reply.type).toBe('application/problem+json');
    expect(world).toMatchObject({ assigned: [], checks: 0 });
    expect(world.looked).not.toContain('not-a-key');
  });

  it.each(['bsk_operator_1', 'bsk_admin_0001'])('obeys %s, and says how the replicas did when it is to wait', async (key) => {
    const { world, ask } = setUp();
    expect(await ask({ authorization: `Bearer ${key}`, body: JSON.stringify({ version: GOOD, waitS: 1 }) })).toMatchObject({
      status: 200,
      body: { revision: 1, assigned: [{ name: 'personal', version: GOOD, role: 'live' }], takeover: { end: 'taken' } },
    });
    expect(world.assigned).toHaveLength(1);
  });

  it('tells the registry and what each replica serves', async () => {
    const { ask } = setUp();
    expect(await ask({ method: 'GET', path: '', body: '' })).toMatchObject({
      status: 200,
      body: { revision: 0, models: [], replicas: [{ replica: 'r0', silent: false, serving: [{ version: GOOD }] }] },
    });
  });

  it.each([
    ['404 ROUTE_UNKNOWN', { path: 'personal/delete' }],
    ['404 ROUTE_UNKNOWN', { path: 'encoder/promote' }],
    ['404 ROUTE_UNKNOWN', { path: 'personal/promote/now' }],
    ['404 ROUTE_UNKNOWN', { path: 'personal/toString' }],
    ['405 METHOD_NOT_ALLOWED', { method: 'GET' }],
    ['405 METHOD_NOT_ALLOWED', { method: 'DELETE', path: '' }],
    ['413 BODY_TOO_LARGE', { body: null }],
    ['415 MEDIA_TYPE_UNSUPPORTED', { contentType: 'text/plain' }],
    ['422 BODY_INVALID', { body: '{' }],
    ['422 BODY_INVALID', { body: '' }],
    ['422 BODY_INVALID', { body: JSON.stringify({ version: '../../etc' }) }],
    ['422 BODY_INVALID', { body: JSON.stringify({ version: GOOD, share: 1 }) }],
    ['422 BODY_INVALID', { path: 'personal/arm', body: JSON.stringify({ version: GOOD, arm: 'Bold', share: 0.5 }) }],
    ['422 BODY_INVALID', { path: 'personal/arm', body: JSON.stringify({ version: GOOD, arm: 'bold', share: 1.5 }) }],
    ['422 BODY_INVALID', { body: JSON.stringify({ version: GOOD, waitS: 600 }) }],
    ['409 MODEL_CHANGE_CONFLICT', { path: 'personal/rollback', body: '' }],
    ['409 MODEL_CHANGE_CONFLICT', { path: 'personal/retire' }],
    ['422 MODEL_UNFIT', { body: JSON.stringify({ version: TORN }) }],
  ])('%s: %j', async (expected, request) => {
    const { world, ask } = setUp();
    expect(codeOf(await ask(request))).toBe(expected);
    expect(world.assigned).toEqual([]);
  });

  it('names field, rule and value of what is wrong, and the reason of a refused version', async () => {
    const { ask } = setUp();
    const wrong = await ask({ body: JSON.stringify({ version: 'newest' }) });
    expect(wrong.body).toMatchObject({ errors: [{ field: 'version', rule: 'must be YYYYMMDD-<7 hex>', value: '"newest"' }] });
    expect((await ask({ body: JSON.stringify({ version: TORN }) })).body).toMatchObject({
      detail: expect.stringContaining('golden vector 0 is off') as unknown,
    });
  });

  it('says when the database is away, and not where it is', async () => {
    const reply = await setUp(true).ask({});
    expect(codeOf(reply)).toBe('503 REGISTRY_UNAVAILABLE');
    expect(JSON.stringify(reply.body)).not.toContain('secret');
  });

  it.each(['shadow', 'arm', 'retire'])('gives and takes the part of %s', async (verb) => {
    const { world, ask } = setUp();
    if (verb === 'retire') world.assigned.push({ name: 'personal', version: GOOD, role: 'shadow' });
    const more = verb === 'arm' ? { arm: 'bold', share: 0.1 } : {};
    expect((await ask({ path: `personal/${verb}`, body: JSON.stringify({ version: GOOD, ...more }) })).status).toBe(200);
    expect(world.assigned.at(-1)).toEqual({ name: 'personal', version: GOOD, role: verb === 'retire' ? 'retired' : verb, ...more });
  });
});
