import { createHmac } from 'node:crypto';
import { connect } from 'node:net';
import { problemCatalogue } from '../../apps/gateway/src/errors/catalogue.js';
import { batchAnswerSchema, problemSchema, singleAnswerSchema, stateAnswerSchema } from '../../apps/gateway/src/openapi/answers.js';
import { adminKey, AUDIENCE, clientKey, GatewayUnderTest, ISSUER, otherKey, paper, publisherKey, SECRET } from './gateway-under-test.js';

const known = '2510.00001';
const upvote = (more: object = {}) => ({ action: 'upvote', target: { kind: 'paper', id: known }, on: true, ...more });
const impression = (id: string) => ({ id, action: 'impression', target: { kind: 'paper', id: known } });
const base64 = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const claims = { sub: 'alice', iss: ISSUER, aud: AUDIENCE, exp: 4_102_444_800 };
const signed = (header: object, payload: object, key = SECRET): string => {
  const text = `${base64(header)}.${base64(payload)}`;
  return `${text}.${createHmac('sha256', key).update(text).digest('base64url')}`;
};

describe('bad input', () => {
  let under: GatewayUnderTest;
  let token: string;
  beforeAll(async () => {
    under = await GatewayUnderTest.start({ papers: [paper(known, { aliases: ['bs-known'] }), paper('2510.00002')] });
    token = await under.token();
  });
  afterAll(async () => under[Symbol.asyncDispose]());
  afterEach(async () => {
    // Whatever was sent, the process goes on serving.
    expect((await under.get('/v1/feeds/trending')).status).toBe(200);
  });

  const post = (json: unknown, as = token) => under.call('POST', '/v1/interactions', { json, as });

  it.each([
    { what: 'broken JSON', body: '{"action":', status: 400, code: 'BODY_NOT_JSON', field: 'body' },
    { what: 'no body', body: undefined, status: 400, code: 'BODY_MISSING', field: 'body' },
    { what: 'a body that is a number', body: '7', status: 422, code: 'VALIDATION_FAILED', field: 'body' },
    {
      what: 'an unknown action',
      body: JSON.stringify(upvote({ action: 'adore' })),
      status: 422,
      code: 'VALIDATION_FAILED',
      field: 'action',
    },
    {
      what: 'an unknown paper',
      body: JSON.stringify(upvote({ target: { kind: 'paper', id: '9999.99999' } })),
      status: 404,
      code: 'PAPER_UNKNOWN',
      field: 'target.id',
    },
    {
      what: 'a state action without on',
      body: JSON.stringify(upvote({ on: undefined })),
      status: 422,
      code: 'VALIDATION_FAILED',
      field: 'on',
    },
    {
      what: 'a time that is none',
      body: JSON.stringify(upvote({ time: 'tomorrow' })),
      status: 422,
      code: 'VALIDATION_FAILED',
      field: 'time',
    },
    {
      what: 'a field we do not know',
      body: JSON.stringify(upvote({ trust: 'server' })),
      status: 422,
      code: 'VALIDATION_FAILED',
      field: 'trust',
    },
    {
      what: 'an id with quotes',
      body: JSON.stringify(upvote({ target: { kind: 'paper', id: '25"; drop' } })),
      status: 422,
      code: 'VALIDATION_FAILED',
      field: 'target.id',
    },
    {
      what: '1,001 events',
      body: JSON.stringify(Array.from({ length: 1001 }, (_, i) => impression(`event-${10_000 + i}`))),
      status: 422,
      code: 'BATCH_TOO_LARGE',
      field: 'events',
    },
    { what: 'no events', body: '{"events":[]}', status: 422, code: 'VALIDATION_FAILED', field: 'events' },
    { what: 'events that are no array', body: '{"events":7}', status: 422, code: 'VALIDATION_FAILED', field: 'events' },
    {
      what: 'a body of 2 MB',
      body: JSON.stringify([upvote({ client: 'x'.repeat(2_000_000) })]),
      status: 413,
      code: 'BODY_TOO_LARGE',
      field: 'body',
    },
    {
      what: 'an event of 65 KiB',
      body: JSON.stringify(upvote({ client: 'x'.repeat(65 * 1024) })),
      status: 413,
      code: 'EVENT_TOO_LARGE',
      field: 'body',
    },
    { what: 'a thousand brackets', body: `${'['.repeat(1000)}${']'.repeat(1000)}`, status: 422, code: 'BODY_TOO_DEEP', field: 'body' },
    { what: 'half a million brackets', body: '['.repeat(500_000), status: 400, code: 'BODY_NOT_JSON', field: 'body' },
    {
      what: "someone else's reader id",
      body: JSON.stringify(upvote({ readerRef: `r_${'A'.repeat(43)}` })),
      status: 403,
      code: 'READER_MISMATCH',
      field: 'readerRef',
    },
  ])('POST /v1/interactions with $what is $status $code', async ({ body, status, code, field }) => {
    const before = under.ingest.accepted.length;
    const answer = await under.call('POST', '/v1/interactions', { ...(body === undefined ? {} : { body }), as: token });
    expect(answer).toMatchObject({ status, body: { code, status, title: problemCatalogue[code as keyof typeof problemCatalogue].title } });
    expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    expect(problemSchema.parse(answer.body).errors?.[0]?.field).toBe(field);
    expect(under.ingest.accepted).toHaveLength(before);
  });

  it.each([
    { what: 'a forged token', token: signed({ alg: 'HS256' }, claims, 'another-secret-of-at-least-32-characters'), code: 'TOKEN_INVALID' },
    { what: 'an expired token', token: signed({ alg: 'HS256' }, { ...claims, exp: 1_700_000_000 }), code: 'TOKEN_EXPIRED' },
    { what: 'a token without exp', token: signed({ alg: 'HS256' }, { ...claims, exp: undefined }), code: 'TOKEN_INVALID' },
    { what: 'a token of alg none', token: `${base64({ alg: 'none' })}.${base64(claims)}.`, code: 'TOKEN_INVALID' },
    { what: 'a token of alg HS512', token: signed({ alg: 'HS512' }, claims), code: 'TOKEN_INVALID' },
    { what: 'a token of alg RS256 signed with the secret', token: signed({ alg: 'RS256' }, claims), code: 'TOKEN_INVALID' },
    { what: 'a token of another issuer', token: signed({ alg: 'HS256' }, { ...claims, iss: 'evil' }), code: 'TOKEN_INVALID' },
    { what: 'a token for somebody else', token: signed({ alg: 'HS256' }, { ...claims, aud: 'evil' }), code: 'TOKEN_INVALID' },
    { what: 'a token without sub', token: signed({ alg: 'HS256' }, { ...claims, sub: undefined }), code: 'TOKEN_INVALID' },
    { what: 'a token that is none', token: 'garbage', code: 'TOKEN_INVALID' },
    { what: 'an unknown API key', token: 'bsk_unknown-key-0123456789', code: 'API_KEY_INVALID' },
  ])('$what is 401 $code', async ({ token: bad, code }) => {
    const answer = await under.get('/v1/feeds/trending', { as: bad });
    expect(answer).toMatchObject({ status: 401, body: { code, errors: [{ field: 'Authorization' }] } });
    expect(answer.headers.get('www-authenticate')).toContain('Bearer');
    expect(answer.text).not.toContain(bad);
  });

  it.each([
    ['/v1/feeds/trending?limit=-1', 'limit'],
    ['/v1/feeds/trending?limit=1e9', 'limit'],
    ['/v1/feeds/trending?limit=999999999', 'limit'],
    ['/v1/feeds/trending?limit=0', 'limit'],
    ['/v1/feeds/trending?limit=', 'limit'],
    ['/v1/feeds/trending?limit=1&limit=2', 'limit'],
    ['/v1/feeds/trending?period=year', 'period'],
    ['/v1/feeds/trending?explain=maybe', 'explain'],
    ['/v1/feeds/trending?exclude=a"b', 'exclude[0]'],
    ['/v1/feeds/trending?topic=', 'topic'],
    [`/v1/papers?query=${'x'.repeat(501)}`, 'query'],
    ['/api/daily_papers?date=2025-02-30', 'date'],
    ['/api/daily_papers?date=yesterday', 'date'],
    ['/api/daily_papers?week=2025-W53', 'week'],
    ['/api/daily_papers?month=2025-13', 'month'],
    ['/api/daily_papers?sort=upvotes', 'sort'],
    ['/api/daily_papers?p=-1', 'p'],
    ['/api/daily_papers?limit=1000000000', 'limit'],
    ['/api/papers/search?q=a&limit=-1', 'limit'],
  ])('GET %s is 400 and names %s', async (path, field) => {
    expect(await under.get(path)).toMatchObject({ status: 400, body: { code: 'PARAMETER_INVALID', errors: [{ field }] } });
  });

  it.each([
    ['a broken cursor', 'not-a-cursor', 'CURSOR_INVALID'],
    ['a cursor of other characters', '%00%ff', 'CURSOR_INVALID'],
    ['an empty cursor', '', 'PARAMETER_INVALID'],
  ])('%s is 400', async (_, cursor, code) => {
    expect(await under.get(`/v1/feeds/trending?cursor=${cursor}`)).toMatchObject({
      status: 400,
      body: { code, errors: [{ field: 'cursor' }] },
    });
  });

  it('a forged, and a foreign, cursor is 400', async () => {
    const { body } = await under.get('/v1/feeds/trending?limit=1');
    const cursor: string = body.nextCursor;
    const forged = `${cursor.slice(0, -2)}${cursor.endsWith('AA') ? 'BB' : 'AA'}`;
    expect(await under.get(`/v1/feeds/trending?cursor=${forged}`)).toMatchObject({ status: 400, body: { code: 'CURSOR_INVALID' } });
    expect(await under.get(`/v1/feeds/latest?cursor=${cursor}`)).toMatchObject({ status: 400, body: { code: 'CURSOR_MISMATCH' } });
  });

  it.each([
    ['an unknown paper', '/v1/papers/9999.99999', 404, 'PAPER_UNKNOWN'],
    ['an id with slashes', '/v1/papers/10.1000/182/x', 404, 'PAPER_UNKNOWN'],
    ['an id with encoded slashes', '/v1/papers/10.1000%2F182%2Fx', 404, 'PAPER_UNKNOWN'],
    ['an id with quotes', '/v1/papers/a%22b', 400, 'PAPER_ID_INVALID'],
    ['an id with markup', '/v1/papers/%3Cscript%3E', 400, 'PAPER_ID_INVALID'],
    ['an id that is not UTF-8', '/v1/papers/%FF%FE', 400, undefined],
    ['a broken escape', '/v1/papers/%ZZ', 400, undefined],
    ['a path of nobody', '/v2/feeds', 404, 'ROUTE_UNKNOWN'],
    ['a URL of 10 KiB', `/v1/feeds/trending?topic=${'x'.repeat(10_000)}`, 414, 'URI_TOO_LONG'],
  ])('%s is %s', async (_, path, status, code) => {
    const answer = await under.get(path);
    expect(answer.status).toBe(status);
    expect(problemSchema.parse(answer.body).code).toBe(code ?? answer.body.code);
  });

  it.each([
    ['POST', '/v1/feeds/trending', 'GET'],
    ['PATCH', '/v1/papers/2510.00001/upvote', 'GET, DELETE, PUT'],
    ['PUT', '/v1/papers/2510.00001', 'GET, DELETE'],
    ['DELETE', '/v1/interactions', 'POST'],
  ])('%s %s is 405 and says what is taken', async (method, path, allow) => {
    const answer = await under.call(method, path, { as: token });
    expect(answer).toMatchObject({ status: 405, body: { code: 'METHOD_NOT_ALLOWED' } });
    expect(answer.headers.get('allow')).toBe(allow);
  });

  const error = (answer: { body: { errors: unknown[] } }): unknown => answer.body.errors[0];

  it('what is wrong with the request as a whole is named too, with its rule and value', async () => {
    expect(error(await under.get('/v2/feeds'))).toEqual({ field: 'path', rule: 'must be a path of /openapi.json', value: '"/v2/feeds"' });
    expect(error(await under.get('/papers/2510.00001'))).toMatchObject({ field: 'path', value: '"/papers/2510.00001"' });
    expect(error(await under.get('/docs/assets/none.js'))).toMatchObject({ field: 'path' });
    expect(error(await under.call('POST', '/v1/feeds/trending', { as: token }))).toEqual({
      field: 'method',
      rule: 'must be one of GET',
      value: 'POST',
    });
    expect(error(await under.call('PUT', `/v1/papers/${known}`, { as: token }))).toMatchObject({ field: 'method', value: 'PUT' });
    expect((await under.get('/v1/papers/%ZZ')).body).toMatchObject({
      code: 'REQUEST_MALFORMED',
      errors: [{ field: 'path', rule: 'must be percent-encoded UTF-8', value: '"/v1/papers/%ZZ"' }],
    });
    expect(error(await under.get(`/v1/feeds/trending?topic=${'x'.repeat(10_000)}`))).toMatchObject({
      field: 'url',
      rule: 'must have at most 8192 characters',
    });
    expect(error(await under.get('/api/papers/9999.99999'))).toMatchObject({ field: 'id', value: '"9999.99999"' });
    expect(error(await under.call('DELETE', `/v1/papers/${known}`, { as: publisherKey }))).toEqual({
      field: 'id',
      rule: 'must be the id of a paper that this key has published',
      value: known,
    });
    expect(error(await under.call('PUT', `/v1/papers/${known}/save`, { as: token, headers: { 'idempotency-key': 'a b' } }))).toMatchObject({
      field: 'Idempotency-Key',
    });
  });

  it('a body that is too large is told the bound, one of another type what is taken', async () => {
    const large = await under.call('POST', '/v1/interactions', { body: `"${'x'.repeat(2_000_000)}"`, as: token });
    expect(large.body).toMatchObject({
      code: 'BODY_TOO_LARGE',
      errors: [{ field: 'body', rule: 'must have at most 1048576 bytes', value: '2000002 bytes' }],
    });
    const text = await under.call('POST', '/v1/interactions', { body: 'a=b', as: token, headers: { 'content-type': 'text/plain' } });
    expect(error(text)).toEqual({ field: 'Content-Type', rule: 'must be application/json', value: '"text/plain"' });
  });

  it('the header that carried a bad key is named', async () => {
    expect(error(await under.get('/v1/feeds/trending', { headers: { 'x-api-key': 'bsk_unknown-key-0123456789' } }))).toMatchObject({
      field: 'X-Api-Key',
    });
  });

  it('names of other readers are found in batches too, and rules are in plain words', async () => {
    expect(error(await post([upvote(), upvote({ readerRef: `r_${'A'.repeat(43)}` })]))).toMatchObject({
      field: 'events[1].readerRef',
      value: expect.stringContaining('r_AAA'),
    });
    expect((await post(upvote({ colour: 'red' }))).body.errors).toEqual([
      { field: 'colour', rule: 'is not a field of an interaction', value: '"red"' },
    ]);
    expect((await under.call('POST', '/v1/papers', { json: { id: 7 }, as: publisherKey })).body.errors).toEqual([
      { field: 'id', rule: 'must be text', value: '7' },
      { field: 'title', rule: 'is required', value: 'missing' },
      { field: 'publishedAt', rule: 'is required', value: 'missing' },
    ]);
  });

  it('another media type is 415', async () => {
    expect(
      await under.call('POST', '/v1/interactions', { body: 'a=b', as: token, headers: { 'content-type': 'text/plain' } }),
    ).toMatchObject({ status: 415, body: { code: 'MEDIA_TYPE_UNSUPPORTED' } });
  });

  it('a time in the far future is left to ingest, which clamps it', async () => {
    const answer = await post(upvote({ id: 'far-future-1', time: '2999-01-01T00:00:00Z' }));
    expect(answer).toMatchObject({ status: 200, body: { id: 'far-future-1', status: 'accepted' } });
  });

  it('an event that was stored with another time, or too late to count, is told so', async () => {
    const adjusted = { field: 'time', rule: 'must be at most 5 minutes ahead of our clock', stored: '2026-01-01T00:05:00.000Z' };
    under.ingest.remarks = { adjusted };
    const one = await post(upvote({ id: 'ahead-0001', time: '2999-01-01T00:00:00Z' }));
    expect(singleAnswerSchema.parse(one.body)).toEqual({ id: 'ahead-0001', status: 'accepted', adjusted });
    const state = await under.call('PUT', `/v1/papers/${known}/save`, { as: token, json: { time: '2999-01-01T00:00:00Z' } });
    expect(stateAnswerSchema.parse(state.body)).toMatchObject({ status: 'accepted', adjusted, action: 'save', on: true });
    under.ingest.remarks = { late: true };
    const batch = await post([impression('late-00001'), impression('late-00001')]);
    expect(batchAnswerSchema.parse(batch.body).results).toEqual([
      { index: 0, id: 'late-00001', status: 'accepted', late: true },
      { index: 1, id: 'late-00001', status: 'duplicate' },
    ]);
    under.ingest.remarks = {};
    expect((await post(upvote({ id: 'on-time-01' }))).body).toEqual({ id: 'on-time-01', status: 'accepted' });
  });

  it('a batch answers for every event, in order', async () => {
    const events = [
      impression('batch-0001'),
      impression('batch-0001'),
      upvote({ id: 'batch-0002', action: 'adore' }),
      upvote({ id: 'batch-0003', target: { kind: 'paper', id: '9999.99999' } }),
      upvote({ id: 'batch-0004', client: 'x'.repeat(65 * 1024) }),
      null,
      upvote({ id: 'batch-0005' }),
    ];
    const answer = await post({ events });
    expect(answer.status).toBe(207);
    expect(answer.body).toMatchObject({ accepted: 2, duplicate: 1, refused: 4 });
    expect(
      (answer.body.results as { status: string; code?: string; field?: string }[]).map(({ status, code, field }) => [status, code, field]),
    ).toEqual([
      ['accepted', undefined, undefined],
      ['duplicate', undefined, undefined],
      ['refused', 'VALIDATION_FAILED', 'action'],
      ['refused', 'PAPER_UNKNOWN', 'target.id'],
      ['refused', 'EVENT_TOO_LARGE', 'client'],
      ['refused', 'VALIDATION_FAILED', 'event'],
      ['accepted', undefined, undefined],
    ]);
    const again = await post([impression('batch-0001'), upvote({ id: 'batch-0005' })]);
    expect(again).toMatchObject({ status: 200, body: { accepted: 0, duplicate: 2 } });
    expect(await post([null, 7])).toMatchObject({
      status: 422,
      body: { code: 'ALL_REFUSED', refused: 2, results: [{ status: 'refused' }, { status: 'refused' }] },
    });
  });

  it('no ingest is 503 with the ids to retry with, and nothing was lost when it is back', async () => {
    await under.ingest.stop();
    const answer = await post([upvote(), impression('retry-me-1')]);
    expect(answer).toMatchObject({ status: 503, body: { code: 'INTAKE_UNAVAILABLE', ids: [expect.any(String), 'retry-me-1'] } });
    expect(answer.headers.get('retry-after')).toBe('1');
    await under.ingest.restart();
    const [first] = answer.body.ids;
    for (let tries = 0; tries < 50 && (await post([upvote({ id: first }), impression('retry-me-1')])).status !== 200; tries++)
      await new Promise((resolve) => setTimeout(resolve, 50));
    expect(under.ingest.seen.has(first)).toBe(true);
    expect(under.ingest.seen.has('retry-me-1')).toBe(true);
  });

  it('an ingest that refuses for now is 503 too', async () => {
    under.ingest.refuse = { code: 'LOG_APPEND', retryable: true };
    expect(await post(upvote())).toMatchObject({ status: 503, body: { code: 'INTAKE_UNAVAILABLE' } });
    expect(await post([upvote(), impression('some-id-1')])).toMatchObject({
      status: 503,
      body: { ids: [expect.any(String), 'some-id-1'] },
    });
    under.ingest.refuse = undefined;
  });

  it('events with an API key need a reader, and never count as authenticated', async () => {
    expect(await post(upvote(), clientKey)).toMatchObject({
      status: 422,
      body: { code: 'READER_REQUIRED', errors: [{ field: 'readerRef' }] },
    });
    expect(await post(upvote(), publisherKey)).toMatchObject({
      status: 403,
      body: { code: 'SCOPE_MISSING', errors: [{ field: 'Authorization' }] },
    });
    expect(await under.call('POST', '/v1/interactions', { json: upvote(), headers: { 'x-api-key': publisherKey } })).toMatchObject({
      status: 403,
      body: { code: 'SCOPE_MISSING', errors: [{ field: 'X-Api-Key' }] },
    });
    expect((await post(upvote({ readerRef: `r_${'B'.repeat(43)}` }), clientKey)).status).toBe(200);
    expect(under.ingest.accepted.at(-1)).toMatchObject({ trust: 'client', readerRef: `r_${'B'.repeat(43)}` });
    expect(await under.call('POST', '/v1/interactions', { json: upvote() })).toMatchObject({
      status: 401,
      body: { code: 'AUTHENTICATION_REQUIRED' },
    });
  });

  it.each([
    { what: 'no title', json: { id: 'acme-1', publishedAt: '2025-10-01' }, status: 422, code: 'VALIDATION_FAILED', field: 'title' },
    {
      what: 'an empty title',
      json: { id: 'acme-1', title: '', publishedAt: '2025-10-01' },
      status: 422,
      code: 'VALIDATION_FAILED',
      field: 'title',
    },
    {
      what: 'a script for a link',
      json: { id: 'acme-1', title: 'T', publishedAt: '2025-10-01', projectPage: 'javascript:alert(1)' },
      status: 422,
      code: 'VALIDATION_FAILED',
      field: 'projectPage',
    },
    {
      what: 'a source of its own',
      json: { id: 'acme-1', title: 'T', publishedAt: '2025-10-01', source: 'arxiv' },
      status: 422,
      code: 'VALIDATION_FAILED',
      field: 'source',
    },
    {
      what: "another's paper",
      json: { id: known, title: 'T', publishedAt: '2025-10-01' },
      status: 403,
      code: 'PAPER_NOT_YOURS',
      field: 'id',
    },
    {
      what: "another's paper for an alias",
      json: { id: 'acme-1', title: 'T', publishedAt: '2025-10-01', aliases: ['acme-one', known] },
      status: 403,
      code: 'PAPER_NOT_YOURS',
      field: 'aliases[1]',
    },
    {
      what: "an alias of another's paper for an alias",
      json: { id: 'acme-1', title: 'T', publishedAt: '2025-10-01', aliases: ['bs-known'] },
      status: 403,
      code: 'PAPER_NOT_YOURS',
      field: 'aliases[0]',
    },
    {
      what: "an alias of another's paper for its id",
      json: { id: 'bs-known', title: 'T', publishedAt: '2025-10-01' },
      status: 403,
      code: 'PAPER_NOT_YOURS',
      field: 'id',
    },
    {
      what: '80 KiB of authors',
      json: { id: 'acme-1', title: 'T', publishedAt: '2025-10-01', authors: Array.from({ length: 1000 }, () => 'a'.repeat(80)) },
      status: 413,
      code: 'EVENT_TOO_LARGE',
      field: 'paper',
    },
  ])('POST /v1/papers with $what is $status $code', async ({ json, status, code, field }) => {
    expect(await under.call('POST', '/v1/papers', { json, as: publisherKey })).toMatchObject({
      status,
      body: { code, errors: expect.arrayContaining([expect.objectContaining({ field })]) },
    });
  });

  it('a published paper is there at once, as text, and gone when withdrawn', async () => {
    const title = '<img src=x onerror=alert(1)> & "attention"';
    const sent = await under.call('POST', '/v1/papers', {
      json: { id: 'acme/42', title, abstract: '[click](javascript:alert(1)) `x` <b>', publishedAt: '2025-10-01' },
      as: publisherKey,
    });
    expect(sent).toMatchObject({ status: 201, body: { id: 'acme/42', status: 'accepted' } });
    expect(sent.headers.get('location')).toBe('/v1/papers/acme%2F42');
    const shown = await under.get('/v1/papers/acme/42');
    expect(shown).toMatchObject({ status: 200, body: { paper: { title, source: 'publisher:acme' } } });
    expect(shown.headers.get('x-content-type-options')).toBe('nosniff');
    const markdown = await under.get('/papers/acme/42.md');
    expect(markdown.text).toContain('# &lt;img src=x onerror=alert(1)&gt; &amp; "attention"');
    expect(markdown.text).toContain('\\[click\\](javascript:alert(1)) \\`x\\` &lt;b&gt;');
    expect(await under.call('DELETE', '/v1/papers/acme/42', { as: otherKey })).toMatchObject({
      status: 403,
      body: { code: 'PAPER_NOT_YOURS' },
    });
    expect(await under.call('DELETE', '/v1/papers/acme/42', { as: token })).toMatchObject({ status: 401 });
    expect(await under.call('DELETE', '/v1/papers/acme/42', { as: adminKey })).toMatchObject({
      status: 200,
      body: { status: 'withdrawn' },
    });
    expect(await under.get('/v1/papers/acme/42')).toMatchObject({ status: 404, body: { code: 'PAPER_UNKNOWN' } });
  });

  it('aliases of its own a publisher may keep, and an admin may give any', async () => {
    const json = { id: 'acme/7', title: 'T', publishedAt: '2025-10-01', aliases: ['acme/seven', 'acme/7'] };
    expect((await under.call('POST', '/v1/papers', { json, as: publisherKey })).status).toBe(201);
    expect((await under.call('POST', '/v1/papers', { json: { ...json, title: 'T2' }, as: publisherKey })).status).toBe(201);
    expect(
      (await under.call('POST', '/v1/papers', { json: { ...json, id: 'root/7', aliases: ['acme/seven'] }, as: adminKey })).status,
    ).toBe(201);
    expect((await under.get('/v1/papers/acme/seven')).body).toMatchObject({ id: 'acme/7' });
    for (const id of ['acme/7', 'root/7']) await under.call('DELETE', `/v1/papers/${id}`, { as: adminKey });
  });

  it('states and follows are set and undone by their own routes', async () => {
    expect(
      await under.call('PUT', `/v1/papers/${known}/save`, { as: token, headers: { 'idempotency-key': 'save-me-once-1' } }),
    ).toMatchObject({ status: 200, body: { id: 'save-me-once-1', status: 'accepted', action: 'save', on: true } });
    expect(
      await under.call('PUT', `/v1/papers/${known}/save`, { as: token, headers: { 'idempotency-key': 'save-me-once-1' } }),
    ).toMatchObject({ status: 200, body: { status: 'duplicate' } });
    expect(await under.call('DELETE', `/v1/papers/${known}/save`, { as: token, json: { position: 3, surface: 'for-you' } })).toMatchObject({
      status: 200,
      body: { on: false },
    });
    expect(under.ingest.accepted.at(-1)).toMatchObject({ input: { action: 'save', on: false, position: 3 }, trust: 'server' });
    expect(await under.call('PUT', '/v1/follows/author/Ada%20Lovelace', { as: token })).toMatchObject({
      status: 200,
      body: { target: { kind: 'author', id: 'Ada Lovelace' } },
    });
    expect(await under.call('DELETE', '/v1/follows/topic/cs.CL', { as: token })).toMatchObject({ status: 200, body: { on: false } });
    expect(await under.call('PUT', '/v1/follows/paper/x', { as: token })).toMatchObject({
      status: 400,
      body: { code: 'PARAMETER_INVALID', errors: [{ field: 'kind' }] },
    });
    expect(await under.call('PUT', '/v1/follows/reader/bob', { as: token })).toMatchObject({
      status: 400,
      body: { errors: [{ field: 'id' }] },
    });
    expect(await under.call('PUT', '/v1/papers/9999.99999/upvote', { as: token })).toMatchObject({
      status: 404,
      body: { code: 'PAPER_UNKNOWN' },
    });
    expect(await under.call('PUT', `/v1/papers/${known}/upvote`)).toMatchObject({ status: 401 });
    expect(await under.call('PUT', `/v1/papers/${known}/upvote`, { as: token, json: { position: -1 } })).toMatchObject({
      status: 422,
      body: { errors: [{ field: 'position' }] },
    });
  });

  it('headers of 20 KiB are 431, and broken HTTP is 400, as problems', async () => {
    expect(await raw(under.url, `GET / HTTP/1.1\r\nHost: x\r\nX-Long: ${'x'.repeat(20_000)}\r\n\r\n`)).toMatch(
      /^HTTP\/1.1 431 [\s\S]*HEADERS_TOO_LARGE/,
    );
    expect(await raw(under.url, 'this is not http\r\n\r\n')).toMatch(/^HTTP\/1.1 400 [\s\S]*REQUEST_MALFORMED/);
  });
});

describe('a development run', () => {
  const ask = (under: GatewayUnderTest, path: string, host: string): Promise<string> =>
    raw(under.url, `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);

  it('answers to names of this machine only, whatever name led to its address', async () => {
    await using under = await GatewayUnderTest.start({ papers: [paper(known)], env: { BROADSHEET_DEV: 'true' } });
    for (const path of ['/', '/v1/feeds/trending', '/api/daily_papers', '/nowhere']) {
      const answer = await ask(under, path, 'rebound.example:8080');
      expect(answer).toMatch(/^HTTP\/1.1 421 /);
      expect(answer).toContain('"code":"HOST_NOT_ALLOWED"');
      expect(answer).toContain('"errors":[{"field":"Host","rule":"must be localhost,');
    }
    for (const host of ['localhost', '127.0.0.1:8080', '[::1]:8080'])
      expect(await ask(under, '/v1/feeds/trending', host)).toMatch(/^HTTP\/1.1 200 /);
    expect((await under.get('/')).status).toBe(200);
  });

  it('is no matter where keys are real: a balancer may use any name', async () => {
    await using under = await GatewayUnderTest.start({ papers: [paper(known)] });
    expect(await ask(under, '/v1/feeds/trending', 'papers.example')).toMatch(/^HTTP\/1.1 200 /);
  });
});

describe('limits', () => {
  it('a reader who asks too often is told when to come back', async () => {
    await using under = await GatewayUnderTest.start({
      papers: [paper(known)],
      env: { RATE_LIMIT_READER_PER_MINUTE: '3', RATE_LIMIT_READER_EVENTS_PER_MINUTE: '2', RATE_LIMIT_ANONYMOUS_PER_MINUTE: '2' },
    });
    const token = await under.token();
    const first = await under.get('/v1/feeds/for-you', { as: token });
    expect(first.headers.get('ratelimit-policy')).toBe('"reader";q=3;w=60');
    expect(first.headers.get('ratelimit')).toBe('"reader";r=2;t=20');
    expect(
      await under.call('POST', '/v1/interactions', {
        as: token,
        json: [impression('one-one-1'), impression('one-one-2'), impression('one-one-3')],
      }),
    ).toMatchObject({ status: 429, body: { code: 'RATE_LIMITED' } });
    await under.get('/v1/feeds/for-you', { as: token });
    const refused = await under.get('/v1/feeds/for-you', { as: token });
    expect(refused).toMatchObject({ status: 429, body: { code: 'RATE_LIMITED' } });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect((await under.get('/v1/feeds/for-you', { as: await under.token('bob') })).status).toBe(200);
    const anonymous = await Promise.all([1, 2, 3].map(() => under.get('/v1/feeds/trending')));
    expect(anonymous.map(({ status }) => status).sort()).toEqual([200, 200, 429]);
  });

  it('more requests at once than allowed are 503 with Retry-After', async () => {
    await using under = await GatewayUnderTest.start({ papers: [paper(known)], env: { MAX_CONCURRENT_REQUESTS: '2' } });
    under.ranker.delayMs = 200;
    const token = await under.token();
    const answers = await Promise.all(Array.from({ length: 6 }, () => under.get('/v1/feeds/for-you', { as: token })));
    const refused = answers.filter(({ status }) => status === 503);
    expect(refused.length).toBeGreaterThanOrEqual(3);
    expect(refused[0]).toMatchObject({ body: { code: 'OVERLOADED' } });
    expect(refused[0]?.headers.get('retry-after')).toBe('1');
    expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThanOrEqual(2);
    expect((await under.get('/v1/feeds/trending')).status).toBe(200);
  });
});

const raw = (url: string, text: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.write(text));
    let answer = '';
    socket.on('data', (data) => (answer += data.toString()));
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
  });
